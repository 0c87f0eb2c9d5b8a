import { afterAll, beforeAll, describe, it } from 'vitest'
import type { DuckDBConnection } from '@duckdb/node-api'
import { checkCase } from './check-case.ts'
import { keptCases } from './kept.ts'
import { connectDuckDb } from '../../support/duckdb.ts'
import { searchCases } from './search.ts'
import { seed } from '../../support/seed.ts'

describe('grouped and windowed queries equal DuckDB over the same rows', () => {
  let connection: DuckDBConnection
  beforeAll(async () => {
    connection = await connectDuckDb()
  })
  afterAll(() => connection.closeSync())

  for (const { name, testCase } of keptCases())
    it(`kept case ${name}`, async () => await checkCase(connection, testCase))
  it(`random cases, SEED=${seed}`, async () => await searchCases({ seed, runs: 24 }))
})
