import type { MemoryViews } from '../abi/memory.ts'
import { blockRowsMax } from '../abi/memory.ts'
import { emitList, tableHeader } from '../abi/state.ts'

/** Fills the emit list of an operator (layout: runtime/abi/state.ts). */
export class EmitList {
  readonly address: number
  readonly #views: MemoryViews
  #count = 0

  constructor(views: MemoryViews, address: number) {
    this.#views = views
    this.address = address
  }

  get count(): number {
    return this.#count
  }

  get room(): number {
    return blockRowsMax - this.#count
  }

  clear(): void {
    this.#count = 0
  }

  /** The first `count` of `rows`, state rows of `table`, with weight 1. There must be room for them. */
  addRows(rows: Int32Array, count: number, table: number): void {
    const { i32 } = this.#views
    const first = (this.address >>> 2) + this.#count
    i32.set(rows.subarray(0, count), first + (emitList.addresses >>> 2))
    i32.fill(1, first + (emitList.weights >>> 2), first + (emitList.weights >>> 2) + count)
    this.#fillInstants(emitList.starts, table + tableHeader.windowStart, count)
    this.#fillInstants(emitList.ends, table + tableHeader.windowEnd, count)
    this.#count += count
  }

  /** In halves: a 64-bit integer outside of optimised code is an object. */
  #fillInstants(array: number, instant: number, count: number): void {
    const { i32 } = this.#views
    const [low, high] = [i32[instant >>> 2] as number, i32[(instant >>> 2) + 1] as number]
    const from = (this.address + array + this.#count * 8) >>> 2
    for (let half = from; half < from + count * 2; half += 2) {
      i32[half] = low
      i32[half + 1] = high
    }
  }

  /** `row`: a state row or a snapshot of one; `table`: the header that knows its window. */
  add(row: number, weight: number, table: number): void {
    const { i32 } = this.#views
    const index = this.#count++
    i32[((this.address + emitList.addresses) >>> 2) + index] = row
    i32[((this.address + emitList.weights) >>> 2) + index] = weight
    // in halves: a 64-bit integer outside of optimised code is an object
    const start = ((this.address + emitList.starts) >>> 2) + index * 2
    const end = ((this.address + emitList.ends) >>> 2) + index * 2
    for (let half = 0; half < 2; half++) {
      i32[start + half] = i32[((table + tableHeader.windowStart) >>> 2) + half] as number
      i32[end + half] = i32[((table + tableHeader.windowEnd) >>> 2) + half] as number
    }
  }
}
