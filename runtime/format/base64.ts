import type { MemoryViews } from '../abi/memory.ts'
import { viewBytesAddress } from './cells.ts'
import type { OutputBuffer } from './output-buffer.ts'

const alphabet = new TextEncoder().encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')

/** The bytes of the view at `address` in base64 with padding. */
export function writeBase64(out: OutputBuffer, views: MemoryViews, address: number): void {
  const length = views.i32[address >> 2] ?? 0
  const from = viewBytesAddress(views, address)
  out.ensure(Math.ceil(length / 3) * 4)
  const { bytes } = out
  const { u8 } = views
  for (let index = 0; index < length; index += 3) {
    const one = u8[from + index] ?? 0
    const two = index + 1 < length ? (u8[from + index + 1] ?? 0) : 0
    const three = index + 2 < length ? (u8[from + index + 2] ?? 0) : 0
    bytes[out.at] = alphabet[one >> 2] ?? 0
    bytes[out.at + 1] = alphabet[((one & 3) << 4) | (two >> 4)] ?? 0
    bytes[out.at + 2] = index + 1 < length ? (alphabet[((two & 15) << 2) | (three >> 6)] ?? 0) : 61
    bytes[out.at + 3] = index + 2 < length ? (alphabet[three & 63] ?? 0) : 61
    out.at += 4
  }
}
