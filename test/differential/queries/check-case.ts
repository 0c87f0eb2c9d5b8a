import type { DuckDBConnection } from '@duckdb/node-api'
import { differenceOf } from './compare-results.ts'
import { rowsInTime } from './late-rows.ts'
import type { QueryCase } from './query-case.ts'
import { outputColumns, selectText } from './query-text.ts'
import { runDuckDb } from './run-duckdb.ts'
import { runMillrace } from './run-millrace.ts'

/** The law of verification.md for one case: every tier, cut as the case says and row by row, equal DuckDB over the rows that count. */
export async function checkCase(connection: DuckDBConnection, testCase: QueryCase): Promise<void> {
  const expected = await runDuckDb(connection, testCase, rowsInTime(testCase))
  const variants = [
    { tier: 'javascript' as const, cuts: testCase.cuts },
    { tier: 'interpreter' as const, cuts: testCase.cuts },
    { tier: 'wasm' as const, cuts: testCase.cuts },
    { tier: 'javascript' as const, cuts: [1] },
    { swapSeed: testCase.rows.length, cuts: testCase.cuts },
    { swapSeed: ~testCase.rows.length, cuts: [1] },
  ]
  for (const { cuts, ...settings } of variants) {
    const actual = await runMillrace({ ...testCase, cuts }, settings)
    const difference = differenceOf(outputColumns(testCase), expected, actual)
    if (difference !== null)
      throw new Error(
        `${JSON.stringify(settings)}, cuts ${cuts.join(' ')}: ${selectText(testCase, 'millrace')}\n${difference}`,
      )
  }
}
