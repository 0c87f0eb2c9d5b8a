import type { MemoryViews } from '../abi/memory.ts'

/** Stores `value` modulo 2^128. */
export function writeInt128(views: MemoryViews, address: number, value: bigint): void {
  views.i64[address >>> 3] = BigInt.asIntN(64, value)
  views.i64[(address >>> 3) + 1] = BigInt.asIntN(64, value >> 64n)
}
