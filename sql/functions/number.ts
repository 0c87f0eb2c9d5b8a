import { define } from './scalar-function.ts'

/** Functions of exact numbers and doubles alike; exact ones stay exact and fail instead of wrapping. */
export const numberFunctions = [
  define('abs', { summary: 'absolute value', overloads: [['number']], fallible: true }),
  define('signum', { aliases: ['sign'], summary: '-1, 0 or 1', overloads: [['number']], monotone: true }),
  define('sign', { summary: '-1, 0 or 1', overloads: [['number']], monotone: true }),
  define('ceil', {
    aliases: ['ceiling'],
    summary: 'least whole number not below',
    overloads: [['number']],
    fallible: true,
    monotone: true,
  }),
  define('floor', {
    summary: 'greatest whole number not above',
    overloads: [['number']],
    fallible: true,
    monotone: true,
  }),
  define('round', {
    summary: 'nearest whole number, or to so many decimals; half away from zero',
    overloads: [['number'], ['number', 'integer']],
    fallible: true,
  }),
  define('trunc', {
    summary: 'toward zero to a whole number, or to so many decimals',
    overloads: [['number'], ['number', 'integer']],
    fallible: true,
  }),
  define('mod', {
    summary: 'remainder with the sign of the dividend',
    overloads: [['number', 'number']],
    fallible: true,
  }),
  define('gcd', { summary: 'greatest common divisor', overloads: [['integer', 'integer']], fallible: true }),
  define('lcm', { summary: 'least common multiple', overloads: [['integer', 'integer']], fallible: true }),
  define('factorial', { summary: 'factorial', overloads: [['integer']], fallible: true }),
]
