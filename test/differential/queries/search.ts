import fc from 'fast-check'
import { checkCase } from './check-case.ts'
import { keepCase } from './kept.ts'
import { queryCases } from './query-case.ts'
import { connectDuckDb } from '../../support/duckdb.ts'

/** Looks for a case that breaks the law; a found one is shrunk, kept as a file and reported with its seed. `seconds`: stops after so long. */
export async function searchCases({
  seed,
  runs,
  seconds,
}: {
  readonly seed: number
  readonly runs: number
  readonly seconds?: number
}): Promise<void> {
  const connection = await connectDuckDb()
  let inHand: Promise<unknown> = Promise.resolve()
  const property = fc.asyncProperty(queryCases, async (testCase) => await (inHand = checkCase(connection, testCase)))
  const timeLimit = seconds === undefined ? {} : { interruptAfterTimeLimit: seconds * 1000 }
  const result = await fc.check(property, { seed, numRuns: runs, ...timeLimit })
  // a case that the limit has interrupted still asks DuckDB
  await inHand.catch(() => {})
  connection.closeSync()
  if (!result.failed || result.counterexample === null) return
  const [testCase] = result.counterexample
  const cause = result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance)
  throw new Error(`SEED=${seed}: ${cause}\nkept as ${keepCase(testCase)}`)
}
