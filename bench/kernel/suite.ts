import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Contender } from '../lib/contender.ts'
import { kernelData } from '../lib/data.ts'

/** Case names are shared by all contenders; the SQL of each is in cases.ts. */
export const kernelCases = [
  'filter',
  'project',
  'string',
  'sum-bigint',
  'sum-decimal',
  'group-16',
  'group-1k',
  'group-1m',
  'tumble',
  'json',
  'csv',
] as const

export interface KernelSuite {
  readonly rows: number
  contenders(name: string): readonly Contender[]
}

/** Makes the data and builds the floor. `passes` is per process. */
export function prepareKernelSuite(rows: number, passes: number): KernelSuite {
  const { directory } = kernelData(rows)
  const floor = buildFloor()
  const script = (name: string): string => join(import.meta.dirname, name)
  const settings = [directory, String(rows), String(passes)]
  return {
    rows,
    contenders: (name) => [
      { name: 'c', command: [floor, name, ...settings] },
      { name: 'handwritten', command: [process.execPath, '--expose-gc', script('handwritten.ts'), name, ...settings] },
      {
        name: 'javascript',
        command: [process.execPath, '--expose-gc', script('millrace.ts'), 'javascript', name, ...settings],
      },
      { name: 'wasm', command: [process.execPath, '--expose-gc', script('millrace.ts'), 'wasm', name, ...settings] },
      {
        name: 'interpreter',
        command: [process.execPath, script('millrace.ts'), 'interpreter', name, ...settings.slice(0, 2), '1'],
      },
      { name: 'duckdb', command: [process.execPath, script('duckdb.ts'), name, ...settings] },
    ],
  }
}

function buildFloor(): string {
  const directory = join(tmpdir(), 'millrace-bench-floor')
  mkdirSync(directory, { recursive: true })
  const binary = join(directory, `floor-${process.pid}`)
  const built = spawnSync('gcc', ['-O3', '-march=native', '-o', binary, join(import.meta.dirname, 'floor.c')], {
    encoding: 'utf8',
  })
  if (built.status !== 0) throw new Error(`the floor needs gcc: ${built.stderr}`)
  return binary
}
