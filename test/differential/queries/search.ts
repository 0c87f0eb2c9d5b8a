import fc from 'fast-check'
import { checkCase } from './check-case.ts'
import { keepCase } from './kept.ts'
import { queryCases } from './query-case.ts'
import { connectDuckDb } from './run-duckdb.ts'

/** Looks for a case that breaks the law; a found one is shrunk, kept as a file and reported with its seed. */
export async function searchCases(limits: {
  readonly seed: number
  readonly runs: number
  readonly seconds: number
}): Promise<void> {
  const connection = await connectDuckDb()
  const property = fc.asyncProperty(queryCases, async (testCase) => await checkCase(connection, testCase))
  const result = await fc.check(property, {
    seed: limits.seed,
    numRuns: limits.runs,
    interruptAfterTimeLimit: limits.seconds * 1000,
  })
  connection.closeSync()
  if (!result.failed || result.counterexample === null) return
  const [testCase] = result.counterexample
  const cause = result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance)
  throw new Error(`SEED=${limits.seed}: ${cause}\nkept as ${keepCase(testCase)}`)
}
