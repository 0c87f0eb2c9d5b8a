import { define } from './scalar-function.ts'

/** Text as a whole: lengths, case, search, putting together. Lengths and positions count code points. */
export const textFunctions = [
  define('character_length', {
    aliases: ['length', 'char_length'],
    summary: 'number of characters',
    overloads: [['text']],
  }),
  define('octet_length', { summary: 'number of bytes', overloads: [['text'], ['bytea']] }),
  define('bit_length', { summary: 'number of bits', overloads: [['text']], fallible: true }),
  define('upper', { summary: 'in upper case', overloads: [['text']] }),
  define('lower', { summary: 'in lower case', overloads: [['text']] }),
  define('initcap', { summary: 'each word with an upper-case first letter, the rest lower', overloads: [['text']] }),
  define('reverse', { summary: 'characters in reverse order', overloads: [['text']] }),
  define('ascii', { summary: 'code point of the first character', overloads: [['text']] }),
  define('chr', { summary: 'the character of a code point', overloads: [['integer']], fallible: true }),
  define('to_hex', { summary: 'hexadecimal digits', overloads: [['integer']] }),
  define('starts_with', { summary: 'whether the first begins with the second', overloads: [['text', 'text']] }),
  define('ends_with', { summary: 'whether the first ends with the second', overloads: [['text', 'text']] }),
  define('contains', { summary: 'whether the second is part of the first', overloads: [['text', 'text']] }),
  define('strpos', {
    aliases: ['instr', 'position'],
    summary: 'position of the second in the first, 0 for none',
    overloads: [['text', 'text']],
  }),
  define('find_in_set', { summary: 'position in a comma-separated list', overloads: [['text', 'text']] }),
  define('levenshtein', { summary: 'edit distance', overloads: [['text', 'text']] }),
  define('concat', {
    summary: 'the arguments one after another; NULLs are passed over',
    overloads: [['any']],
    variadic: true,
    strict: false,
    fallible: true,
  }),
  define('concat_ws', {
    summary: 'the arguments joined by the first; NULLs are passed over',
    overloads: [['text', 'any']],
    variadic: true,
    strict: false,
    fallible: true,
  }),
]
