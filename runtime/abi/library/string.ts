import { fallible, maker, pure, type LibrarySignature } from './signature.ts'

/**
 * Text and bytes. Positions and counts are code points (1-based positions), saturated to i32 by the caller: no string has 2^31 of them.
 * Results longer than `textSizeBytesMax` are invalid_argument.
 */
export const stringSignatures = {
  string_equal: pure(['i32', 'i32'], 'i1'),
  /** -1, 0, 1, by bytes */
  string_compare: pure(['i32', 'i32'], 'i32'),
  string_hash: pure(['i32'], 'i32'),
  /** code points */
  string_length: pure(['i32'], 'i32'),
  string_starts_with: pure(['i32', 'i32'], 'i1'),
  string_ends_with: pure(['i32', 'i32'], 'i1'),
  string_contains: pure(['i32', 'i32'], 'i1'),
  /** string_position(text, part): position of the first, 0 for none, 1 for an empty part */
  string_position: pure(['i32', 'i32'], 'i32'),
  /** code point of the first character, 0 for '' */
  string_ascii: pure(['i32'], 'i32'),
  /** string_find_in_set(text, list): which of the comma-separated items, 0 for none */
  string_find_in_set: pure(['i32', 'i32'], 'i32'),
  /** Edit distance in code points. */
  string_levenshtein: pure(['i32', 'i32'], 'i32'),

  string_upper: maker(['i32', 'i32']),
  string_lower: maker(['i32', 'i32']),
  string_initcap: maker(['i32', 'i32']),
  string_reverse: maker(['i32', 'i32']),
  /** string_btrim(text, characters, out); likewise ltrim and rtrim */
  string_btrim: maker(['i32', 'i32', 'i32']),
  string_ltrim: maker(['i32', 'i32', 'i32']),
  string_rtrim: maker(['i32', 'i32', 'i32']),
  /** string_left(text, count, out): a negative count leaves that many out at the other end */
  string_left: maker(['i32', 'i32', 'i32']),
  string_right: maker(['i32', 'i32', 'i32']),
  /** string_from(text, start, out): substring to the end */
  string_from: maker(['i32', 'i32', 'i32']),
  /** string_translate(text, from, to, out) */
  string_translate: maker(['i32', 'i32', 'i32', 'i32']),
  /** string_to_hex(value, out): two's complement, lower case, no leading zeros */
  string_to_hex: maker(['i64', 'i32']),

  /** string_substring(text, start, count, out); a negative count is invalid_argument */
  string_substring: fallible(['i32', 'i32', 'i32', 'i32'], null),
  /** string_concat(a, b, out) */
  string_concat: fallible(['i32', 'i32', 'i32'], null),
  /** string_replace(text, from, to, out) */
  string_replace: fallible(['i32', 'i32', 'i32', 'i32'], null),
  /** string_repeat(text, count, out) */
  string_repeat: fallible(['i32', 'i32', 'i32'], null),
  /** string_lpad(text, length, fill, out) */
  string_lpad: fallible(['i32', 'i32', 'i32', 'i32'], null),
  string_rpad: fallible(['i32', 'i32', 'i32', 'i32'], null),
  /** string_split_part(text, delimiter, n, out): negative n counts from the end; 0 is invalid_argument */
  string_split_part: fallible(['i32', 'i32', 'i32', 'i32'], null),
  /** string_substring_index(text, delimiter, n, out) */
  string_substring_index: maker(['i32', 'i32', 'i32', 'i32']),
  /** string_chr(codePoint, out); not a character: invalid_argument */
  string_chr: fallible(['i32', 'i32'], null),
  /** string_overlay(text, replacement, start, count, out); start below 1 or a negative count is invalid_argument */
  string_overlay: fallible(['i32', 'i32', 'i32', 'i32', 'i32'], null),
} as const satisfies Record<string, LibrarySignature>
