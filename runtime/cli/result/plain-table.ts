import type { Change } from '../../engine/rows/row-reader.ts'
import { ResultSet, tableRowsMax } from './result-set.ts'
import { columnWidths, headerLines, rowLine, type TableColumn } from './table-text.ts'
import { footer } from './live-table.ts'

/** A result as one table, written when it is complete: `--format table` where standard output is no terminal. */
export class PlainTable {
  readonly #columns: readonly TableColumn[]
  readonly #result: ResultSet
  readonly #write: (text: string) => void

  constructor(columns: readonly TableColumn[], write: (text: string) => void, mode: { readonly append: boolean }) {
    this.#columns = columns
    this.#write = write
    this.#result = new ResultSet(
      columns.map((column) => column.name),
      { append: mode.append, keep: tableRowsMax },
    )
  }

  apply(change: Change): boolean {
    return this.#result.apply(change) && this.#result.size <= tableRowsMax
  }

  finish(): void {
    const rows = this.#result.last(tableRowsMax)
    const widths = columnWidths(this.#columns, rows)
    const lines = [...headerLines(this.#columns, widths), ...rows.map((row) => rowLine(this.#columns, widths, row))]
    this.#write(`${lines.join('\n')}\n${footer(this.#result.size, rows.length)}\n`)
  }
}
