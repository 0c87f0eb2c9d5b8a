import type { stringSignatures } from '../../abi/library/string.ts'
import type { LibraryContext } from '../context.ts'
import type { Implementations } from '../../abi/library/implementation.ts'
import { chr, concat, overlay, pad, repeat, replace, reverse, toHex, translate } from './build.ts'
import { initcap, lower, upper } from './case.ts'
import { stringCompare, stringEqual, stringHash } from './compare.ts'
import { ascii, contains, endsWith, findInSet, length, levenshtein, position, startsWith } from './search.ts'
import { from, left, right, splitPart, substring, substringIndex, trim } from './slice.ts'

/** The family of text and bytes, bound to one memory. */
export function stringLibrary(m: LibraryContext): Implementations<typeof stringSignatures> {
  return {
    string_equal: (a, b) => stringEqual(m, a, b),
    string_compare: (a, b) => stringCompare(m, a, b),
    string_hash: (view) => stringHash(m, view),
    string_length: (text) => length(m, text),
    string_starts_with: (text, part) => startsWith(m, text, part),
    string_ends_with: (text, part) => endsWith(m, text, part),
    string_contains: (text, part) => contains(m, text, part),
    string_position: (text, part) => position(m, text, part),
    string_ascii: (text) => ascii(m, text),
    string_find_in_set: (text, list) => findInSet(m, text, list),
    string_levenshtein: (a, b) => levenshtein(m, a, b),
    string_upper: (text, out) => upper(m, text, out),
    string_lower: (text, out) => lower(m, text, out),
    string_initcap: (text, out) => initcap(m, text, out),
    string_reverse: (text, out) => reverse(m, text, out),
    string_btrim: (text, characters, out) => trim(m, text, { characters, sides: { atStart: true, atEnd: true }, out }),
    string_ltrim: (text, characters, out) => trim(m, text, { characters, sides: { atStart: true, atEnd: false }, out }),
    string_rtrim: (text, characters, out) => trim(m, text, { characters, sides: { atStart: false, atEnd: true }, out }),
    string_left: (text, count, out) => left(m, text, { count, out }),
    string_right: (text, count, out) => right(m, text, { count, out }),
    string_from: (text, start, out) => from(m, text, { start, out }),
    string_translate: (text, from, to, out) => translate(m, text, { from, to, out }),
    string_to_hex: (value, out) => toHex(m, value, out),
    string_substring: (text, start, count, out) => substring(m, text, { start, count, out }),
    string_concat: (a, b, out) => concat(m, a, { b, out }),
    string_replace: (text, from, to, out) => replace(m, text, { from, to, out }),
    string_repeat: (text, count, out) => repeat(m, text, { count, out }),
    string_lpad: (text, length, fill, out) => pad(m, text, { length, fill, side: 'left', out }),
    string_rpad: (text, length, fill, out) => pad(m, text, { length, fill, side: 'right', out }),
    string_split_part: (text, delimiter, n, out) => splitPart(m, text, { delimiter, n, out }),
    string_substring_index: (text, delimiter, n, out) => substringIndex(m, text, { delimiter, n, out }),
    string_chr: (point, out) => chr(m, point, out),
    string_overlay: (text, replacement, start, count, out) => overlay(m, text, { replacement, start, count, out }),
  }
}
