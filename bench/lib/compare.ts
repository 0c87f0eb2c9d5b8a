import type { Contender, Measurement } from './contender.ts'
import { runContender } from './contender.ts'
import { median } from './statistics.ts'

export interface CaseResult {
  readonly name: string
  readonly rows: number
  readonly hash: string
  readonly contenders: readonly ContenderResult[]
}

export interface ContenderResult {
  readonly name: string
  /** Median over all passes of all rounds. */
  readonly nanosPerRow: number
  readonly nanosPerRowMin: number
  readonly nanosPerRowMax: number
  readonly passes: number
}

/**
 * Runs all contenders of a case in turn, A B C A B C .., each round in fresh processes, so that heap, compiler and clock
 * drift of one do not touch another. @throws Error when their results differ
 */
export function compare(input: {
  readonly name: string
  readonly rows: number
  readonly contenders: readonly Contender[]
  readonly rounds: number
}): CaseResult {
  const measured = new Map<string, Measurement[]>(input.contenders.map((contender) => [contender.name, []]))
  for (let round = 0; round < input.rounds; round++) {
    for (const contender of input.contenders) measured.get(contender.name)?.push(runContender(contender))
  }
  const hashes = new Map(
    [...measured].map(([name, runs]) => [name, [...new Set(runs.map((run) => run.hash))]] as const),
  )
  const all = new Set([...hashes.values()].flat())
  if (all.size !== 1) throw new Error(`${input.name}: results differ: ${JSON.stringify(Object.fromEntries(hashes))}`)
  const contenders = [...measured].map(([name, runs]) =>
    summarise(
      name,
      runs.flatMap((run) => run.nanos),
      input.rows,
    ),
  )
  return { name: input.name, rows: input.rows, hash: [...all][0] as string, contenders }
}

function summarise(name: string, nanos: readonly number[], rows: number): ContenderResult {
  return {
    name,
    nanosPerRow: median(nanos) / rows,
    nanosPerRowMin: Math.min(...nanos) / rows,
    nanosPerRowMax: Math.max(...nanos) / rows,
    passes: nanos.length,
  }
}
