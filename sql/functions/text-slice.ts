import { define } from './scalar-function.ts'

/** Parts of text and text made of parts. */
export const textSliceFunctions = [
  define('substr', {
    aliases: ['substring'],
    summary: 'from a position, to the end or so many characters',
    overloads: [
      ['text', 'integer'],
      ['text', 'integer', 'integer'],
    ],
    fallible: true,
  }),
  define('left', {
    summary: 'the first n characters; for negative n all but the last',
    overloads: [['text', 'integer']],
  }),
  define('right', {
    summary: 'the last n characters; for negative n all but the first',
    overloads: [['text', 'integer']],
  }),
  define('lpad', {
    summary: 'filled up at the left to a length',
    overloads: [
      ['text', 'integer'],
      ['text', 'integer', 'text'],
    ],
    fallible: true,
  }),
  define('rpad', {
    summary: 'filled up at the right to a length',
    overloads: [
      ['text', 'integer'],
      ['text', 'integer', 'text'],
    ],
    fallible: true,
  }),
  define('btrim', {
    aliases: ['trim'],
    summary: 'without spaces (or the given characters) at both ends',
    overloads: [['text'], ['text', 'text']],
  }),
  define('ltrim', {
    summary: 'without spaces (or the given characters) at the start',
    overloads: [['text'], ['text', 'text']],
  }),
  define('rtrim', {
    summary: 'without spaces (or the given characters) at the end',
    overloads: [['text'], ['text', 'text']],
  }),
  define('replace', {
    summary: 'every occurrence of a text replaced',
    overloads: [['text', 'text', 'text']],
    fallible: true,
  }),
  define('repeat', { summary: 'n times over', overloads: [['text', 'integer']], fallible: true }),
  define('translate', { summary: 'characters replaced one by one', overloads: [['text', 'text', 'text']] }),
  define('overlay', {
    summary: 'a part replaced, by position',
    overloads: [
      ['text', 'text', 'integer'],
      ['text', 'text', 'integer', 'integer'],
    ],
    fallible: true,
  }),
  define('split_part', { summary: 'the nth field', overloads: [['text', 'text', 'integer']], fallible: true }),
  define('substr_index', {
    aliases: ['substring_index'],
    summary: 'before the nth delimiter',
    overloads: [['text', 'text', 'integer']],
  }),
]
