import { physicalSizeBytes } from '../../sql/types/sql-type.ts'
import type { MemoryViews } from '../abi/memory.ts'
import type { BlockLayout } from '../abi/block.ts'
import { viewBytesAddress } from './cells.ts'

/**
 * `changelog = 'upsert'`: a deletion whose key comes back later in the same block is not shown, because the new value
 * replaces the old one.
 */
export class UpsertFilter {
  readonly #views: MemoryViews
  readonly #layout: BlockLayout
  readonly #key: readonly number[]
  #dropped: boolean[] = []

  constructor({ views, layout, key }: { views: MemoryViews; layout: BlockLayout; key: readonly number[] }) {
    this.#views = views
    this.#layout = layout
    this.#key = key
  }

  begin(block: number, count: number): void {
    const { weightOffset } = this.#layout
    this.#dropped = Array.from({ length: count }, () => false)
    if (weightOffset === null) return
    const comesBack = new Set<string>()
    for (let row = count - 1; row >= 0; row--) {
      const weight = this.#views.i32[((block + weightOffset) >> 2) + row] ?? 0
      const key = this.#keyOf(block, row)
      if (weight > 0) comesBack.add(key)
      else this.#dropped[row] = comesBack.has(key)
    }
  }

  drops(row: number): boolean {
    return this.#dropped[row] === true
  }

  /** The key columns' bytes; each with its length, so that no two keys read alike. */
  #keyOf(block: number, row: number): string {
    const { u8, i32 } = this.#views
    const parts: string[] = []
    for (const index of this.#key) {
      const column = this.#layout.columns[index]
      if (column === undefined) continue
      if (column.validOffset !== null && u8[block + column.validOffset + row] !== 1) {
        parts.push('-')
        continue
      }
      const size = physicalSizeBytes(column.physical)
      const cell = block + column.dataOffset + row * size
      const from = column.physical === 'view' ? viewBytesAddress(this.#views, cell) : cell
      const length = column.physical === 'view' ? (i32[cell >> 2] ?? 0) : size
      parts.push(`${length}:${Buffer.from(u8.slice(from, from + length)).toString('latin1')}`)
    }
    return parts.join(',')
  }
}
