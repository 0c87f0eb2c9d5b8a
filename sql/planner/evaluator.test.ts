import { tableFromIPC, tableToIPC, vectorFromArray, Table, Uint32, Utf8, Float64, Int64 } from 'apache-arrow'
import { describe, expect, it } from 'vitest'
import { DataError, SqlError } from '../base/diagnostic.ts'
import { loadPlanner } from './planner.ts'

const planner = loadPlanner()
const columns = [
  { name: 'n', type: { kind: 'bigint' }, nullable: true },
  { name: 'x', type: { kind: 'double' }, nullable: true },
  { name: 't', type: { kind: 'varchar' }, nullable: true },
] as const
const batch = {
  n: vectorFromArray([1n, null, 3n], new Int64()),
  x: vectorFromArray([0.5, 1.5, null], new Float64()),
  t: vectorFromArray(['a', 'é', null], new Utf8()),
}
const ipc = tableToIPC(new Table(batch), 'stream')

describe('scalar expressions', () => {
  it('are evaluated over Arrow batches', () => {
    const evaluator = planner.compileEvaluator({
      columns,
      expressions: ['upper(t) || t', 'n * 2 + 1', 'round(x)', 'md5(t) IS NULL'],
    })
    expect(evaluator.types.map(({ kind }) => kind)).toEqual(['varchar', 'bigint', 'double', 'boolean'])
    const rows = tableFromIPC(evaluator.run(ipc))
      .toArray()
      .map((row) => Object.values(row.toJSON()))
    expect(rows).toEqual([
      ['Aa', 3n, 1, false],
      ['Éé', null, 2, false],
      [null, 7n, null, true],
    ])
    evaluator.release()
  })

  it('round decimals to whole numbers that fit', () => {
    const texts = ['ceil(n * 1.5)', 'floor(n * -0.5)', 'ceil(9.5)', 'ceil(x)'].map((text) => `CAST(${text} AS VARCHAR)`)
    const evaluator = planner.compileEvaluator({ columns, expressions: texts })
    const rows = tableFromIPC(evaluator.run(ipc))
      .toArray()
      .map((row) => Object.values(row.toJSON()))
    expect(rows).toEqual([
      ['2', '-1', '10', '1.0'],
      [null, null, '10', '2.0'],
      ['5', '-2', '10', null],
    ])
    evaluator.release()
  })

  it("that do not plan are the user's errors", () => {
    expect(() => planner.compileEvaluator({ columns, expressions: ['n + nope'] })).toThrow(SqlError)
  })

  it('that fail at run time say so', () => {
    const evaluator = planner.compileEvaluator({ columns, expressions: [`CAST(t AS BIGINT)`] })
    expect(() => evaluator.run(ipc)).toThrow(DataError)
    expect(() => evaluator.run(ipc)).toThrow(expect.objectContaining({ code: 'evaluation_failed' }))
  })
})

describe('aggregates', () => {
  it('accumulate by group over several batches', () => {
    const evaluator = planner.compileEvaluator({
      columns,
      expressions: ['sum(n)', 'count(t) FILTER (WHERE x > 1)', 'min(t)', 'count(*)'],
    })
    const grouped = tableToIPC(new Table({ ...batch, group: vectorFromArray([0, 1, 0], new Uint32()) }), 'stream')
    expect(evaluator.run(grouped)).toHaveLength(0)
    evaluator.run(grouped)
    const rows = tableFromIPC(evaluator.finish())
      .toArray()
      .map((row) => Object.values(row.toJSON()))
    expect(rows).toEqual([
      [8n, 0n, 'a', 4n],
      [null, 2n, 'é', 2n],
    ])
    evaluator.release()
  })
})
