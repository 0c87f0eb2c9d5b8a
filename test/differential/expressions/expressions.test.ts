import { afterAll, beforeAll, describe, it } from 'vitest'
import type { DuckDBConnection } from '@duckdb/node-api'
import { loadToolkit } from '../../../codegen/wasm/module.ts'
import { connectDuckDb } from '../../support/duckdb.ts'
import { createBench } from '../../support/expressions/evaluate.ts'
import { checkCase } from './check-case.ts'
import { keptCases } from './kept.ts'
import { searchCases } from './search.ts'
import { seed } from '../../support/seed.ts'

const toolkit = await loadToolkit()

describe('random expressions: interpreter, JavaScript, WebAssembly, changes between them and DuckDB agree', () => {
  const bench = createBench(toolkit)
  let connection: DuckDBConnection
  beforeAll(async () => {
    connection = await connectDuckDb()
  })
  afterAll(() => connection.closeSync())

  for (const { name, subject } of keptCases())
    it(`kept case ${name}`, async () => await checkCase({ bench, connection }, subject))
  it(`random cases, SEED=${seed}`, async () =>
    await searchCases({ bench, connection }, { seed, runs: Number(process.env['RUNS'] ?? 400) }))
})
