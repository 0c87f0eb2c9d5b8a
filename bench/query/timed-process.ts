import { spawnSync } from 'node:child_process'
import { closeSync, openSync, readSync } from 'node:fs'

export interface ProcessTimes {
  readonly wallSeconds: number
  /** user + system, of the process and its children */
  readonly cpuSeconds: number
}

/** Runs a command to its end and measures it from outside, by the shell's `time`. @throws Error with its standard error when it fails */
export function timeProcess(
  command: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): ProcessTimes {
  const done = spawnSync('bash', ['-c', 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null', 'bash', ...command], {
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  })
  if (done.status !== 0) throw new Error(`${command.join(' ')} ended with ${done.status}: ${done.stderr}`)
  const [wall = Number.NaN, user = Number.NaN, system = Number.NaN] = (done.stderr.trim().split('\n').at(-1) ?? '')
    .split(/\s+/)
    .map(Number)
  return { wallSeconds: wall, cpuSeconds: user + system }
}

/** Reads a file once and forgets it, so that the next reader finds it in the page cache. */
export function readThrough(file: string): void {
  const buffer = new Uint8Array(1 << 22)
  const descriptor = openSync(file, 'r')
  try {
    while (readSync(descriptor, buffer) > 0);
  } finally {
    closeSync(descriptor)
  }
}
