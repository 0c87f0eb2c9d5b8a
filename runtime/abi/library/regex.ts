import { fallible, pure, type LibrarySignature } from './signature.ts'

/**
 * Patterns. A `pattern` parameter is the address of a pattern constant (the library keeps the matcher). The dialect of
 * regular expressions is stated in runtime/library/pattern/regex-dialect.ts.
 */
export const regexSignatures = {
  /** pattern_match(pattern, text): LIKE, ILIKE, SIMILAR TO match all of the text, a regular expression a part of it */
  pattern_match: pure(['i32', 'i32'], 'i1'),
  /** like_match(text, pattern, escape, ignoreCase): the pattern is a string; escape is a code point or -1; invalid_regex */
  like_match: fallible(['i32', 'i32', 'i32', 'i1'], 'i1'),
  similar_match: fallible(['i32', 'i32', 'i32', 'i1'], 'i1'),
  /** regex_match(text, pattern, flags): the three are strings; invalid_regex */
  regex_match: fallible(['i32', 'i32', 'i32'], 'i1'),
  /** regex_replace(text, pattern, replacement, flags, out): the first match, all with flag g */
  regex_replace: fallible(['i32', 'i32', 'i32', 'i32', 'i32'], null),
  /** regex_count(text, pattern, start, flags): start is a 1-based position */
  regex_count: fallible(['i32', 'i32', 'i32', 'i32'], 'i32'),
} as const satisfies Record<string, LibrarySignature>
