import { keptInstant } from '../abi/encode.ts'
import { loadBigint } from './cells.ts'
import { writeBigTimestamp } from './instant-text.ts'
import type { TextMemory } from './text-memory.ts'

/** The timestamp at `cell`, from the text at `kept` when it has it (abi/encode.ts), which it has afterwards. */
export function writeTimestampKept(
  { views, words }: TextMemory,
  at: number,
  { cell, kept }: { readonly cell: number; readonly kept: number },
): number {
  const { i32, u8 } = views
  const from = cell >> 2
  const micros = (kept + keptInstant.micros) >> 2
  const lengthAt = (kept + keptInstant.length) >> 2
  const text = kept + keptInstant.text
  if (i32[lengthAt] === 0 || i32[from] !== i32[micros] || i32[from + 1] !== i32[micros + 1]) {
    i32[micros] = i32[from] ?? 0
    i32[micros + 1] = i32[from + 1] ?? 0
    const end = writeBigTimestamp(u8, text, { micros: loadBigint(views, cell, 'i64'), separator: 84 })
    i32[lengthAt] = end - text
  }
  const length = i32[lengthAt] ?? 0
  for (let index = 0; index < length; index += 4) words.setInt32(at + index, i32[(text + index) >> 2] ?? 0, true)
  return at + length
}
