/**
 * Places in SQL text.
 *
 * Offsets are UTF-16 code units into the whole program text (what `String.prototype.slice` takes),
 * end exclusive. Lines and columns are 1-based; columns count code points, as editors show them.
 */
export interface Span {
  readonly start: number
  readonly end: number
  readonly line: number
  readonly column: number
}

/** The smallest span that covers both; `line` and `column` are those of the earlier start. */
export function joinSpans(a: Span, b: Span): Span {
  const first = a.start <= b.start ? a : b
  return { start: first.start, end: Math.max(a.end, b.end), line: first.line, column: first.column }
}
