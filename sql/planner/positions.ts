import type { Span } from '../base/span.ts'

/** `[startLine, startColumn, endLine, endColumn]`: 1-based, columns in code points, end exclusive. */
export type WirePlace = readonly [number, number, number, number]

interface Line {
  readonly start: number
  readonly end: number
  /** 0-based columns, in code points, of the characters that take two UTF-16 units; ascending */
  readonly wideColumns: readonly number[]
}

/** Turns the planner's lines and columns into spans of one program text. A machine-made line can be megabytes long. */
export class Positions {
  readonly #lines: readonly Line[]
  readonly #length: number

  constructor(sql: string) {
    this.#length = sql.length
    const lines: Line[] = []
    for (let start = 0; start <= sql.length;) {
      const feed = sql.indexOf('\n', start)
      const end = feed < 0 ? sql.length : feed + 1
      lines.push({ start, end, wideColumns: wideColumns(sql.slice(start, end)) })
      if (feed < 0) break
      start = end
    }
    this.#lines = lines
  }

  span(place: WirePlace): Span {
    const [line, column, endLine, endColumn] = place
    const start = this.#offset(line, column)
    return { start, end: Math.max(start, this.#offset(endLine, endColumn)), line, column }
  }

  /** UTF-16 offset; places behind a line's or the text's end give the end. */
  #offset(line: number, column: number): number {
    const found = this.#lines[line - 1]
    if (found === undefined) return this.#length
    return Math.min(found.start + column - 1 + countBelow(found.wideColumns, column - 1), found.end)
  }
}

function wideColumns(line: string): readonly number[] {
  if (!/[\uD800-\uDBFF]/.test(line)) return []
  const columns: number[] = []
  let column = 0
  for (const character of line) {
    if (character.length > 1) columns.push(column)
    column++
  }
  return columns
}

/** How many of the ascending numbers are below the limit. */
function countBelow(ascending: readonly number[], limit: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ascending[middle] as number) < limit) low = middle + 1
    else high = middle
  }
  return low
}
