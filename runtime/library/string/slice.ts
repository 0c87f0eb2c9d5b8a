import type { LibraryContext } from '../context.ts'
import { setFault } from '../context.ts'
import { advance, codePoints, writeView } from '../view/view.ts'
import { equalBytes } from './compare.ts'
import { findBytes, rangeOf } from './search.ts'
import type { ByteRange } from './search.ts'

/** Parts of text. None copies bytes: a long result points into its argument. */
function give(m: LibraryContext, out: number, range: ByteRange): void {
  writeView(m, out, range.start, Math.max(0, range.end - range.start))
}

/** Code points `from` to `to` (0-based, exclusive). */
function slice(
  m: LibraryContext,
  text: ByteRange,
  { from, to }: { readonly from: number; readonly to: number },
): ByteRange {
  const start = advance(m, text.start, { end: text.end, count: from })
  return { start, end: advance(m, start, { end: text.end, count: Math.max(0, to - Math.max(0, from)) }) }
}

export function from(
  m: LibraryContext,
  text: number,
  { start, out }: { readonly start: number; readonly out: number },
): void {
  const range = rangeOf(m, text)
  give(m, out, { start: advance(m, range.start, { end: range.end, count: start - 1 }), end: range.end })
}

/** Positions before the first count as if there were characters, as in the standard. */
export function substring(
  m: LibraryContext,
  text: number,
  { start, count, out }: { readonly start: number; readonly count: number; readonly out: number },
): void {
  setFault(m, count < 0 ? 'invalid_argument' : 'none')
  if (count < 0) return
  give(m, out, slice(m, rangeOf(m, text), { from: Math.max(0, start - 1), to: Math.max(0, start - 1 + count) }))
}

export function left(
  m: LibraryContext,
  text: number,
  { count, out }: { readonly count: number; readonly out: number },
): void {
  const range = rangeOf(m, text)
  const to = count >= 0 ? count : Math.max(0, codePoints(m, range.start, range.end) + count)
  give(m, out, slice(m, range, { from: 0, to }))
}

export function right(
  m: LibraryContext,
  text: number,
  { count, out }: { readonly count: number; readonly out: number },
): void {
  const range = rangeOf(m, text)
  const skip = count >= 0 ? Math.max(0, codePoints(m, range.start, range.end) - count) : -count
  give(m, out, { start: advance(m, range.start, { end: range.end, count: skip }), end: range.end })
}

export interface TrimSides {
  readonly atStart: boolean
  readonly atEnd: boolean
}

export function trim(
  m: LibraryContext,
  text: number,
  { characters, sides, out }: { readonly characters: number; readonly sides: TrimSides; readonly out: number },
): void {
  const set = rangeOf(m, characters)
  let { start, end } = rangeOf(m, text)
  while (sides.atStart && start < end) {
    const next = advance(m, start, { end, count: 1 })
    if (!hasCharacter(m, set, { start, end: next })) break
    start = next
  }
  while (sides.atEnd && start < end) {
    let last = end - 1
    while (last > start && (m.u8[last]! & 0xc0) === 0x80) last -= 1
    if (!hasCharacter(m, set, { start: last, end })) break
    end = last
  }
  give(m, out, { start, end })
}

/** Whether the bytes of one character are among those of the set. */
function hasCharacter(m: LibraryContext, set: ByteRange, character: ByteRange): boolean {
  const length = character.end - character.start
  for (let at = set.start; at + length <= set.end; at++) {
    if (equalBytes(m, { a: at, b: character.start, length })) return true
  }
  return false
}

export interface Split {
  readonly delimiter: number
  readonly n: number
  readonly out: number
}

/** The nth field from the start, or from the end when n is negative. No delimiter: the text is one field. */
export function splitPart(m: LibraryContext, text: number, { delimiter, n, out }: Split): void {
  setFault(m, n === 0 ? 'invalid_argument' : 'none')
  if (n === 0) return
  const range = rangeOf(m, text)
  const by = rangeOf(m, delimiter)
  if (by.start === by.end) {
    give(m, out, n === 1 || n === -1 ? range : { start: range.start, end: range.start })
    return
  }
  const wanted = n > 0 ? n - 1 : countOf(m, range, by) + 1 + n
  give(m, out, wanted < 0 ? { start: range.start, end: range.start } : fieldAt(m, range, { by, wanted }))
}

function countOf(m: LibraryContext, range: ByteRange, by: ByteRange): number {
  let count = 0
  let at = findBytes(m, { from: range.start, end: range.end }, by)
  while (at >= 0) {
    count += 1
    at = findBytes(m, { from: at + by.end - by.start, end: range.end }, by)
  }
  return count
}

function fieldAt(
  m: LibraryContext,
  range: ByteRange,
  { by, wanted }: { readonly by: ByteRange; readonly wanted: number },
): ByteRange {
  let start = range.start
  for (let field = 0; ; field++) {
    const at = findBytes(m, { from: start, end: range.end }, by)
    if (field === wanted) return { start, end: at < 0 ? range.end : at }
    if (at < 0) return { start: range.end, end: range.end }
    start = at + by.end - by.start
  }
}

/** What stands before the nth delimiter; for negative n after the nth from the end; all of it where there are fewer. */
export function substringIndex(m: LibraryContext, text: number, { delimiter, n, out }: Split): void {
  const range = rangeOf(m, text)
  const by = rangeOf(m, delimiter)
  if (n === 0 || by.start === by.end) {
    give(m, out, { start: range.start, end: range.start })
    return
  }
  const count = countOf(m, range, by)
  if (Math.abs(n) > count) give(m, out, range)
  else if (n > 0) give(m, out, { start: range.start, end: fieldAt(m, range, { by, wanted: n - 1 }).end })
  else give(m, out, { start: fieldAt(m, range, { by, wanted: count + 1 + n }).start, end: range.end })
}
