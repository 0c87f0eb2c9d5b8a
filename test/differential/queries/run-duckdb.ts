import type { DuckDBConnection } from '@duckdb/node-api'
import type { QueryCase } from './query-case.ts'
import { literal, outputColumns, selectText } from './query-text.ts'

/** A result row as text by column; null for NULL. */
export type TextRow = readonly (string | null)[]

/** The batch result of the case's query over `rows`. */
export async function runDuckDb(
  connection: DuckDBConnection,
  testCase: QueryCase,
  rows: QueryCase['rows'],
): Promise<readonly TextRow[]> {
  const { columns } = testCase
  await connection.run(
    `CREATE OR REPLACE TABLE t (${columns.map((column) => `${column.name} ${column.type.duckdb}`).join(', ')})`,
  )
  if (rows.length > 0) {
    const tuples = rows.map(
      (row) => `(${row.map((text, index) => literal(text, columns[index]?.type.duckdb ?? '')).join(', ')})`,
    )
    await connection.run(`INSERT INTO t VALUES ${tuples.join(', ')}`)
  }
  const outputs = outputColumns(testCase).map(({ name }) => `CAST(${name} AS VARCHAR)`)
  const result = await connection.runAndReadAll(`SELECT ${outputs.join(', ')} FROM (${selectText(testCase, 'duckdb')})`)
  return result.getRows() as unknown as readonly TextRow[]
}
