import type { DuckDBConnection } from '@duckdb/node-api'
import type { Planned } from '../../runtime/engine/planning/planned.ts'
import { typeName } from '../../sql/types/sql-type.ts'

/** The rows of a program of one source and one SELECT that DuckDB understands as it is: values as text, sorted. */
export async function askDuckDb(
  connection: DuckDBConnection,
  { statements, text }: { readonly statements: readonly Planned[]; readonly text: string },
  sourceFolder: string,
): Promise<readonly string[]> {
  for (const statement of statements) {
    if (statement.kind !== 'create_source') continue
    const { name, columns } = statement.object
    const types = columns.map((column) => `${quoted(column.name, "'")}: '${typeName(column.type)}'`)
    await connection.run(
      `CREATE OR REPLACE TABLE ${quoted(name, '"')} AS SELECT * FROM read_json('${sourceFolder}/*.ndjson', format = 'newline_delimited', columns = {${types.join(', ')}})`,
    )
  }
  const select = statements.find(({ kind }) => kind === 'select')
  // whose / of integers gives a DOUBLE
  const sql = text.slice(select?.span.start, select?.span.end).replaceAll(' / ', ' // ')
  const result = await connection.runAndReadAll(`SELECT CAST(COLUMNS(*) AS VARCHAR) FROM (${sql})`)
  return result
    .getRows()
    .map((row) => line(row))
    .toSorted()
}

function quoted(name: string, quote: string): string {
  return `${quote}${name.replaceAll(quote, quote + quote)}${quote}`
}

/** What is left of what a SELECT wrote as JSON, in the same form. */
export function rowsLeft(written: string): readonly string[] {
  const left: string[] = []
  for (const text of written.trimEnd().split('\n').slice(1)) {
    const change = JSON.parse(text) as Readonly<Record<string, unknown>>
    const { insert, delete: deleted } = change as { readonly insert?: object; readonly delete?: object }
    if (deleted !== undefined) left.splice(left.indexOf(line(Object.values(deleted))), 1)
    else left.push(line(Object.values(insert ?? change)))
  }
  return left.toSorted()
}

/** Numbers by 12 digits, instants without what separates date and time. */
function line(values: readonly unknown[]): string {
  const texts = values.map((value) => {
    if (value === null || value === '') return value
    const text = String(value)
    return Number.isNaN(Number(text)) ? text.replace(/^(\d{4}-\d\d-\d\d)T/, '$1 ') : Number(text).toPrecision(12)
  })
  return JSON.stringify(texts)
}
