import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Millrace, type OpenOptions } from '../../index.ts'
import type { SourceObject } from '../../sql/catalog/object.ts'
import type { Planned } from '../../runtime/engine/planning/planned.ts'
import { inputRows } from './input-rows.ts'

/** A program that reads and writes files only, and the files that it writes, by sink. */
export interface RunnableCase {
  readonly text: string
  readonly outputs: ReadonlyMap<string, string>
}

export interface CaseData {
  /** Where its files are. */
  readonly folder: string
  readonly fileCount: number
  /** A file's rows are a block of their own, or several. */
  readonly rowsPerFile: number
}

/** What `expected/rows.txt` was made from: blocks enough for units to change their tier often, and for several batches. */
export const goldenData = { fileCount: 30, rowsPerFile: 2 }

/**
 * The same statements with places for their data: every source reads files, which are written here; SELECTs, streams and views are
 * written to files, changes included.
 */
export function runnableCase(statements: readonly Planned[], text: string, data: CaseData): RunnableCase {
  mkdirSync(data.folder, { recursive: true })
  const outputs = new Map<string, string>()
  const clauseOf = (name: string): string => {
    const path = join(data.folder, `${name}.out`)
    outputs.set(name, path)
    return `WITH (connector = 'file', path = '${path}')`
  }
  const parts = statements.map((statement, index) => {
    const sql = text.slice(statement.span.start, statement.span.end)
    if (statement.kind === 'select') return `CREATE SINK rows_${index} AS ${sql} FORMAT JSON ${clauseOf(`rows_${index}`)}`
    if (statement.kind === 'create_sink') return sql.replace(withClause, clauseOf(statement.object.name))
    if (statement.kind !== 'create_source') return sql
    const path = writeInput(statement.object, join(data.folder, `source_${index}`), data)
    const input = `WITH (connector = 'file', path = '${path}')`
    return statement.connector === null ? `${sql} FORMAT JSON ${input}` : sql.replace(withClause, input)
  })
  const objects = statements.at(-1)?.after.catalog.objects.values() ?? []
  const kept = [...objects].filter(({ kind }) => kind === 'stream' || kind === 'materialized_view')
  const sinks = kept.map(({ name }) => `CREATE SINK out_${name} FROM ${name} FORMAT JSON ${clauseOf(name)}`)
  return { text: [...parts, ...sinks].join(';\n'), outputs }
}

const withClause = /WITH \([^)]*\)$/

function writeInput(source: SourceObject, folder: string, { fileCount, rowsPerFile }: CaseData): string {
  mkdirSync(folder, { recursive: true })
  const rows = inputRows(source, fileCount * rowsPerFile)
  for (let file = 0; file < fileCount; file++) {
    const name = `${String(file).padStart(3, '0')}.ndjson`
    writeFileSync(join(folder, name), rows.slice(file * rowsPerFile, (file + 1) * rowsPerFile).join('\n'))
  }
  return join(folder, '*.ndjson')
}

/** Runs it to its end; gives all that it has written. Rows that fail are left out. @throws what it met */
export async function runCase({ text, outputs }: RunnableCase, options: OpenOptions): Promise<string> {
  await using db = await Millrace.open({ ...options, settings: { ...options.settings, on_error: 'skip' } })
  await db.execute(text)
  await db.drain()
  await db.close()
  return [...outputs].map(([name, path]) => `-- ${name}\n${readFileSync(path, 'utf8')}`).join('')
}
