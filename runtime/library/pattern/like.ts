import type { LikePart } from '../../abi/pattern/like.ts'
import type { LibraryContext } from '../context.ts'
import { advance, bytesOf, lengthOf, textOf } from '../view/view.ts'
import type { Matcher } from './matcher.ts'

/**
 * LIKE on UTF-8 bytes. The pattern is cut at its `%` into segments of texts and `_`; the first and the last are anchored, each one
 * between is taken where it fits first, which is enough because `%` gives back nothing. ILIKE runs as a regular expression over
 * the text, because case folding is not a matter of bytes.
 */
export function compileLike(parts: readonly LikePart[], mode: 'exact' | 'ignore_case'): Matcher {
  if (mode === 'ignore_case') return compileIgnoringCase(parts)
  const segments: Segment[] = [[]]
  for (const part of parts) {
    if (part.kind === 'any') segments.push([])
    else (segments.at(-1) as SegmentItem[]).push(part.kind === 'one' ? null : new TextEncoder().encode(part.text))
  }
  const simple = compileSimple(segments)
  if (simple !== null) return simple
  if (segments.length === 1) return (m, text) => matchesWhole(m, text, segments[0] as Segment)
  return (m, text) => matchesSegments(m, text, segments)
}

/** Bytes, or null for any one character. */
type SegmentItem = Uint8Array | null
type Segment = SegmentItem[]

/** `x%`, `%x` and `x`: no ranges, no objects. Null for every other pattern. */
function compileSimple(segments: readonly Segment[]): Matcher | null {
  const [first = [], last] = segments
  if (segments.length > 2 || [...first, ...(last ?? [])].length !== 1) return null
  const [bytes] = [...first, ...(last ?? [])]
  if (bytes === null || bytes === undefined) return null
  if (last === undefined)
    return (m, text) => lengthOf(m, text) === bytes.length && hasBytesAt(m, bytesOf(m, text), bytes)
  if (last.length === 0) return (m, text) => lengthOf(m, text) >= bytes.length && hasBytesAt(m, bytesOf(m, text), bytes)
  return (m, text) => {
    const before = lengthOf(m, text) - bytes.length
    return before >= 0 && hasBytesAt(m, bytesOf(m, text) + before, bytes)
  }
}

function hasBytesAt({ u8 }: LibraryContext, at: number, bytes: Uint8Array): boolean {
  for (let index = 0; index < bytes.length; index++) if (u8[at + index] !== bytes[index]) return false
  return true
}

function matchesWhole(m: LibraryContext, text: number, segment: Segment): boolean {
  const start = bytesOf(m, text)
  const end = start + lengthOf(m, text)
  return segmentAt(m, segment, { start, end }) === end
}

function matchesSegments(m: LibraryContext, text: number, segments: readonly Segment[]): boolean {
  let start = bytesOf(m, text)
  const end = start + lengthOf(m, text)
  const last = segments.length - 1
  for (let index = 0; index < last; index++) {
    const segment = segments[index] as Segment
    const after = index === 0 ? segmentAt(m, segment, { start, end }) : findSegment(m, segment, { start, end })
    if (after < 0) return false
    start = after
  }
  return endsWithSegment(m, segments[last] as Segment, { start, end })
}

interface Range {
  readonly start: number
  readonly end: number
}

/** Where the segment ends when it fits at `start`, else -1. */
function segmentAt(m: LibraryContext, segment: Segment, { start, end }: Range): number {
  const { u8 } = m
  let at = start
  for (let index = 0; index < segment.length; index++) {
    const item = segment[index] as SegmentItem
    if (item === null) {
      if (at >= end) return -1
      at = advance(m, at, { end, count: 1 })
    } else {
      if (at + item.length > end) return -1
      for (let offset = 0; offset < item.length; offset++) if (u8[at + offset] !== item[offset]) return -1
      at += item.length
    }
  }
  return at
}

function findSegment(m: LibraryContext, segment: Segment, { start, end }: Range): number {
  for (let at = start; at <= end; at++) {
    // A character's later bytes begin nothing.
    if (at < end && (m.u8[at]! & 0xc0) === 0x80) continue
    const after = segmentAt(m, segment, { start: at, end })
    if (after >= 0) return after
  }
  return -1
}

/** From the end backwards: so many characters and bytes before it. */
function endsWithSegment(m: LibraryContext, segment: Segment, { start, end }: Range): boolean {
  let at = end
  for (let index = segment.length - 1; index >= 0; index--) {
    const item = segment[index] as SegmentItem
    if (item === null) {
      if (at <= start) return false
      at -= 1
      while (at > start && (m.u8[at]! & 0xc0) === 0x80) at -= 1
    } else {
      at -= item.length
      if (at < start) return false
      for (let offset = 0; offset < item.length; offset++) if (m.u8[at + offset] !== item[offset]) return false
    }
  }
  return true
}

function compileIgnoringCase(parts: readonly LikePart[]): Matcher {
  const source = parts
    .map((part) => (part.kind === 'any' ? '[^]*' : part.kind === 'one' ? '[^]' : RegExp.escape(part.text)))
    .join('')
  const regex = new RegExp(`^${source}$`, 'iv')
  return (m, text) => regex.test(textOf(m, text))
}
