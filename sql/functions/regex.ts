import { define } from './scalar-function.ts'

/** Regular expressions: the dialect is in runtime/abi/pattern/regex.ts. */
export const regexFunctions = [
  define('regexp_like', {
    summary: 'whether a part of the text matches',
    overloads: [
      ['text', 'text'],
      ['text', 'text', 'text'],
    ],
    fallible: true,
  }),
  define('regexp_replace', {
    summary: 'the text with the first match (flag g: every match) replaced',
    overloads: [
      ['text', 'text', 'text'],
      ['text', 'text', 'text', 'text'],
    ],
    fallible: true,
  }),
  define('regexp_count', {
    summary: 'number of matches',
    overloads: [
      ['text', 'text'],
      ['text', 'text', 'integer'],
      ['text', 'text', 'integer', 'text'],
    ],
    fallible: true,
  }),
]
