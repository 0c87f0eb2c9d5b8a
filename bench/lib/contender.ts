import { spawnSync } from 'node:child_process'

/** One rival in one case: a command that runs it in a process of its own and prints `{"nanos":[..],"hash":".."}`. */
export interface Contender {
  readonly name: string
  readonly command: readonly [string, ...string[]]
  readonly environment?: Readonly<Record<string, string>> | undefined
}

export interface Measurement {
  /** One per pass. */
  readonly nanos: readonly number[]
  /** Of the result: equal across contenders, or the bench fails. */
  readonly hash: string
  readonly peakRssBytes: number | null
}

/** Runs a contender once. @throws Error with its standard error when it fails */
export function runContender(contender: Contender): Measurement {
  const [file, ...parameters] = contender.command
  const done = spawnSync(file, parameters, {
    encoding: 'utf8',
    env: { ...process.env, ...contender.environment },
    maxBuffer: 1 << 24,
  })
  if (done.status !== 0)
    throw new Error(`${contender.name} failed (${done.status ?? done.error?.message}): ${done.stderr}`)
  const line = done.stdout.trim().split('\n').at(-1) ?? ''
  const answer = JSON.parse(line) as { nanos: number[]; hash: string; peakRssBytes?: number }
  return { nanos: answer.nanos, hash: answer.hash, peakRssBytes: answer.peakRssBytes ?? null }
}
