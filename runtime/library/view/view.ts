import { Buffer } from 'node:buffer'
import type { LibraryContext } from '../context.ts'

/** Reading and writing of 16-byte views (runtime/abi/view.ts). Hot: watched by bench/kernel. */

export const inlineMax = 12

/** Length in bytes. */
export function lengthOf(m: LibraryContext, view: number): number {
  return m.i32[view >> 2]!
}

/** Where the bytes are: in the view itself, or where it points. */
export function bytesOf(m: LibraryContext, view: number): number {
  return m.i32[view >> 2]! <= inlineMax ? view + 4 : m.i32[(view + 8) >> 2]!
}

/** Makes `out` the view of the bytes at `address`, which must stay where they are when longer than 12. They may lie in `out` itself. */
export function writeView(m: LibraryContext, out: number, address: number, length: number): void {
  const cell = out >> 2
  if (length > inlineMax) {
    const prefix = word(m, address)
    m.i32[cell] = length
    m.i32[cell + 1] = prefix
    m.i32[cell + 2] = address
    m.i32[cell + 3] = 0
    return
  }
  const first = partialWord(m, address, length)
  const second = length > 4 ? partialWord(m, address + 4, length - 4) : 0
  const third = length > 8 ? partialWord(m, address + 8, length - 8) : 0
  m.i32[cell] = length
  m.i32[cell + 1] = first
  m.i32[cell + 2] = second
  m.i32[cell + 3] = third
}

/** Four bytes at any address, little-endian. */
export function word(m: LibraryContext, address: number): number {
  const { u8 } = m
  return u8[address]! | (u8[address + 1]! << 8) | (u8[address + 2]! << 16) | (u8[address + 3]! << 24)
}

/** The first `count` of four bytes, the rest zero. */
function partialWord(m: LibraryContext, address: number, count: number): number {
  if (count >= 4) return word(m, address)
  const { u8 } = m
  let value = 0
  for (let index = 0; index < count; index++) value |= u8[address + index]! << (8 * index)
  return value
}

/** Below this a loop is faster than the call of a built-in. */
const copyLoopMax = 64

export function copyBytes(m: LibraryContext, to: number, from: number, length: number): void {
  const { u8 } = m
  if (length > copyLoopMax) u8.copyWithin(to, from, from + length)
  else for (let index = 0; index < length; index++) u8[to + index] = u8[from + index]!
}

/** The text of a view as a JavaScript string. */
export function textOf(m: LibraryContext, view: number): string {
  const start = bytesOf(m, view)
  return m.buffer.toString('utf8', start, start + lengthOf(m, view))
}

/** Encodes a string into the arena (or inline) and makes `out` its view. */
export function writeText(m: LibraryContext, out: number, text: string): void {
  const length = byteLength(text)
  const address = length <= inlineMax ? out + 4 : m.allocate(length)
  m.buffer.write(text, address, length, 'utf8')
  writeView(m, out, address, length)
}

function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8')
}

/** As `writeText`, for text known to be ASCII and short-lived: digits, dates. */
export function writeAscii(m: LibraryContext, out: number, text: string): void {
  const { length } = text
  const address = length <= inlineMax ? out + 4 : m.allocate(length)
  for (let index = 0; index < length; index++) m.u8[address + index] = text.charCodeAt(index)
  writeView(m, out, address, length)
}

/** Whether all bytes are ASCII. */
export function isAscii(m: LibraryContext, address: number, length: number): boolean {
  for (let at = address; at < address + length; at++) if (m.u8[at]! >= 0x80) return false
  return true
}

/** After `count` code points from `at`, but not beyond `end`. */
export function advance(
  m: LibraryContext,
  at: number,
  { end, count }: { readonly end: number; readonly count: number },
): number {
  const { u8 } = m
  let left = count
  let position = at
  while (left > 0 && position < end) {
    position += 1
    while (position < end && (u8[position]! & 0xc0) === 0x80) position += 1
    left -= 1
  }
  return position
}

/** Code points in the bytes from `start` to `end`. */
export function codePoints(m: LibraryContext, start: number, end: number): number {
  const { u8 } = m
  let count = 0
  for (let at = start; at < end; at++) if ((u8[at]! & 0xc0) !== 0x80) count += 1
  return count
}
