import { define } from './scalar-function.ts'

/** Functions that choose among their arguments. */
export const conditionalFunctions = [
  define('coalesce', {
    summary: 'the first argument that is not NULL',
    overloads: [['any']],
    variadic: true,
    strict: false,
  }),
  define('nvl', {
    aliases: ['ifnull'],
    summary: 'the first argument, or the second where it is NULL',
    overloads: [['any', 'any']],
    strict: false,
  }),
  define('nvl2', {
    summary: 'the second argument where the first is not NULL, else the third',
    overloads: [['any', 'any', 'any']],
    strict: false,
  }),
  define('nullif', {
    summary: 'NULL where the arguments are equal, else the first',
    overloads: [['any', 'any']],
    strict: false,
  }),
  define('greatest', {
    summary: 'the greatest argument; NULLs are passed over',
    overloads: [['any']],
    variadic: true,
    strict: false,
  }),
  define('least', {
    summary: 'the least argument; NULLs are passed over',
    overloads: [['any']],
    variadic: true,
    strict: false,
  }),
]
