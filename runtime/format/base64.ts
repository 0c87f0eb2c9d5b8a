import type { MemoryViews } from '../abi/memory.ts'
import { viewBytesAddress } from './cells.ts'

const alphabet = new TextEncoder().encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')

/** The bytes of the view at `cell` in base64 with padding; the position after them. */
export function writeBase64(views: MemoryViews, at: number, cell: number): number {
  const { u8, i32 } = views
  const length = i32[cell >> 2] ?? 0
  const from = viewBytesAddress(views, cell)
  let to = at
  for (let index = 0; index < length; index += 3) {
    const one = u8[from + index] ?? 0
    const two = index + 1 < length ? (u8[from + index + 1] ?? 0) : 0
    const three = index + 2 < length ? (u8[from + index + 2] ?? 0) : 0
    u8[to] = alphabet[one >> 2] ?? 0
    u8[to + 1] = alphabet[((one & 3) << 4) | (two >> 4)] ?? 0
    u8[to + 2] = index + 1 < length ? (alphabet[((two & 15) << 2) | (three >> 6)] ?? 0) : 61
    u8[to + 3] = index + 2 < length ? (alphabet[three & 63] ?? 0) : 61
    to += 4
  }
  return to
}
