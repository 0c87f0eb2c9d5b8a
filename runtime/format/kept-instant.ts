import { keptInstant } from '../abi/encode.ts'
import type { MemoryViews } from '../abi/memory.ts'
import { loadBigint } from './cells.ts'
import { writeBigTimestamp } from './instant-text.ts'

/** Timestamps, whose texts are kept (abi/encode.ts). */
export class KeptInstant {
  readonly #views: MemoryViews
  /** For words at any address. */
  readonly #words: DataView

  constructor(views: MemoryViews, words: DataView) {
    this.#views = views
    this.#words = words
  }

  /** The timestamp at `cell`, from the text at `kept` when it has it, which it has afterwards; the position after it. */
  write(at: number, cell: number, kept: number): number {
    const { i32 } = this.#views
    const from = cell >> 2
    const micros = (kept + keptInstant.micros) >> 2
    const lengthAt = (kept + keptInstant.length) >> 2
    if (i32[lengthAt] === 0 || i32[from] !== i32[micros] || i32[from + 1] !== i32[micros + 1]) this.#keep(cell, kept)
    const length = i32[lengthAt] ?? 0
    const text = (kept + keptInstant.text) >> 2
    for (let index = 0; index < length; index += 4)
      this.#words.setInt32(at + index, i32[text + (index >> 2)] ?? 0, true)
    return at + length
  }

  #keep(cell: number, kept: number): void {
    const { i32, u8 } = this.#views
    const micros = (kept + keptInstant.micros) >> 2
    i32[micros] = i32[cell >> 2] ?? 0
    i32[micros + 1] = i32[(cell >> 2) + 1] ?? 0
    const text = kept + keptInstant.text
    const end = writeBigTimestamp(u8, text, loadBigint(this.#views, cell, 'i64'))
    i32[(kept + keptInstant.length) >> 2] = end - text
  }
}
