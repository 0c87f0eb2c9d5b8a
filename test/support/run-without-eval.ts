/**
 * Run as a process of its own that may not make code from strings: sqllogictest files, golden programs (paths of both as arguments) and
 * the kept cases of the random queries, in the tiers that are left. Prints what differs from what is expected, as JSON.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { loadPlanner } from '../../sql/planner/planner.ts'
import { keptCases } from '../differential/queries/kept.ts'
import { runMillrace } from '../differential/queries/run-millrace.ts'
import { planned } from '../golden/plan-case.ts'
import { goldenData, runCase, runnableCase } from '../golden/run-case.ts'
import { runSlt } from '../slt/run.ts'

const differences: string[] = []
let compared = 0

function compare(what: string, expected: readonly unknown[], actual: readonly unknown[]): void {
  compared++
  if (JSON.stringify(actual) !== JSON.stringify(expected)) differences.push(what)
}

let forbidden = false
try {
  // oxlint-disable-next-line no-new, no-new-func, typescript/no-implied-eval -- this is what must not work
  new Function('return 1')
} catch {
  forbidden = true
}

/** A program of test/golden. Those that are refused have no rows. */
async function compareGolden(path: string, text: string): Promise<void> {
  const expected = join(dirname(path), 'expected', 'rows.txt')
  if (!existsSync(expected)) return
  const folder = mkdtempSync(join(tmpdir(), 'millrace-golden-'))
  const { statements } = planned(loadPlanner(), text)
  const runnable = runnableCase(statements, text, { folder, ...goldenData })
  for (const tier of ['auto', 'wasm'] as const)
    compare(`${path}, ${tier}`, [readFileSync(expected, 'utf8')], [await runCase(runnable, { tier })])
  rmSync(folder, { recursive: true })
}

for (const path of process.argv.slice(2)) {
  const text = readFileSync(path, 'utf8')
  if (!path.endsWith('.slt')) {
    await compareGolden(path, text)
    continue
  }
  for (const tier of ['auto', 'wasm'] as const)
    for (const { record, expected, actual } of await runSlt(text, tier))
      compare(`${path}:${record.line}, ${tier}`, expected, actual)
}
for (const { name, testCase } of keptCases()) {
  const reference = await runMillrace(testCase, { tier: 'interpreter' })
  for (const tier of ['auto', 'wasm'] as const)
    compare(`${name}, ${tier}`, reference, await runMillrace(testCase, { tier }))
}
console.log(JSON.stringify({ forbidden, compared, differences }))
