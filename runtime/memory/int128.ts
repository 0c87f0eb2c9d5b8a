import type { MemoryViews } from '../abi/memory.ts'

/** The signed 128-bit integer in the 16-byte little-endian cell at `address`. */
export function readInt128(views: MemoryViews, address: number): bigint {
  const low = BigInt.asUintN(64, views.i64[address >>> 3] as bigint)
  const high = views.i64[(address >>> 3) + 1] as bigint
  return (high << 64n) | low
}

/** Stores `value` modulo 2^128. */
export function writeInt128(views: MemoryViews, address: number, value: bigint): void {
  views.i64[address >>> 3] = BigInt.asIntN(64, value)
  views.i64[(address >>> 3) + 1] = BigInt.asIntN(64, value >> 64n)
}
