import {
  learnt,
  learntKey,
  learntKeyBytesMax,
  learntKeyHash,
  learntKeySlots,
  learntKeysMax,
  token,
} from '../abi/decode-token.ts'
import type { MemoryViews } from '../abi/memory.ts'

/**
 * Teaches the decoder what a key without escapes means (abi/decode-token.ts, `learntKey`); known ones stay as they are. `isColumn`: a record
 * that has the column twice is for the general scanner.
 */
export function learnKey(
  { u8, i32 }: MemoryViews,
  table: number,
  key: { readonly from: number; readonly to: number; readonly cell: number; readonly isColumn: boolean },
): void {
  const length = key.to - key.from
  const count = i32[(table + learnt.keyCount) >> 2] ?? 0
  if (length === 0 || length > learntKeyBytesMax || count >= learntKeysMax) return
  let slot = slotOf(u8, key.from, length)
  for (;;) {
    const entry = table + learnt.keys + slot * learntKey.sizeBytes
    const known = i32[(entry + learntKey.length) >> 2] ?? 0
    if (known === length && sameBytes(u8, { left: entry + learntKey.bytes, right: key.from, length })) return
    if (known === 0) {
      i32[(entry + learntKey.length) >> 2] = length
      i32[(entry + learntKey.tokenCell) >> 2] = key.cell
      i32[(entry + learntKey.guard) >> 2] = key.isColumn ? key.cell + token.kind : table + learnt.zero
      u8.fill(0, entry + learntKey.bytes, entry + learntKey.sizeBytes)
      u8.copyWithin(entry + learntKey.bytes, key.from, key.to)
      i32[(table + learnt.keyCount) >> 2] = count + 1
      return
    }
    slot = (slot + 1) & (learntKeySlots - 1)
  }
}

function slotOf(u8: Uint8Array, from: number, length: number): number {
  const first = wordAt(u8, from - 1)
  const last = wordAt(u8, Math.max(from + length - 3, from - 1))
  const mixed =
    Math.imul(first, learntKeyHash.first) +
    Math.imul(last, learntKeyHash.last) +
    Math.imul(length, learntKeyHash.length)
  return (mixed | 0) >>> learntKeyHash.shift
}

function wordAt(u8: Uint8Array, at: number): number {
  const byte = (index: number): number => u8[at + index] ?? 0
  return byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24)
}

function sameBytes(
  u8: Uint8Array,
  { left, right, length }: { readonly left: number; readonly right: number; readonly length: number },
): boolean {
  for (let index = 0; index < length; index++) if (u8[left + index] !== u8[right + index]) return false
  return true
}
