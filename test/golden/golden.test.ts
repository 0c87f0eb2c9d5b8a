import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connectDuckDb } from '../support/duckdb.ts'
import { afterAll, describe, expect, it } from 'vitest'
import { loadPlanner } from '../../sql/planner/planner.ts'
import { WasmPrinter } from '../../runtime/engine/explain/wasm-printer.ts'
import { askDuckDb, rowsLeft } from './ask-duckdb.ts'
import { planCase, planned, type Outcome } from './plan-case.ts'
import { goldenData, runCase, runnableCase } from './run-case.ts'

/**
 * Each folder is a case: `input.sql` and what comes of it under `expected`. `npm run golden:update` writes the outcomes anew; the
 * difference is then read before it is committed.
 */
const folder = fileURLToPath(new URL('.', import.meta.url))
const cases = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
const update = process.env['GOLDEN'] === 'update'
const planner = loadPlanner()
const printer = await WasmPrinter.load()
const printWasm = printer.codeOf.bind(printer)
const data = mkdtempSync(join(tmpdir(), 'millrace-golden-'))
afterAll(() => rmSync(data, { recursive: true }))

function expectedOf(name: string): Outcome {
  const expected = `${folder}${name}/expected`
  return Object.fromEntries(readdirSync(expected).map((file) => [file, readFileSync(`${expected}/${file}`, 'utf8')]))
}

function write(name: string, outcome: Outcome): void {
  const expected = `${folder}${name}/expected`
  rmSync(expected, { recursive: true, force: true })
  mkdirSync(expected)
  for (const [file, text] of Object.entries(outcome)) writeFileSync(`${expected}/${file}`, text)
}

/** What DuckDB is asked, too: it has no windows of ours, and no order of arrival. */
const sharedWithDuckDb = new Set([
  'conditional',
  'constant-select',
  'distinct',
  'evaluator-call',
  'filter-project',
  'group-by-key',
  'group-by-nothing',
  'hostile-names',
  'max-over-changes',
  'subquery-and-cte',
  'union-all',
  'union-distinct',
  'wasm-filter',
  'wasm-sums',
])
const duckDb = await connectDuckDb()
afterAll(() => duckDb.closeSync())

/** What the program writes, which must be the same bytes in every tier and when units change their tier at any call. */
async function rowsOf(name: string, text: string): Promise<string> {
  const { statements } = planned(planner, text)
  const runnable = runnableCase(statements, text, { folder: join(data, name), ...goldenData })
  const rows = await runCase(runnable, { tier: 'javascript' })
  // the interpreter alone: golden.long.test.ts
  for (const options of [{ tier: 'wasm' }, { swapSeed: 1 }] as const)
    expect(await runCase(runnable, options), JSON.stringify(options)).toBe(rows)
  if (sharedWithDuckDb.has(name))
    expect(rowsLeft(rows)).toEqual(await askDuckDb(duckDb, { statements, text }, join(data, name, 'source_0')))
  return rows
}

describe('golden', () => {
  it('has its cases', () => {
    expect(cases.length).toBeGreaterThanOrEqual(45)
  })

  it.each(cases.map(({ name }) => name))('%s', async (name) => {
    const text = readFileSync(`${folder}${name}/input.sql`, 'utf8')
    const plans = planCase({ planner, printWasm: name.startsWith('wasm-') ? printWasm : null }, text)
    const outcome = 'error.txt' in plans ? plans : { ...plans, 'rows.txt': await rowsOf(name, text) }
    if (update) write(name, outcome)
    expect(outcome).toEqual(expectedOf(name))
  })
})
