import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadPlanner } from '../../sql/planner/planner.ts'
import { planned } from './plan-case.ts'
import { goldenData, runCase, runnableCase } from './run-case.ts'

const folder = import.meta.dirname
const names = globSync('*/expected/rows.txt', { cwd: folder }).map((path) => path.replace(/\/.*/, ''))
const firstSeed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
const seedsPerCase = 20
const planner = loadPlanner()
const data = mkdtempSync(join(tmpdir(), 'millrace-golden-'))
afterAll(() => rmSync(data, { recursive: true }))

describe(`golden programs in the interpreter, where hot code is compiled at once, and with swaps from SEED=${firstSeed}`, () => {
  it('are there', () => expect(names.length).toBeGreaterThan(25))

  it.each(names)('%s', async (name) => {
    const text = readFileSync(join(folder, name, 'input.sql'), 'utf8')
    const expected = readFileSync(join(folder, name, 'expected', 'rows.txt'), 'utf8')
    const { statements } = planned(planner, text)
    const runnable = runnableCase(statements, text, { folder: join(data, name), ...goldenData })
    const seeds = Array.from({ length: seedsPerCase }, (_, index) => ({ swapSeed: firstSeed + index }))
    for (const options of [{ tier: 'interpreter' } as const, { settings: { warm_up: '1 us' } }, ...seeds])
      expect(await runCase(runnable, options), JSON.stringify(options)).toBe(expected)
  })
})
