import { afterAll, beforeAll, describe, it } from 'vitest'
import type { DuckDBConnection } from '@duckdb/node-api'
import { loadToolkit } from '../../../codegen/wasm/module.ts'
import { connectDuckDb } from '../../support/duckdb.ts'
import { createBench } from '../../support/expressions/evaluate.ts'
import { searchCases } from './search.ts'

const seconds = Number(process.env['SECONDS'] ?? 300)
const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)

const toolkit = await loadToolkit()

describe('random expressions for as long as SECONDS says', () => {
  const bench = createBench(toolkit)
  let connection: DuckDBConnection
  beforeAll(async () => {
    connection = await connectDuckDb()
  })
  afterAll(() => connection.closeSync())

  it(`SEED=${seed}`, async () =>
    await searchCases({ bench, connection }, { seed, runs: Number.MAX_SAFE_INTEGER, seconds }))
})
