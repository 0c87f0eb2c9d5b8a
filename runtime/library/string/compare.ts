import type { LibraryContext } from '../context.ts'
import { bytesOf, inlineMax, lengthOf, word } from '../view/view.ts'

/** Equality, order and hash of views: text and bytes alike, by bytes. */
export function stringEqual(m: LibraryContext, a: number, b: number): boolean {
  const { i32 } = m
  const [x, y] = [a >> 2, b >> 2]
  const length = i32[x]!
  if (length !== i32[y] || i32[x + 1] !== i32[y + 1]) return false
  if (length <= inlineMax) return i32[x + 2] === i32[y + 2] && i32[x + 3] === i32[y + 3]
  return equalBytes(m, { a: i32[x + 2]!, b: i32[y + 2]!, length })
}

export function equalBytes(
  m: LibraryContext,
  { a, b, length }: { readonly a: number; readonly b: number; readonly length: number },
): boolean {
  if (a === b) return true
  const { u8 } = m
  for (let index = 0; index < length; index++) if (u8[a + index] !== u8[b + index]) return false
  return true
}

export function stringCompare(m: LibraryContext, a: number, b: number): number {
  const { u8, i32 } = m
  const prefix = i32[(a >> 2) + 1]! ^ i32[(b >> 2) + 1]!
  if (prefix !== 0) {
    // The first differing byte of the prefixes decides; padding is zero, below every byte of text.
    const shift = (31 - Math.clz32(prefix & -prefix)) & 24
    const [x, y] = [(i32[(a >> 2) + 1]! >>> shift) & 255, (i32[(b >> 2) + 1]! >>> shift) & 255]
    const at = shift >> 3
    if (at < lengthOf(m, a) && at < lengthOf(m, b)) return x < y ? -1 : 1
    return lengthOf(m, a) < lengthOf(m, b) ? -1 : 1
  }
  const [lengthA, lengthB] = [lengthOf(m, a), lengthOf(m, b)]
  const [startA, startB] = [bytesOf(m, a), bytesOf(m, b)]
  const common = Math.min(lengthA, lengthB)
  for (let index = 4; index < common; index++) {
    const difference = u8[startA + index]! - u8[startB + index]!
    if (difference !== 0) return difference < 0 ? -1 : 1
  }
  return lengthA === lengthB ? 0 : lengthA < lengthB ? -1 : 1
}

/** Multiply and rotate per word, murmur3's finaliser at the end. Equal text has one form of view, so inline words may be hashed as they are. */
export function stringHash(m: LibraryContext, view: number): number {
  const { i32 } = m
  const cell = view >> 2
  const length = i32[cell]!
  let hash = mixWord(length, i32[cell + 1]!)
  if (length <= inlineMax) return finish(mixWord(mixWord(hash, i32[cell + 2]!), i32[cell + 3]!))
  const start = i32[cell + 2]!
  const end = start + length
  let at = start + 4
  for (; at + 4 <= end; at += 4) hash = mixWord(hash, word(m, at))
  // The last word may overlap the one before: the length is part of the hash.
  return finish(mixWord(hash, word(m, end - 4)))
}

export function mixWord(hash: number, value: number): number {
  const mixed = Math.imul(value, 0xcc9e2d51)
  const turned = hash ^ Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593)
  return (Math.imul((turned << 13) | (turned >>> 19), 5) + 0xe6546b64) | 0
}

export function finish(hash: number): number {
  let mixed = hash
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
