import fc from 'fast-check'
import { checkCase } from './check-case.ts'
import { expressionCases } from './expression-case.ts'
import type { ExpressionCase } from './expression-case.ts'
import { keepCase } from './kept.ts'

/** Random cases until one fails, `runs` are done or the time, if there is a limit, is over. The failure is shrunk, kept in a file, and thrown with its seed. */
export async function searchCases(
  engines: Parameters<typeof checkCase>[0],
  { seed, runs, seconds }: { readonly seed: number; readonly runs: number; readonly seconds?: number },
): Promise<void> {
  let inHand: Promise<unknown> = Promise.resolve()
  const property = fc.asyncProperty(
    expressionCases,
    async (subject: ExpressionCase) => await (inHand = checkCase(engines, subject)),
  )
  const timeLimit = seconds === undefined ? {} : { interruptAfterTimeLimit: seconds * 1000 }
  const result = await fc.check(property, { seed, numRuns: runs, ...timeLimit })
  // a case that the limit has interrupted still asks DuckDB
  await inHand.catch(() => {})
  if (!result.failed || result.counterexample === null) return
  const [subject] = result.counterexample
  const file = keepCase(subject)
  throw new Error(
    `SEED=${result.seed}: ${String(result.errorInstance)}\n${JSON.stringify(subject.rows, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))}\nkept in ${file}`,
  )
}
