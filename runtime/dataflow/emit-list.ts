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
    const { i32, i64 } = this.#views
    const index = this.#count++
    i32[((this.address + emitList.addresses) >>> 2) + index] = row
    i32[((this.address + emitList.weights) >>> 2) + index] = weight
    i64[((this.address + emitList.starts) >>> 3) + index] = i64[(table + tableHeader.windowStart) >>> 3] as bigint
    i64[((this.address + emitList.ends) >>> 3) + index] = i64[(table + tableHeader.windowEnd) >>> 3] as bigint
  }
}
