import { spawnSync } from 'node:child_process'
import { cpus, totalmem } from 'node:os'

/** What a result must say about where it was made. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryBytes: number
  readonly node: string
  readonly v8: string
  readonly gcc: string
}

export function describeMachine(): Machine {
  const gcc = spawnSync('gcc', ['-dumpfullversion'], { encoding: 'utf8' })
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    node: process.version,
    v8: process.versions.v8,
    gcc: gcc.status === 0 ? gcc.stdout.trim() : 'absent',
  }
}
