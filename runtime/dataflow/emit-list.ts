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
