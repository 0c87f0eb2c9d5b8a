import type { LibraryContext } from '../context.ts'
import { read, scaled, write } from './cell.ts'

/** Order, equality, sign of cells. */
export function compare(m: LibraryContext, a: number, b: number): number {
  const { i32, u32 } = m
  const [x, y] = [a >> 2, b >> 2]
  if (i32[x + 3] !== i32[y + 3]) return i32[x + 3]! < i32[y + 3]! ? -1 : 1
  for (let limb = 2; limb >= 0; limb--) {
    if (u32[x + limb] !== u32[y + limb]) return u32[x + limb]! < u32[y + limb]! ? -1 : 1
  }
  return 0
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
  const { i32 } = m
  const [x, y] = [a >> 2, b >> 2]
  return i32[x] === i32[y] && i32[x + 1] === i32[y + 1] && i32[x + 2] === i32[y + 2] && i32[x + 3] === i32[y + 3]
}

/** No decimal is the least i128, so this cannot overflow. */
export function negate(m: LibraryContext, a: number, out: number): void {
  write(m, out, -read(m, a))
}

export function absolute(m: LibraryContext, a: number, out: number): void {
  const value = read(m, a)
  write(m, out, value < 0n ? -value : value)
}
