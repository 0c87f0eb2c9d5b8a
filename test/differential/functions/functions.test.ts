import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isNative } from '../../../sql/functions/native.ts'
import { must } from '../../../sql/base/assert.ts'
import type { Expression, LogicalPlan } from '../../../sql/plan/logical-plan.ts'
import { loadPlanner } from '../../../sql/planner/planner.ts'
import { createBench, evaluate } from '../../support/expressions/evaluate.ts'
import type { Outcome } from '../../support/expressions/evaluate.ts'
import { calls } from './calls.ts'
import { columns, fixedRows, rows } from './columns.ts'
import { askDataFusion } from './datafusion.ts'
import { differences } from './dialect.ts'
import { seed } from '../../support/seed.ts'

const planner = loadPlanner()
const bench = createBench()
const sample = [...fixedRows, ...fc.sample(rows, { seed, numRuns: Number(process.env['RUNS'] ?? 12) })]

/** `SELECT sql FROM t`, planned: the expression and which columns it counts. */
function plan(sql: string): { readonly expression: Expression; readonly picked: readonly number[] } {
  const program = planner.parse(`SELECT ${sql} FROM t`)
  expect(program.diagnostics).toEqual([])
  const statement = planner.plan(program, 0, { tables: [{ name: 't', columns }] })
  if (statement.kind !== 'select') throw new Error(`${sql} is no query`)
  const root: LogicalPlan = statement.query.plan
  if (root.kind !== 'project' || root.input.kind !== 'scan') throw new Error(`${sql} is planned as ${root.kind}`)
  return { expression: must(root.expressions[0]), picked: root.input.columns }
}

function isSame(ours: Outcome, theirs: Outcome): boolean {
  // Some of its functions give NULL where ours, and those of PostgreSQL, refuse the argument.
  if ('error' in ours) return 'error' in theirs || theirs.value === null
  if ('error' in theirs) return false
  if (Object.is(ours.value, theirs.value) || (ours.value === 0 && theirs.value === 0)) return true
  const [x, y] = [Number(ours.value), Number(theirs.value)]
  return typeof ours.value === 'number' && Math.abs(x - y) <= Math.abs(x) * 1e-12
}

describe(`native functions equal DataFusion's own, SEED=${seed}`, () => {
  for (const sql of calls) {
    it(`of ${sql}`, () => {
      const { expression, picked } = plan(sql)
      expect(expression.kind !== 'call' || isNative(expression)).toBe(true)
      const table = {
        schema: picked.map((index) => must(columns[index])),
        rows: sample.map((row) => picked.map((index) => row[index] ?? null)),
      }
      const [interpreted, compiled] = (['interpreter', 'javascript'] as const).map((tier) =>
        evaluate(bench, table, { expressions: [expression], tier }).map(([outcome]) => must(outcome)),
      )
      expect(compiled).toEqual(interpreted)
      const theirs = askDataFusion(planner, { columns, rows: sample }, sql)
      const differing = (compiled ?? []).flatMap((ours, index) =>
        isSame(ours, must(theirs[index])) ? [] : [{ row: table.rows[index], ours, theirs: theirs[index] }],
      )
      const isKnown = differences.some((difference) => difference.calls.test(sql))
      // A difference that no longer shows has no place in the table.
      expect(isKnown ? differing.length > 0 : differing).toEqual(isKnown ? true : [])
    })
  }
})
