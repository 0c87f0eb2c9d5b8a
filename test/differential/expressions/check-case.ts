import type { DuckDBConnection } from '@duckdb/node-api'
import { typeName } from '../../../sql/types/sql-type.ts'
import { typed } from '../../support/expressions/build.ts'
import { evaluate } from '../../support/expressions/evaluate.ts'
import type { Bench, Outcome } from '../../support/expressions/evaluate.ts'
import { dialectDifference } from './dialect.ts'
import type { Shown } from './dialect.ts'
import { columnTypes } from './expression-case.ts'
import type { ExpressionCase } from './expression-case.ts'
import { doubleKey, unscaledText, valueTypes } from './value-types.ts'

/** Throws where the tiers differ, or where both differ from DuckDB without a reason in the table of differences. */
export async function checkCase(
  { bench, connection }: { readonly bench: Bench; readonly connection: DuckDBConnection },
  subject: ExpressionCase,
): Promise<void> {
  const schema = columnTypes.map((name, index) => ({ name: `c${index}`, type: typed(name), nullable: true }))
  const table = { schema, rows: subject.rows }
  const [interpreted, compiled, wasm, changing] = (['interpreter', 'javascript', 'wasm', 'changing'] as const).map(
    (tier) =>
      evaluate(bench, table, { expressions: [subject.expression], tier }).map(([outcome]) =>
        show(subject, outcome as Outcome),
      ),
  )
  if (JSON.stringify(interpreted) !== JSON.stringify(compiled))
    throw new Error(`tiers differ: interpreter ${JSON.stringify(interpreted)}, JavaScript ${JSON.stringify(compiled)}`)
  if (JSON.stringify(interpreted) !== JSON.stringify(wasm))
    throw new Error(`tiers differ: interpreter ${JSON.stringify(interpreted)}, WebAssembly ${JSON.stringify(wasm)}`)
  if (JSON.stringify(interpreted) !== JSON.stringify(changing))
    throw new Error(`tiers differ: interpreter ${JSON.stringify(interpreted)}, changing ${JSON.stringify(changing)}`)
  if (subject.sql === null) return
  const expected = await askDuckDb(connection, subject)
  for (const [index, ours] of (compiled ?? []).entries()) {
    const theirs = expected[index] as Shown
    if (same(ours, theirs, subject.inexact) || dialectDifference({ subject, row: index, ours, theirs }) !== null)
      continue
    throw new Error(`row ${index} of ${subject.sql}: ours ${JSON.stringify(ours)}, DuckDB ${JSON.stringify(theirs)}`)
  }
}

function show({ expression }: ExpressionCase, outcome: Outcome): Shown {
  if ('error' in outcome) return { text: null, error: outcome.error }
  const { value } = outcome
  if (value === null) return { text: null, error: null }
  const { type } = expression
  if (type.kind === 'decimal') return { text: unscaledText(value as bigint, type.scale), error: null }
  return { text: valueTypes.find(({ name }) => name === typeName(type))?.show(value) ?? String(value), error: null }
}

/** Errors equal NULL; doubles are compared as numbers, inexact ones by their leading digits. */
function same(ours: Shown, theirs: Shown, inexact: boolean): boolean {
  if (ours.text === theirs.text) return true
  if (ours.text === null || theirs.text === null) return false
  const [x, y] = [Number(ours.text), number(theirs.text)]
  if (!Number.isNaN(x) && doubleKey(x) === doubleKey(y) && /[.eEIif]/.test(`${theirs.text}${ours.text}`)) return true
  if (ours.text === 'NaN' && /^-?nan$/.test(theirs.text)) return true
  return inexact && Math.abs(x - y) <= Math.abs(x) * 1e-12 + 1e-300
}

function number(text: string): number {
  if (/^-?inf$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  return Number(text)
}

async function askDuckDb(connection: DuckDBConnection, { sql, rows, expression }: ExpressionCase): Promise<Shown[]> {
  const types = columnTypes.map((name) => valueTypes.find((type) => type.name === name) as (typeof valueTypes)[number])
  await connection.run(
    `CREATE OR REPLACE TABLE t (i INTEGER, ${types.map(({ duckdb }, index) => `c${index} ${duckdb}`).join(', ')})`,
  )
  const tuples = rows.map(
    (cells, i) =>
      `(${i}, ${cells.map((cell, index) => (cell === null ? 'NULL' : types[index]?.literal(cell))).join(', ')})`,
  )
  await connection.run(`INSERT INTO t VALUES ${tuples.join(', ')}`)
  const shown =
    valueTypes.find(({ name }) => name === typeName(expression.type))?.shown ??
    ((text: string) => `CAST(${text} AS VARCHAR)`)
  const text = shown(`(${sql})`)
  try {
    const result = await connection.runAndReadAll(`SELECT ${text} FROM t ORDER BY i`)
    return result.getRows().map(([value]) => ({ text: value as string | null, error: null }))
  } catch {
    return await askRowByRow(connection, text, rows.length)
  }
}

/** Some row fails: which ones? */
async function askRowByRow(connection: DuckDBConnection, text: string, count: number): Promise<Shown[]> {
  const rows: Shown[] = []
  for (let index = 0; index < count; index++) {
    try {
      const result = await connection.runAndReadAll(`SELECT ${text} FROM (SELECT * FROM t WHERE i = ${index})`)
      rows.push({ text: result.getRows()[0]?.[0] as string | null, error: null })
    } catch (error) {
      rows.push({ text: null, error: String(error) })
    }
  }
  return rows
}
