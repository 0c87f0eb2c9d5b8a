import type { Span } from '../../base/span.ts'

const hidden = "'***'"

/** The text of a statement with its secrets hidden, and where the program's positions are in it. */
export class RedactedText {
  readonly text: string
  readonly #start: number
  readonly #end: number
  readonly #secrets: readonly Span[]

  constructor(program: string, span: Span, secrets: readonly Span[]) {
    this.#start = span.start
    this.#end = span.end
    this.#secrets = secrets
      .filter(({ start, end }) => start >= span.start && end <= span.end)
      .toSorted((a, b) => a.start - b.start)
    let text = ''
    let position = span.start
    for (const secret of this.#secrets) {
      text += program.slice(position, secret.start) + hidden
      position = secret.end
    }
    this.text = text + program.slice(position, span.end)
  }

  /** The part of `text` that a span of the program means; null where it lies outside of the statement. */
  range(span: Span): { readonly start: number; readonly end: number } | null {
    if (span.start < this.#start || span.end > this.#end) return null
    return { start: this.#offset(span.start), end: this.#offset(span.end) }
  }

  #offset(position: number): number {
    let offset = position - this.#start
    for (const { start, end } of this.#secrets) {
      if (end <= position) offset += hidden.length - (end - start)
    }
    return offset
  }
}
