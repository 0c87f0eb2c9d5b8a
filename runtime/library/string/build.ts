import type { LibraryContext } from '../context.ts'
import { setFault } from '../context.ts'
import { advance, bytesOf, codePoints, copyBytes, lengthOf, textOf, writeText, writeView } from '../view/view.ts'
import { findBytes, rangeOf } from './search.ts'
import type { ByteRange } from './search.ts'

/** Text made of other text. Results are bounded, because one row must not exhaust the arena. */
const textSizeBytesMax = 1 << 26

/** Room for a result, or -1 and a fault when it is too long. Always in the arena: operands may lie in `out`. */
function room(m: LibraryContext, sizeBytes: number): number {
  const fits = sizeBytes <= textSizeBytesMax
  setFault(m, fits ? 'none' : 'invalid_argument')
  return fits ? m.allocate(sizeBytes) : -1
}

export function concat(m: LibraryContext, a: number, { b, out }: { readonly b: number; readonly out: number }): void {
  const [lengthA, lengthB] = [lengthOf(m, a), lengthOf(m, b)]
  if (lengthB === 0 || lengthA === 0) {
    setFault(m, 'none')
    const kept = lengthB === 0 ? a : b
    writeView(m, out, bytesOf(m, kept), lengthOf(m, kept))
    return
  }
  const to = room(m, lengthA + lengthB)
  if (to < 0) return
  const [startA, startB] = [bytesOf(m, a), bytesOf(m, b)]
  copyBytes(m, to, startA, lengthA)
  copyBytes(m, to + lengthA, startB, lengthB)
  writeView(m, out, to, lengthA + lengthB)
}

export function replace(
  m: LibraryContext,
  text: number,
  { from, to, out }: { readonly from: number; readonly to: number; readonly out: number },
): void {
  const source = rangeOf(m, text)
  const part = rangeOf(m, from)
  const by = rangeOf(m, to)
  const partLength = part.end - part.start
  let at = partLength === 0 ? -1 : findBytes(m, { from: source.start, end: source.end }, part)
  if (at < 0) {
    setFault(m, 'none')
    writeView(m, out, source.start, source.end - source.start)
    return
  }
  let count = 0
  for (; at >= 0; at = findBytes(m, { from: at + partLength, end: source.end }, part)) count += 1
  const length = source.end - source.start + count * (by.end - by.start - partLength)
  const target = room(m, length)
  if (target < 0) return
  let written = target
  let done = source.start
  for (let index = 0; index < count; index++) {
    const found = findBytes(m, { from: done, end: source.end }, part)
    written = append(m, written, { start: done, end: found })
    written = append(m, written, by)
    done = found + partLength
  }
  append(m, written, { start: done, end: source.end })
  writeView(m, out, target, length)
}

/** Copies a range to `to`; returns where the next one goes. */
function append(m: LibraryContext, to: number, { start, end }: ByteRange): number {
  copyBytes(m, to, start, end - start)
  return to + end - start
}

export function repeat(
  m: LibraryContext,
  text: number,
  { count, out }: { readonly count: number; readonly out: number },
): void {
  const source = rangeOf(m, text)
  const times = Math.max(0, count)
  const length = (source.end - source.start) * times
  const target = room(m, length)
  if (target < 0) return
  let written = target
  for (let index = 0; index < times && written < target + length; index++) written = append(m, written, source)
  writeView(m, out, target, length)
}

export interface Pad {
  /** code points of the result */
  readonly length: number
  readonly fill: number
  readonly side: 'left' | 'right'
  readonly out: number
}

/** Text longer than asked for is cut at its end, on both sides of padding; an empty fill leaves it short. */
export function pad(m: LibraryContext, text: number, { length, fill, side, out }: Pad): void {
  const source = rangeOf(m, text)
  const filling = rangeOf(m, fill)
  const own = codePoints(m, source.start, source.end)
  const fillPoints = codePoints(m, filling.start, filling.end)
  const missing = length - own
  if (missing <= 0 || fillPoints === 0) {
    setFault(m, 'none')
    const end = advance(m, source.start, { end: source.end, count: Math.max(0, length) })
    writeView(m, out, source.start, end - source.start)
    return
  }
  const wholes = Math.floor(missing / fillPoints)
  const rest = {
    start: filling.start,
    end: advance(m, filling.start, { end: filling.end, count: missing - wholes * fillPoints }),
  }
  const padding = wholes * (filling.end - filling.start) + rest.end - rest.start
  const size = padding + source.end - source.start
  const target = room(m, size)
  if (target < 0) return
  let written = side === 'left' ? target : append(m, target, source)
  for (let index = 0; index < wholes; index++) written = append(m, written, filling)
  written = append(m, written, rest)
  if (side === 'left') append(m, written, source)
  writeView(m, out, target, size)
}

export function reverse(m: LibraryContext, text: number, out: number): void {
  const { start, end } = rangeOf(m, text)
  const length = end - start
  // A short text may lie in `out` itself, so it is turned elsewhere first.
  const target = m.allocate(length)
  let to = target + length
  for (let at = start; at < end;) {
    const next = advance(m, at, { end, count: 1 })
    to -= next - at
    copyBytes(m, to, at, next - at)
    at = next
  }
  writeView(m, out, target, length)
}

/** Where nothing is said about the count: as many characters as the replacement has. */
const countOfReplacement = -(2 ** 31)

export interface Overlay {
  readonly replacement: number
  readonly start: number
  readonly count: number
  readonly out: number
}

export function overlay(m: LibraryContext, text: number, { replacement, start, count, out }: Overlay): void {
  if (start < 1) {
    setFault(m, 'invalid_argument')
    return
  }
  const source = rangeOf(m, text)
  const by = rangeOf(m, replacement)
  const removed = count === countOfReplacement ? codePoints(m, by.start, by.end) : count
  const head = { start: source.start, end: advance(m, source.start, { end: source.end, count: start - 1 }) }
  const tail = { start: advance(m, source.start, { end: source.end, count: start - 1 + removed }), end: source.end }
  const length = head.end - head.start + by.end - by.start + tail.end - tail.start
  const target = room(m, length)
  if (target < 0) return
  append(m, append(m, append(m, target, head), by), tail)
  writeView(m, out, target, length)
}

export function translate(
  m: LibraryContext,
  text: number,
  { from, to, out }: { readonly from: number; readonly to: number; readonly out: number },
): void {
  const targets = [...textOf(m, to)]
  const map = new Map<string, string>()
  for (const [index, point] of [...textOf(m, from)].entries()) if (!map.has(point)) map.set(point, targets[index] ?? '')
  let result = ''
  for (const point of textOf(m, text)) result += map.get(point) ?? point
  writeText(m, out, result)
}

const hexDigits = '0123456789abcdef'

export function toHex(m: LibraryContext, value: bigint, out: number): void {
  let low = Number(BigInt.asUintN(32, value))
  let high = Number(BigInt.asUintN(32, value >> 32n))
  const target = m.allocate(16)
  let at = target + 16
  do {
    at -= 1
    m.u8[at] = hexDigits.charCodeAt(low & 15)
    low = ((low >>> 4) | (high << 28)) >>> 0
    high >>>= 4
  } while (low !== 0 || high !== 0)
  writeView(m, out, at, target + 16 - at)
}

export function chr(m: LibraryContext, point: number, out: number): void {
  const isCharacter = point > 0 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff)
  setFault(m, isCharacter ? 'none' : 'invalid_argument')
  if (isCharacter) writeText(m, out, String.fromCodePoint(point))
}
