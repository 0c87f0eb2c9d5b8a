import { dialect } from '../abi/encode.ts'
import type { MemoryViews } from '../abi/memory.ts'
import { viewBytesAddress } from './cells.ts'

/** CSV as COPY writes it: quoted only where it must be; a text that reads like the NULL marker is quoted. */
export class CsvText {
  readonly #views: MemoryViews

  constructor(views: MemoryViews) {
    this.#views = views
  }

  /** The text of the view at `cell`; the position after it. `dialectAt`: address of a dialect (abi/encode.ts). */
  write(at: number, cell: number, dialectAt: number): number {
    const { u8, i32 } = this.#views
    const length = i32[cell >> 2] ?? 0
    const from = viewBytesAddress(this.#views, cell)
    for (let index = 0; index < length; index++) u8[at + index] = u8[from + index] ?? 0
    return this.quote(at, at + length, dialectAt)
  }

  /** Puts quotes around what was written from .. to where a reader needs them; the end of that. */
  quote(from: number, to: number, dialectAt: number): number {
    if (!this.#needsQuotes(from, to, dialectAt)) return to
    const { u8, i32 } = this.#views
    const quote = i32[(dialectAt + dialect.quote) >> 2] ?? 0
    const escape = i32[(dialectAt + dialect.escape) >> 2] ?? 0
    let escapes = 0
    for (let index = from; index < to; index++) if (u8[index] === quote || u8[index] === escape) escapes++
    const end = to + escapes + 2
    // from behind, so that nothing is overwritten before it was read
    let put = end - 1
    u8[put--] = quote
    for (let index = to - 1; index >= from; index--) {
      const byte = u8[index] ?? 0
      u8[put--] = byte
      if (byte === quote || byte === escape) u8[put--] = escape
    }
    u8[put] = quote
    return end
  }

  #needsQuotes(from: number, to: number, dialectAt: number): boolean {
    const { u8, i32 } = this.#views
    if (this.#isNullText(from, to, dialectAt)) return true
    // a reader trims nothing, but others do
    if (to > from && (u8[from] === 32 || u8[to - 1] === 32)) return true
    const quote = i32[(dialectAt + dialect.quote) >> 2]
    const delimiter = i32[(dialectAt + dialect.delimiter) >> 2]
    for (let index = from; index < to; index++) {
      const byte = u8[index]
      if (byte === quote || byte === delimiter || byte === 10 || byte === 13) return true
    }
    return false
  }

  #isNullText(from: number, to: number, dialectAt: number): boolean {
    const { u8, i32 } = this.#views
    if (to - from !== i32[(dialectAt + dialect.nullLength) >> 2]) return false
    const text = dialectAt + dialect.nullText
    for (let index = 0; index < to - from; index++) if (u8[from + index] !== u8[text + index]) return false
    return true
  }
}
