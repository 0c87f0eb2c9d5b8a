import type { MemoryViews } from '../../abi/memory.ts'
import { viewInlineBytesMax, viewOffsets } from '../../abi/view.ts'
import type { Arena } from '../../memory/arena.ts'

const encoder = new TextEncoder()

/** Writes the view of `text`, which is well-formed, at `address`, long bytes into `arena`. */
export function writeText(
  views: MemoryViews,
  address: number,
  text: { readonly value: string; readonly arena: Arena },
): void {
  const { value, arena } = text
  if (value.length <= viewInlineBytesMax && writeInlineAscii(views, address, value)) return
  // UTF-8 needs at most three bytes for each UTF-16 unit.
  const sizeBytesMax = value.length * 3
  const start = arena.allocate(sizeBytesMax, 1)
  const { written } = encoder.encodeInto(value, views.u8.subarray(start, start + sizeBytesMax))
  writeView(views, address, { start, length: written })
}

/** Writes the view of a copy of `bytes` at `address`. */
export function writeBytes(
  views: MemoryViews,
  address: number,
  bytes: { readonly value: Uint8Array; readonly arena: Arena },
): void {
  const start = bytes.arena.allocate(bytes.value.length, 1)
  views.u8.set(bytes.value, start)
  writeView(views, address, { start, length: bytes.value.length })
}

function writeInlineAscii({ u8, i32 }: MemoryViews, address: number, text: string): boolean {
  const at = address >>> 2
  i32[at + 1] = 0
  i32[at + 2] = 0
  i32[at + 3] = 0
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit > 127) return false
    u8[address + viewOffsets.prefix + index] = unit
  }
  i32[at] = text.length
  return true
}

function writeView(
  { u8, i32 }: MemoryViews,
  address: number,
  { start, length }: { readonly start: number; readonly length: number },
): void {
  const at = address >>> 2
  i32[at] = length
  i32[at + 1] = 0
  i32[at + 2] = 0
  i32[at + 3] = 0
  const inline = length <= viewInlineBytesMax
  u8.copyWithin(address + viewOffsets.prefix, start, start + (inline ? length : 4))
  if (!inline) i32[at + 2] = start
}
