import type { Change } from '../../engine/rows/row-reader.ts'
import { ResultSet } from './result-set.ts'
import { columnWidths, cutTo, headerLines, rowLine, type TableColumn } from './table-text.ts'

/** More often than this nobody can read. */
const redrawMillis = 100
/** Lines that stay free below the header, the footer and the prompt. */
const reservedLines = 5

/** What the table is drawn on; injectable, so that a test can be the terminal. */
export interface Screen {
  readonly columns: number
  readonly rows: number
  write(text: string): void
}

/**
 * A result as a table on a terminal that follows its changes: one region, redrawn in place at most ten times a second, so that
 * nothing scrolls. What is left at the end is the result, the newest rows of it where it is longer than the screen.
 */
export class LiveTable {
  readonly #columns: readonly TableColumn[]
  readonly #result: ResultSet
  readonly #screen: Screen
  #linesDrawn = 0
  #timer: NodeJS.Timeout | null = null

  constructor(columns: readonly TableColumn[], screen: Screen, mode: { readonly append: boolean }) {
    this.#columns = columns
    this.#screen = screen
    this.#result = new ResultSet(
      columns.map((column) => column.name),
      { append: mode.append, keep: 1000 },
    )
  }

  /** False when the result has become too large for a table. */
  apply(change: Change): boolean {
    const fits = this.#result.apply(change)
    this.#timer ??= setTimeout(() => this.#draw(), redrawMillis)
    return fits
  }

  /** Draws what there is now. */
  finish(): void {
    this.#draw()
    this.#linesDrawn = 0
  }

  #draw(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const height = Math.max(1, this.#screen.rows - reservedLines)
    const rows = this.#result.last(height)
    const widths = columnWidths(this.#columns, rows)
    const lines = [
      ...headerLines(this.#columns, widths),
      ...rows.map((row) => rowLine(this.#columns, widths, row)),
      footer(this.#result.size, rows.length),
    ]
    const width = Math.max(20, this.#screen.columns)
    const up = this.#linesDrawn === 0 ? '' : `\u001b[${this.#linesDrawn}A`
    // Each line clears its rest, and what an earlier, longer table left below is cleared at the end.
    this.#screen.write(`${up}\r${lines.map((line) => `${cutTo(line, width - 1)}\u001b[K\n`).join('')}\u001b[J`)
    this.#linesDrawn = lines.length
  }
}

export function footer(size: number, shown: number): string {
  const count = `${size} ${size === 1 ? 'row' : 'rows'}`
  return shown < size ? `(${count}, the last ${shown} shown)` : `(${count})`
}
