import type { Change } from '../../engine/rows/row-reader.ts'
import { cellText } from './table-text.ts'

/** A result that grew beyond this is no table for people; `--format ndjson` streams it. */
export const tableRowsMax = 100_000

/** Larger results are shown in order of arrival: sorting them ten times a second would cost more than the query. */
const sortedRowsMax = 5000

/**
 * The rows that a changelog amounts to, in order of arrival, as cells. Append-only results can be limited to the last
 * rows: what was shown before needs not be kept.
 */
export class ResultSet {
  readonly #names: readonly string[]
  readonly #keep: number
  readonly #rows = new Map<string, { readonly cells: readonly string[]; count: number }>()
  #arrivals: (readonly string[])[] = []
  readonly #append: boolean
  #inserted = 0
  #size = 0

  /** `keep`: how many of the last rows an append-only result holds. */
  constructor(names: readonly string[], mode: { readonly append: boolean; readonly keep: number }) {
    this.#names = names
    this.#append = mode.append
    this.#keep = mode.keep
  }

  /** Rows in the result. */
  get size(): number {
    return this.#size
  }

  /** Changes taken. */
  get changes(): number {
    return this.#inserted
  }

  /** False when the result has become too large for a table. */
  apply({ kind, row }: Change): boolean {
    this.#inserted++
    const cells = this.#names.map((name) => cellText(row[name] ?? null))
    this.#size += kind === 'insert' ? 1 : -1
    if (this.#append) {
      this.#arrivals.push(cells)
      if (this.#arrivals.length >= this.#keep * 2) this.#arrivals = this.#arrivals.slice(-this.#keep)
      return true
    }
    this.#count(cells, kind === 'insert' ? 1 : -1)
    return this.#rows.size <= tableRowsMax
  }

  /** The last `count` rows: of arrival, or, where rows change, by their values, so that a row keeps its place when another changes. */
  last(count: number): readonly (readonly string[])[] {
    if (this.#append) return this.#arrivals.slice(-Math.min(count, this.#keep))
    const rows = [...this.#rows.values()].flatMap((entry) =>
      Array<readonly string[]>(Math.max(0, entry.count)).fill(entry.cells),
    )
    return (rows.length <= sortedRowsMax ? rows.toSorted(compareCells) : rows).slice(-count)
  }

  /** A row may be deleted before the insert that it belongs to has come: counts below zero are kept. */
  #count(cells: readonly string[], by: number): void {
    const key = JSON.stringify(cells)
    const entry = this.#rows.get(key)
    if (entry === undefined) this.#rows.set(key, { cells, count: by })
    else if (entry.count + by === 0) this.#rows.delete(key)
    else entry.count += by
  }
}

/** Numbers by value, everything else as text. */
function compareCells(a: readonly string[], b: readonly string[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index] ?? ''
    if (left === right) continue
    const difference = Number(left) - Number(right)
    return Number.isNaN(difference) ? (left < right ? -1 : 1) : difference
  }
  return 0
}
