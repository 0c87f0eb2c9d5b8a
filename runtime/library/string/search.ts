import type { LibraryContext } from '../context.ts'
import { bytesOf, codePoints, inlineMax, lengthOf, textOf } from '../view/view.ts'
import { equalBytes } from './compare.ts'

/** Finding text in text, on bytes: in UTF-8 a character's bytes occur nowhere else. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** Address of the first occurrence of `part` at or after `from`, or -1. An empty part is found at once. */
export function findBytes(
  m: LibraryContext,
  text: { readonly from: number; readonly end: number },
  part: ByteRange,
): number {
  const { u8 } = m
  const length = part.end - part.start
  if (length === 0) return text.from
  const first = u8[part.start]!
  const last = text.end - length
  for (let at = text.from; at <= last; at++) {
    if (u8[at] === first && equalBytes(m, { a: at, b: part.start, length })) return at
  }
  return -1
}

export function rangeOf(m: LibraryContext, view: number): ByteRange {
  const start = bytesOf(m, view)
  return { start, end: start + lengthOf(m, view) }
}

export function contains(m: LibraryContext, text: number, part: number): boolean {
  const { start, end } = rangeOf(m, text)
  return findBytes(m, { from: start, end }, rangeOf(m, part)) >= 0
}

/** What is in the views themselves is compared in words: behind the end of short text they hold zeros. */
export function startsWith(m: LibraryContext, text: number, part: number): boolean {
  const { i32 } = m
  const t = text >> 2
  const p = part >> 2
  const length = i32[p]!
  const textLength = i32[t]!
  if (length > textLength) return false
  const first = (i32[t + 1]! ^ i32[p + 1]!) & firstBytes(length)
  if (textLength > inlineMax && length > 4) {
    return first === 0 && equalBytes(m, { a: i32[t + 2]! + 4, b: bytesOf(m, part) + 4, length: length - 4 })
  }
  const second = (i32[t + 2]! ^ i32[p + 2]!) & firstBytes(length - 4)
  const third = (i32[t + 3]! ^ i32[p + 3]!) & firstBytes(length - 8)
  return (first | second | third) === 0
}

/** Mask of so many of a word's four bytes. */
function firstBytes(count: number): number {
  return count >= 4 ? -1 : count <= 0 ? 0 : (1 << (8 * count)) - 1
}

export function endsWith(m: LibraryContext, text: number, part: number): boolean {
  const length = lengthOf(m, part)
  const rest = lengthOf(m, text) - length
  return rest >= 0 && equalBytes(m, { a: bytesOf(m, text) + rest, b: bytesOf(m, part), length })
}

export function position(m: LibraryContext, text: number, part: number): number {
  const { start, end } = rangeOf(m, text)
  const at = findBytes(m, { from: start, end }, rangeOf(m, part))
  return at < 0 ? 0 : codePoints(m, start, at) + 1
}

export function length(m: LibraryContext, text: number): number {
  const start = bytesOf(m, text)
  return codePoints(m, start, start + lengthOf(m, text))
}

export function ascii(m: LibraryContext, text: number): number {
  if (lengthOf(m, text) === 0) return 0
  const { u8 } = m
  const start = bytesOf(m, text)
  const first = u8[start]!
  if (first < 0x80) return first
  const more = (index: number): number => u8[start + index]! & 0x3f
  if (first < 0xe0) return ((first & 0x1f) << 6) | more(1)
  if (first < 0xf0) return ((first & 0x0f) << 12) | (more(1) << 6) | more(2)
  return ((first & 0x07) << 18) | (more(1) << 12) | (more(2) << 6) | more(3)
}

const comma = 0x2c

export function findInSet(m: LibraryContext, text: number, list: number): number {
  const wanted = rangeOf(m, text)
  const { start, end } = rangeOf(m, list)
  if (start === end) return 0
  let item = 1
  let from = start
  for (let at = start; at <= end; at++) {
    if (at < end && m.u8[at] !== comma) continue
    const length = at - from
    if (length === wanted.end - wanted.start && equalBytes(m, { a: from, b: wanted.start, length })) return item
    item += 1
    from = at + 1
  }
  return 0
}

export function levenshtein(m: LibraryContext, a: number, b: number): number {
  const [left, right] = [[...textOf(m, a)], [...textOf(m, b)]]
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (const [i, point] of left.entries()) {
    const row = [i + 1]
    for (const [j, other] of right.entries()) {
      row.push(Math.min(previous[j + 1]! + 1, row[j]! + 1, previous[j]! + (point === other ? 0 : 1)))
    }
    previous = row
  }
  return previous[right.length]!
}
