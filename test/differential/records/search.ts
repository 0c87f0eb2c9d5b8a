import { checkCase } from './check-case.ts'
import { keepCase } from './kept.ts'
import { randomCase, type RecordCase } from './record-case.ts'

/** Looks for a case that breaks the law; a found one is made smaller, kept as a file and reported with its seed. */
export async function searchCases({
  seed,
  runs,
  seconds = Infinity,
}: {
  readonly seed: number
  readonly runs: number
  readonly seconds?: number
}): Promise<void> {
  const end = performance.now() + seconds * 1000
  for (let count = 0; count < runs && performance.now() < end; count++) {
    const testCase = randomCase(seed + count)
    const failure = await failureOf(testCase)
    if (failure === null) continue
    const small = await smaller(testCase)
    throw new Error(`SEED=${seed + count}: ${failure}\nkept as ${keepCase(small)}: ${await failureOf(small)}`)
  }
}

export async function failureOf(testCase: RecordCase): Promise<string | null> {
  try {
    await checkCase(testCase)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const smallerSecondsMax = 60

/** Leaves out pieces, halves first, as long as something fails. */
async function smaller(testCase: RecordCase): Promise<RecordCase> {
  const end = performance.now() + smallerSecondsMax * 1000
  let best = testCase
  for (let size = Math.ceil(best.pieces.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let from = 0; from < best.pieces.length && performance.now() < end;) {
      const pieces = [...best.pieces.slice(0, from), ...best.pieces.slice(from + size)]
      const next = { ...best, pieces }
      if (pieces.length > 0 && (await failureOf(next)) !== null) best = next
      else from += size
    }
  return best
}
