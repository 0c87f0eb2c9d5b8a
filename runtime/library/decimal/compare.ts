import type { LibraryContext } from '../context.ts'
import { finish, mixWord } from '../string/compare.ts'
import { read, scaled, write } from './cell.ts'

/** Order, equality, hash, sign of cells. */
export function compare(m: LibraryContext, a: number, b: number): number {
  const [x, y] = [a >> 3, b >> 3]
  const [highX, highY] = [m.i64[x + 1]!, m.i64[y + 1]!]
  if (highX !== highY) return highX < highY ? -1 : 1
  const [lowX, lowY] = [BigInt.asUintN(64, m.i64[x]!), BigInt.asUintN(64, m.i64[y]!)]
  return lowX === lowY ? 0 : lowX < lowY ? -1 : 1
}

export function compareScaled(
  m: LibraryContext,
  [a, b]: readonly [number, number],
  [aUp, bUp]: readonly [number, number],
): number {
  const [x, y] = [scaled(read(m, a), aUp), scaled(read(m, b), bUp)]
  return x === y ? 0 : x < y ? -1 : 1
}

export function equal(m: LibraryContext, a: number, b: number): boolean {
  const [x, y] = [a >> 3, b >> 3]
  return m.i64[x] === m.i64[y] && m.i64[x + 1] === m.i64[y + 1]
}

export function hash(m: LibraryContext, a: number): number {
  const at = a >> 2
  const first = mixWord(mixWord(0, m.i32[at]!), m.i32[at + 1]!)
  return finish(mixWord(mixWord(first, m.i32[at + 2]!), m.i32[at + 3]!))
}

/** No decimal is the least i128, so this cannot overflow. */
export function negate(m: LibraryContext, a: number, out: number): void {
  write(m, out, -read(m, a))
}

export function absolute(m: LibraryContext, a: number, out: number): void {
  const value = read(m, a)
  write(m, out, value < 0n ? -value : value)
}
