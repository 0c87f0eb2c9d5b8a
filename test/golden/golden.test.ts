import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadPlanner } from '../../sql/planner/planner.ts'
import { WasmPrinter } from '../../runtime/engine/explain/wasm-printer.ts'
import { planCase, type Outcome } from './plan-case.ts'

/**
 * Each folder is a case: `input.sql` and what the compiler makes of it under `expected`. `npm run golden:update` writes the
 * outcomes anew; the difference is then read before it is committed.
 */
const folder = fileURLToPath(new URL('.', import.meta.url))
const cases = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
const update = process.env['GOLDEN'] === 'update'
const planner = loadPlanner()
const printer = await WasmPrinter.load()
const printWasm = printer.codeOf.bind(printer)

function expectedOf(name: string): Outcome {
  const expected = `${folder}${name}/expected`
  return Object.fromEntries(readdirSync(expected).map((file) => [file, readFileSync(`${expected}/${file}`, 'utf8')]))
}

function write(name: string, outcome: Outcome): void {
  const expected = `${folder}${name}/expected`
  rmSync(expected, { recursive: true, force: true })
  mkdirSync(expected)
  for (const [file, text] of Object.entries(outcome)) writeFileSync(`${expected}/${file}`, text)
}

describe('golden', () => {
  it('has its cases', () => {
    expect(cases.length).toBeGreaterThanOrEqual(44)
  })

  it.each(cases.map(({ name }) => name))('%s', (name) => {
    const outcome = planCase(
      { planner, printWasm: name.startsWith('wasm-') ? printWasm : null },
      readFileSync(`${folder}${name}/input.sql`, 'utf8'),
    )
    if (update) write(name, outcome)
    expect(outcome).toEqual(expectedOf(name))
  })
})
