import { Millrace } from '../../../index.ts'
import type { QueryCase } from './query-case.ts'
import { outputColumns, selectText } from './query-text.ts'
import type { TextRow } from './run-duckdb.ts'

/** A tier, or the seed of batches at which tiers change. */
export type Settings = { readonly tier: 'auto' | 'interpreter' | 'javascript' | 'wasm' } | { readonly swapSeed: number }

function sourceText(testCase: QueryCase): string {
  const { query, columns } = testCase
  const declared = columns.map((column) => `${column.name} ${column.type.sql}${column.nullable ? '' : ' NOT NULL'}`)
  const watermark =
    query.window === null ? [] : [`WATERMARK FOR ts AS ts - INTERVAL '${query.window.delaySeconds}' SECOND`]
  // times are far from the clock: the bound on rows from the future has tests of its own
  const bound = query.window === null ? '' : ` WITH ('watermark.max_ahead' = 'off')`
  return `CREATE SOURCE t (${[...declared, ...watermark].join(', ')})${bound}`
}

function emitText(testCase: QueryCase): string {
  const { window } = testCase.query
  const lateness = window?.latenessSeconds ? ` ALLOW LATENESS INTERVAL '${window.latenessSeconds}' SECOND` : ''
  return `${window?.emit === 'on window close' ? 'EMIT ON WINDOW CLOSE' : 'EMIT CHANGES'}${lateness}`
}

function toText(value: unknown): string | null {
  return value === null ? null : String(value)
}

/** What is left after all inserts and deletes of the query's changelog. @throws when a row is deleted that is not there */
export async function runMillrace(testCase: QueryCase, settings: Settings): Promise<readonly TextRow[]> {
  const { columns, rows, cuts } = testCase
  const names = outputColumns(testCase).map(({ name }) => name)
  await using db = await Millrace.open(settings)
  await db.execute(
    `${sourceText(testCase)}; CREATE STREAM q AS ${selectText(testCase, 'millrace')} ${emitText(testCase)}`,
  )
  const counts = new Map<string, number>()
  let failure: unknown
  const handle = db.subscribe('q', (change) => {
    const key = JSON.stringify(names.map((name) => toText((change.row as Record<string, unknown>)[name])))
    const count = (counts.get(key) ?? 0) + (change.kind === 'insert' ? 1 : -1)
    if (count < 0) failure = new Error(`deleted a row that was not there: ${key}`)
    counts.set(key, count)
  })
  const source = db.source('t')
  for (let from = 0, cut = 0; from < rows.length; cut++) {
    const size = cuts[cut % cuts.length] as number
    const batch = rows
      .slice(from, from + size)
      .map((row) =>
        Object.fromEntries(
          row.map((text, index) => [
            columns[index]?.name ?? '',
            text === null ? null : columns[index]?.type.toRow(text),
          ]),
        ),
      )
    while (!source.push(batch)) await source.ready()
    await db.drain()
    from += size
  }
  source.end()
  await db.drain()
  handle.unsubscribe()
  if (failure !== undefined) throw failure
  return [...counts].flatMap(([key, count]) => Array.from({ length: count }, () => JSON.parse(key) as TextRow))
}
