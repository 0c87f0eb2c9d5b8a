import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Outcome } from './run.ts'
import { runSlt, tierName } from './run.ts'
import { seed } from '../support/seed.ts'

const folder = import.meta.dirname
const update = process.env['GOLDEN'] === 'update'

/** Every file runs in every tier; GOLDEN=update writes what the interpreter answers, for review. */
describe('sqllogictest', () => {
  let swaps = 0
  let deoptimisations = 0
  const changing = {
    swapSeed: seed,
    onEnd: (to: number, back: number) => {
      swaps += to
      deoptimisations += back
    },
  }
  const names = globSync('**/*.slt', { cwd: folder }).toSorted()
  for (const name of names) {
    it(`file ${name}`, async () => {
      const path = join(folder, name)
      const text = readFileSync(path, 'utf8')
      const reference = await runSlt(text, 'interpreter')
      if (update) writeFileSync(path, updated(text, reference))
      for (const { record, expected, actual } of update ? [] : reference)
        expect(actual, `${name}:${record.line}`).toEqual(expected)
      for (const tier of ['javascript', 'wasm', changing] as const) {
        const compiled = await runSlt(text, tier)
        for (const [index, { record, actual }] of compiled.entries())
          expect(actual, `${name}:${record.line}, ${tierName(tier)}`).toEqual(reference[index]?.actual)
      }
    })
  }

  it('changes tiers often while it runs', () => {
    expect(swaps).toBeGreaterThan(names.length)
    expect(deoptimisations).toBeGreaterThan(names.length)
  })
})

function updated(text: string, outcomes: readonly Outcome[]): string {
  const lines = text.split('\n')
  for (const { record, actual } of outcomes.toReversed()) {
    if (record.kind !== 'query' && record.kind !== 'changes') continue
    const divider = lines.indexOf('----', record.line - 1)
    lines.splice(divider + 1, record.expected.length, ...actual)
  }
  return lines.join('\n')
}
