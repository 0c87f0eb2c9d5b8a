import { describe, expect, it } from 'vitest'
import { DataflowBench } from '../../../test/support/dataflow/dataflow-bench.ts'
import type { Cell } from '../../../test/support/expressions/cells.ts'
import { bigint, binary, columns } from '../../../test/support/plans.ts'
import { sourceControl } from '../../../runtime/abi/artifact.ts'
import { validityAbsent } from '../../../runtime/abi/format.ts'
import type { ColumnDefinition, WatermarkClause } from '../../../sql/plan/statement.ts'
import { must } from '../../../sql/base/assert.ts'

const span = { start: 0, end: 1, line: 1, column: 1 }
const define = (...declarations: readonly string[]): readonly ColumnDefinition[] =>
  columns(...declarations).map((column) => ({ ...column, span }))
const ref = (index: number, type: 'bigint' | 'timestamp') =>
  ({ kind: 'column', index, type: { kind: type }, nullable: false }) as const
const onTime: WatermarkClause = { column: 1, processingTime: false, span, expression: ref(1, 'timestamp') }

function open(definitions: readonly ColumnDefinition[], watermark: WatermarkClause | null) {
  const bench = new DataflowBench('javascript')
  const input = bench.addSource('t', { definitions, watermark })
  const out = bench.collect('t')
  return {
    bench,
    input,
    out,
    rows: () => out.rows.map(({ row }) => row),
    codes: () => bench.errors.map(({ site, row }) => [site.code, row]),
  }
}

describe('a source', () => {
  it('puts defaults where fields were absent and leaves explicit NULLs', () => {
    const [a, b] = define('a BIGINT', 'b VARCHAR?') as [ColumnDefinition, ColumnDefinition]
    const text: ColumnDefinition['defaultValue'] = {
      kind: 'literal',
      value: 'a default of more than twelve bytes',
      type: { kind: 'varchar' },
      nullable: false,
    }
    const { bench, input, rows } = open(
      [
        { ...a, defaultValue: bigint(7) },
        { ...b, defaultValue: text },
      ],
      null,
    )
    const { layout, block } = input
    for (const [index, states] of [
      [1, validityAbsent, 1],
      [0, validityAbsent, validityAbsent],
    ].entries()) {
      const { validOffset } = must(layout.columns[index])
      for (const [row, state] of states.entries()) bench.memory.views.u8[block + must(validOffset) + row] = state
    }
    const { dataOffset } = must(layout.columns[0])
    for (const row of [0, 1, 2]) bench.memory.views.i64[((block + dataOffset) >>> 3) + row] = BigInt(row)
    input.push(3)
    void bench.graph.run()
    expect(rows()).toEqual([
      [0n, null],
      [7n, 'a default of more than twelve bytes'],
      [2n, 'a default of more than twelve bytes'],
    ])
  })

  it('computes columns and leaves out the rows for which that fails', () => {
    const [a, b, c] = define('a BIGINT', 'b BIGINT', 'c BIGINT') as [
      ColumnDefinition,
      ColumnDefinition,
      ColumnDefinition,
    ]
    const computed: ColumnDefinition = { ...c, computed: binary('divide', ref(0, 'bigint'), ref(1, 'bigint')) }
    const { bench, rows, codes } = open([a, b, computed], null)
    bench.push('t', [
      [6n, 2n, 0n],
      [1n, 0n, 0n],
      [9n, 3n, 0n],
    ])
    expect(rows()).toEqual([
      [6n, 2n, 3n],
      [9n, 3n, 3n],
    ])
    expect(codes()).toEqual([['division_by_zero', 1]])
  })

  it('refuses rows without an event time, and rows too far ahead, which do not move the watermark', () => {
    const { bench, input, out, rows, codes } = open(define('a BIGINT', 'ts TIMESTAMP?', 's VARCHAR?'), onTime)
    bench.memory.views.i64[(input.control + sourceControl.aheadLimit) >>> 3] = 1000n
    const row = (a: bigint, ts: bigint | null): readonly Cell[] => [a, ts, `row ${a} with a long enough text`]
    bench.push('t', [row(1n, 100n), row(2n, null), row(3n, 5000n), row(4n, 50n), row(5n, 1000n)])
    expect(rows()).toEqual([row(1n, 100n), row(4n, 50n), row(5n, 1000n)])
    expect(codes()).toEqual([
      ['null_event_time', 1],
      ['future_event_time', 2],
    ])
    expect(out.watermarks).toEqual([1000n])
    expect(bench.graph.metrics().sources[0]).toMatchObject({
      rowsIn: 5,
      rowsOut: 3,
      rowErrors: 2,
      lateRows: 1,
      watermarkMicros: 1000n,
    })
  })

  it('gives each row the watermark as it stood before it, in whatever blocks the rows come', () => {
    const times = [10n, 30n, 20n, 40n, 35n, 90n]
    const watermarksOf = (cut: number): readonly bigint[] => {
      const { bench, input } = open(define('a BIGINT', 'ts TIMESTAMP'), onTime)
      const seen: bigint[] = []
      const { watermarkOffset } = input.layout
      bench.graph.addConsumer('t', {
        ready: () => true,
        accept: (block, count) => {
          for (let row = 0; row < count; row++)
            seen.push(must(bench.memory.views.i64[((block + must(watermarkOffset)) >>> 3) + row]))
        },
      })
      bench.push(
        't',
        times.map((ts) => [0n, ts]),
        { cut },
      )
      return seen
    }
    const expected = watermarksOf(1)
    expect(expected.slice(1)).toEqual([10n, 30n, 30n, 40n, 40n])
    for (const cut of [2, 4, 6]) expect(watermarksOf(cut)).toEqual(expected)
  })
})
