import { learnt, learntEntry, learntEntrySizeBytes, learntMembersMax, literalBytesMax } from '../abi/decode-token.ts'
import type { MemoryViews } from '../abi/memory.ts'

/** Rows that may miss after a lesson that never paid, before the next one. */
const patienceMax = 1024

/**
 * Notes the shape of a record (the literals between its values) while it is scanned, and teaches it to the decoder. A shape is taught
 * when two records in a row missed; when a lesson brings no hit, the next one waits twice as long.
 */
export class Learning {
  readonly #views: MemoryViews
  readonly #from = new Int32Array(learntMembersMax + 1)
  readonly #to = new Int32Array(learntMembersMax + 1)
  readonly #cells = new Int32Array(learntMembersMax + 1)
  #count = 0
  #ignored = 0
  #usable = true

  constructor(views: MemoryViews) {
    this.#views = views
  }

  /** `ignored`: the token cell of what nobody needs */
  begin(ignored: number): void {
    this.#ignored = ignored
    this.#count = 0
    this.#usable = true
  }

  /** The bytes from .. to stand before a value whose token cell is `cell` (0: after the last value). */
  note(from: number, to: number, cell: number): void {
    if (this.#count > learntMembersMax || to - from > literalBytesMax || to === from) {
      this.#usable = false
      return
    }
    this.#from[this.#count] = from
    this.#to[this.#count] = to
    this.#cells[this.#count] = cell
    this.#count += 1
  }

  /** The record has something that must not be speculated about (a duplicate key). */
  spoil(): void {
    this.#usable = false
  }

  /** The record from .. to is whole: does the decoder learn its shape? */
  end(table: number, { from, to }: { readonly from: number; readonly to: number }): void {
    const { i32 } = this.#views
    const cell = table >> 2
    const isFirst = i32[cell + (learnt.patienceNext >> 2)] === 0
    const isAgain = i32[cell + (learnt.missEnd >> 2)] === from
    i32[cell + (learnt.missEnd >> 2)] = to
    if (!isFirst && !isAgain) {
      // the last lesson paid
      i32[cell + (learnt.patience >> 2)] = 0
      i32[cell + (learnt.patienceNext >> 2)] = 1
      return
    }
    const patience = i32[cell + (learnt.patience >> 2)] ?? 0
    if (patience > 0) {
      i32[cell + (learnt.patience >> 2)] = patience - 1
      return
    }
    const next = isFirst ? 1 : Math.min(patienceMax, (i32[cell + (learnt.patienceNext >> 2)] ?? 0) * 2)
    i32[cell + (learnt.patienceNext >> 2)] = next
    i32[cell + (learnt.patience >> 2)] = isFirst ? 0 : next
    if (!this.#usable || this.#count < 2) return
    for (let index = 0; index < this.#count; index++)
      this.#teach(table + learnt.entries + index * learntEntrySizeBytes, index)
    const isColumn = (known: number): boolean => known !== 0 && known !== this.#ignored
    i32[cell + (learnt.columnCount >> 2)] = this.#cells.subarray(0, this.#count).filter(isColumn).length
    i32[cell] = this.#count - 1
  }

  #teach(entry: number, index: number): void {
    const { i32, u8 } = this.#views
    const from = this.#from[index] ?? 0
    const length = (this.#to[index] ?? 0) - from
    const fullWords = (length - 1) >> 2
    i32[(entry + learntEntry.length) >> 2] = length
    i32[(entry + learntEntry.tokenCell) >> 2] = this.#cells[index] ?? 0
    i32[(entry + learntEntry.fullWords) >> 2] = fullWords
    i32[(entry + learntEntry.lastMask) >> 2] = -1 >>> ((fullWords * 4 + 4 - length) * 8)
    u8.fill(0, entry + learntEntry.words, entry + learntEntrySizeBytes)
    u8.copyWithin(entry + learntEntry.words, from, from + length)
  }
}
