import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runSlt } from './run.ts'

const folder = import.meta.dirname
const firstSeed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
const seconds = Number(process.env['SECONDS'] ?? 60)

it(`every file gives the same rows whenever tiers change, SEED=${firstSeed}`, async () => {
  const files = globSync('**/*.slt', { cwd: folder })
    .toSorted()
    .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
  const end = Date.now() + seconds * 1000
  let swaps = 0
  for (let swapSeed = firstSeed; Date.now() < end; swapSeed++) {
    for (const { name, text } of files) {
      const outcomes = await runSlt(text, { swapSeed, onEnd: (to) => (swaps += to) })
      for (const { record, expected, actual } of outcomes)
        expect(actual, `${name}:${record.line}, SEED=${swapSeed}`).toEqual(expected)
    }
  }
  expect(swaps).toBeGreaterThan(files.length)
})
