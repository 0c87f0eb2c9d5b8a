/** A line of generated text (1-based) and the place that it comes from (1-based). */
export interface LineMark {
  readonly line: number
  readonly sourceLine: number
  readonly sourceColumn: number
}

/**
 * The `mappings` of a source map of one source: each mark covers its line from the first column, and the lines after it up to the
 * next mark, or to the last of `lineCount`. Of several marks on a line the last counts.
 */
export function encodeMappings(marks: readonly LineMark[], lineCount: number): string {
  const byLine = new Map(marks.map((mark) => [mark.line, mark]))
  const lines: string[] = []
  let before = { sourceLine: 1, sourceColumn: 1 }
  let current: LineMark | undefined
  for (let line = 1; line <= lineCount; line++) {
    current = byLine.get(line) ?? current
    if (current === undefined) {
      lines.push('')
      continue
    }
    const { sourceLine, sourceColumn } = current
    lines.push([0, 0, sourceLine - before.sourceLine, sourceColumn - before.sourceColumn].map(digits).join(''))
    before = current
  }
  return lines.join(';')
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Base 64 digits of five bits, least first, the sign in the lowest bit. */
function digits(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1
  let text = ''
  do {
    const digit = rest & 31
    rest >>>= 5
    text += alphabet[rest > 0 ? digit | 32 : digit]
  } while (rest > 0)
  return text
}
