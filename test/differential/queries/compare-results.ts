import type { OutputColumn } from './query-text.ts'
import type { TextRow } from './run-duckdb.ts'

/** Dialects print some values differently; both sides are brought to one spelling here and nowhere else. */
function canonical(text: string | null): string {
  if (text === null) return 'NULL'
  if (/^-?(inf|infinity)$/i.test(text)) return text.startsWith('-') ? '-Infinity' : 'Infinity'
  if (/^nan$/i.test(text)) return 'NaN'
  if (/^\d{4,}-\d\d-\d\d[ T]\d\d:\d\d:\d\d/.test(text))
    return text
      .replace('T', ' ')
      .replace(/(\.\d*?)0+$/, '$1')
      .replace(/\.$/, '')
  if (/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) return canonicalNumber(text)
  return text
}

function canonicalNumber(text: string): string {
  if (/e/i.test(text)) return String(Number(text) + 0)
  const trimmed = text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text
  return trimmed === '-0' ? '0' : trimmed
}

/** Floats may differ in the last bits: DuckDB adds in another order. */
function sameFloat(a: string, b: string): boolean {
  if (a === b) return true
  const x = Number(a)
  const y = Number(b)
  return Math.abs(x - y) <= 1e-9 * Math.max(Math.abs(x), Math.abs(y), 1e-9)
}

function sortKey(row: readonly string[], columns: readonly OutputColumn[]): string {
  return JSON.stringify(row.filter((_, index) => columns[index]?.role !== 'float'))
}

/** Null when both results are the same multiset of rows, else a sentence that says what differs. */
export function differenceOf(
  columns: readonly OutputColumn[],
  expected: readonly TextRow[],
  actual: readonly TextRow[],
): string | null {
  const prepare = (rows: readonly TextRow[]): readonly (readonly string[])[] =>
    rows.map((row) => row.map(canonical)).toSorted((a, b) => (sortKey(a, columns) < sortKey(b, columns) ? -1 : 1))
  const left = prepare(expected)
  const right = prepare(actual)
  if (left.length !== right.length)
    return `expected ${left.length} rows ${JSON.stringify(left)}, got ${right.length} ${JSON.stringify(right)}`
  for (const [index, row] of left.entries()) {
    const other = right[index] as readonly string[]
    const differs = row.some((text, column) =>
      columns[column]?.role === 'float' ? !sameFloat(text, other[column] as string) : text !== other[column],
    )
    if (differs) return `expected ${JSON.stringify(row)}, got ${JSON.stringify(other)}`
  }
  return null
}
