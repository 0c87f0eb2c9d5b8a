import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { runNode } from './artifact.ts'

/** Node's flag that forbids code from strings. */
export const noEval = '--disallow-code-generation-from-strings'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The sqllogictest corpus and the golden programs, from the root of the project. */
export function corpusFiles(): readonly string[] {
  return globSync(['test/slt/**/*.slt', 'test/golden/*/input.sql'], { cwd: root }).toSorted()
}

/** Runs files of the corpus and the kept random queries in a process that forbids code from strings; gives how much was compared. */
export async function compareWithoutEval(files: readonly string[]): Promise<number> {
  const { status, stdout, stderr } = await runNode([noEval, 'test/support/run-without-eval.ts', ...files], {
    cwd: root,
  })
  expect([status, stderr]).toEqual([0, ''])
  const { forbidden, compared, differences } = JSON.parse(stdout) as {
    readonly forbidden: boolean
    readonly compared: number
    readonly differences: readonly string[]
  }
  expect([forbidden, differences]).toEqual([true, []])
  return compared
}
