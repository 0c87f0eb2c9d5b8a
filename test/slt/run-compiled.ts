import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { compileProgram } from '../../runtime/engine/artifact/compile-program.ts'
import type { CompiledProgram, OpenProgramOptions } from '../../runtime/engine/artifact/open-program.ts'
import type { Change } from '../../index.ts'
import { parseSlt, type SltRecord } from './parse.ts'
import { runRecord, type Outcome, type SltDatabase } from './run.ts'

/** `index.mjs` of an artifact. */
interface ArtifactModule {
  open(options: OpenProgramOptions): Promise<CompiledProgram>
}

/**
 * Whether a file can be a program: all of its statements stand before what is pushed, and none is there to be refused or to show
 * the compiler. Queries become views, whose rows at any time are what the query would give.
 */
export function programOf(text: string): string | null {
  const records = parseSlt(text)
  const statements = records.filter((record) => record.kind === 'statement')
  const firstOther = records.findIndex(({ kind }) => kind !== 'statement' && kind !== 'subscribe')
  const late = records.slice(firstOther).some(({ kind }) => kind === 'statement')
  if (late || statements.some(({ sql, error }) => error !== null || /^\s*explain/i.test(sql))) return null
  const views = queriesOf(records).map((sql, index) => `CREATE MATERIALIZED VIEW ${viewName(index)} AS ${sql}`)
  if (queriesOf(records).some((sql) => !/^\s*select/i.test(sql))) return null
  return [...statements.map(({ sql }) => sql.replace(/;\s*$/, '')), ...views].join(';\n')
}

/** Compiles a program into a folder and gives the outcomes of the file's other records on it. */
export async function runCompiled(text: string, program: string, folder: string): Promise<readonly Outcome[]> {
  const made = await compileProgram(program, {})
  await made.write(folder)
  const artifact = (await import(pathToFileURL(join(folder, 'index.mjs')).href)) as ArtifactModule
  const outcomes: Outcome[] = []
  const records = parseSlt(text)
  for (const tier of ['javascript', 'wasm'] as const) {
    await using compiled = await artifact.open({ tier })
    const database = asDatabase(compiled, queriesOf(records))
    const collected = new Map<string, string[]>()
    for (const record of records) {
      const { expected, actual } = await runRecord(database, record, collected)
      outcomes.push({ record, expected, actual })
    }
  }
  return outcomes
}

function asDatabase(compiled: CompiledProgram, queries: readonly string[]): SltDatabase {
  return {
    execute: () => Promise.resolve(),
    drain: () => compiled.drain(),
    source: (name) => compiled.source(name),
    subscribe: (object, callback) => compiled.subscribe(object, callback),
    async query(sql) {
      const changes: Change[] = []
      const subscription = compiled.subscribe(viewName(queries.indexOf(sql)), (change) => changes.push(change))
      await compiled.drain()
      subscription.unsubscribe()
      return changes.filter(({ kind }) => kind === 'insert').map(({ row }) => row)
    },
  }
}

function queriesOf(records: readonly SltRecord[]): readonly string[] {
  return [...new Set(records.flatMap((record) => (record.kind === 'query' ? [record.sql] : [])))]
}

function viewName(index: number): string {
  return `query_${index}_of_the_file`
}
