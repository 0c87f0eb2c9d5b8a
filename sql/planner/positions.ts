import type { Span } from '../base/span.ts'

/** `[startLine, startColumn, endLine, endColumn]`: 1-based, columns in code points, end exclusive. */
export type WirePlace = readonly [number, number, number, number]

/** Turns the planner's lines and columns into spans of one program text. */
export class Positions {
  readonly #sql: string
  readonly #lineStarts: number[] = [0]

  constructor(sql: string) {
    this.#sql = sql
    for (let at = sql.indexOf('\n'); at >= 0; at = sql.indexOf('\n', at + 1)) this.#lineStarts.push(at + 1)
  }

  span(place: WirePlace): Span {
    const [line, column, endLine, endColumn] = place
    const start = this.#offset(line, column)
    return { start, end: Math.max(start, this.#offset(endLine, endColumn)), line, column }
  }

  /** UTF-16 offset; places behind a line's or the text's end give the end. */
  #offset(line: number, column: number): number {
    const start = this.#lineStarts[line - 1]
    if (start === undefined) return this.#sql.length
    const end = this.#lineStarts[line] ?? this.#sql.length
    let offset = start
    for (let count = 1; count < column && offset < end; count++) {
      offset += (this.#sql.codePointAt(offset) ?? 0) > 0xff_ff ? 2 : 1
    }
    return offset
  }
}
