import { must } from '../../sql/base/assert.ts'
import type { BlockLayout } from '../../runtime/abi/block.ts'
import type { MemoryViews } from '../../runtime/abi/memory.ts'
import { hashOf, hashSum } from './result-hash.ts'

/** Hashes what a case gives, as bench/kernel/floor.c does. */
export class ResultHasher {
  readonly #views: MemoryViews
  readonly #name: string
  readonly #parts: bigint[] = []
  #count = 0
  #sums: [bigint, bigint] = [0n, 0n]

  constructor(views: MemoryViews, name: string) {
    this.#views = views
    this.#name = name
  }

  add(layout: BlockLayout, block: number, count: number): void {
    const { i64, f64 } = this.#views
    const offset = (column: number): number => (block + must(layout.columns[column], 'a column').dataOffset) >> 3
    const integer = (column: number, row: number): bigint => must(i64[offset(column) + row])
    for (let row = 0; row < count; row++) {
      this.#count++
      switch (this.#name) {
        case 'filter':
        case 'project':
          this.#sums[0] += integer(0, row)
          this.#sums[1] += BigInt(Math.trunc(must(f64[offset(1) + row]) * 1e6))
          break
        case 'string':
        case 'sum-bigint':
          this.#sums[0] = integer(0, row)
          break
        case 'sum-decimal':
          this.#sums = [integer(0, 2 * row), integer(0, 2 * row + 1)]
          break
        case 'tumble':
          this.#parts.push(hashOf(...[0, 1, 2, 3, 4, 5].map((column) => integer(column, row))))
          break
        default:
          this.#parts.push(hashOf(0n, ...[0, 1, 2, 3, 4].map((column) => integer(column, row))))
      }
    }
  }

  hash(): string {
    switch (this.#name) {
      case 'filter':
        return hashOf(BigInt(this.#count), ...this.#sums).toString()
      case 'project':
      case 'sum-decimal':
        return hashOf(...this.#sums).toString()
      case 'string':
      case 'sum-bigint':
        return hashOf(this.#sums[0]).toString()
      default:
        return hashSum(this.#parts).toString()
    }
  }
}
