import type { RowValue } from '../../engine/rows/row-value.ts'

/** No column takes more of a line; longer values are cut. */
const columnWidthMax = 60

export interface TableColumn {
  readonly name: string
  /** Numbers stand at the right, so that their digits line up. */
  readonly align: 'left' | 'right'
}

/** A value as a cell of a table: NULL as such, control characters replaced so that data cannot drive the terminal. */
export function cellText(value: RowValue): string {
  if (value === null) return 'NULL'
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`
  if (typeof value === 'object') return intervalText(value)
  return String(value).replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
}

function intervalText({
  months,
  days,
  micros,
}: {
  readonly months: number
  readonly days: number
  readonly micros: bigint
}): string {
  const parts = [
    ...(months === 0 ? [] : [`${months} months`]),
    ...(days === 0 ? [] : [`${days} days`]),
    ...(micros === 0n && (months !== 0 || days !== 0) ? [] : [`${Number(micros) / 1e6} s`]),
  ]
  return parts.join(' ')
}

/** Widths that fit the names and these rows. */
export function columnWidths(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): readonly number[] {
  return columns.map((column, index) => {
    const widest = rows.reduce(
      (width, row) => Math.max(width, displayWidth(row[index] ?? '')),
      displayWidth(column.name),
    )
    return Math.min(columnWidthMax, widest)
  })
}

/** Header and rule, as psql draws them. */
export function headerLines(columns: readonly TableColumn[], widths: readonly number[]): readonly string[] {
  const names = columns.map((column, index) => pad(column.name, widths[index] ?? 0, column.align))
  return [` ${names.join(' | ')}`.trimEnd(), widths.map((width) => '-'.repeat(width + 2)).join('+')]
}

export function rowLine(columns: readonly TableColumn[], widths: readonly number[], row: readonly string[]): string {
  const cells = columns.map((column, index) => pad(row[index] ?? '', widths[index] ?? 0, column.align))
  return ` ${cells.join(' | ')}`.trimEnd()
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  const cut = cutTo(text, width)
  const space = ' '.repeat(Math.max(0, width - displayWidth(cut)))
  return align === 'right' ? space + cut : cut + space
}

/** The text, or as much of it as fits with an ellipsis behind. */
export function cutTo(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  let cut = ''
  let used = 0
  for (const point of text) {
    const next = used + pointWidth(point)
    if (next > width - 1) break
    cut += point
    used = next
  }
  return `${cut}…`
}

/** Terminal cells: East Asian wide characters and emoji take two, combining marks none. */
function displayWidth(text: string): number {
  let width = 0
  for (const point of text) width += pointWidth(point)
  return width
}

const widePoint =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u

function pointWidth(point: string): number {
  if (point >= ' ' && point <= '~') return 1
  return widePoint.test(point) ? 2 : /\p{Mn}/u.test(point) ? 0 : 1
}
