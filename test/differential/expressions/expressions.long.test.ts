import { afterAll, beforeAll, describe, it } from 'vitest'
import { DuckDBInstance } from '@duckdb/node-api'
import type { DuckDBConnection } from '@duckdb/node-api'
import { loadToolkit } from '../../../codegen/wasm/module.ts'
import { createBench } from '../../support/expressions/evaluate.ts'
import { searchCases } from './search.ts'

const seconds = Number(process.env['SECONDS'] ?? 300)
const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)

const toolkit = await loadToolkit()

describe('random expressions for as long as SECONDS says', () => {
  const bench = createBench(toolkit)
  let connection: DuckDBConnection
  beforeAll(async () => {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
    connection = await instance.connect()
  })
  afterAll(() => connection.closeSync())

  it(`SEED=${seed}`, async () =>
    await searchCases({ bench, connection }, { seed, runs: Number.MAX_SAFE_INTEGER, seconds }))
})
