import type { MemoryViews } from '../abi/memory.ts'
import { viewBytesAddress } from './cells.ts'

const hex = new TextEncoder().encode('0123456789abcdef')
/** `\b \t \n \f \r \" \\` by byte; 0 where there is none */
const shortEscapes = new Uint8Array(256)
shortEscapes.set([98, 116, 110, 0, 102, 114], 8)
shortEscapes[34] = 34
shortEscapes[92] = 92

/** The text of the view at `cell`, in quotes, with escapes. */
export function writeJsonText(views: MemoryViews, at: number, cell: number): number {
  const { u8, i32 } = views
  const length = i32[cell >> 2] ?? 0
  const from = viewBytesAddress(views, cell)
  let to = at
  u8[to++] = 34
  for (let index = from; index < from + length; index++) {
    const byte = u8[index] ?? 0
    if (byte >= 32 && byte !== 34 && byte !== 92) u8[to++] = byte
    else to = writeEscape(u8, to, byte)
  }
  u8[to++] = 34
  return to
}

function writeEscape(bytes: MemoryViews['u8'], at: number, byte: number): number {
  bytes[at] = 92
  const short = shortEscapes[byte] ?? 0
  if (short !== 0) {
    bytes[at + 1] = short
    return at + 2
  }
  bytes[at + 1] = 117
  bytes[at + 2] = 48
  bytes[at + 3] = 48
  bytes[at + 4] = hex[byte >> 4] ?? 48
  bytes[at + 5] = hex[byte & 15] ?? 48
  return at + 6
}
