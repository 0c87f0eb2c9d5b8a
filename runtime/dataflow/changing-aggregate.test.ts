import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DataflowBench, type Shown } from '../../test/support/dataflow/dataflow-bench.ts'
import { benchTiers, loadBenches } from '../../test/support/dataflow/tiered-benches.ts'
import type { Cell } from '../../test/support/expressions/cells.ts'
import {
  aggregate,
  aggregateCall,
  bigint,
  binary,
  catalogOf,
  column,
  columns,
  countStar,
  filter,
  project,
  query,
  scan,
  source,
  stream,
} from '../../test/support/plans.ts'
import { batchBlocksMax, blockRowsMax } from '../abi/memory.ts'
import type { LogicalPlan } from '../../sql/plan/logical-plan.ts'

const schema = columns('k INTEGER?', 'v BIGINT?', 'd DECIMAL(30,2)?', 'x DOUBLE?', 's VARCHAR?')
const input = source('t', schema)

type Row = readonly [k: bigint | null, v: bigint | null, d: bigint | null, x: number | null, s: string | null]

const nullable = <T>(each: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(each, { nil: null, freq: 4 })
const text = fc.constantFrom(
  '',
  'a',
  'b',
  'twelve bytes',
  'thirteen byte',
  'a much longer text than fits',
  'a much longer text than fitz',
  'ü',
)
const anyRow: fc.Arbitrary<Row> = fc.tuple(
  nullable(fc.bigInt({ min: 0n, max: 4n })),
  nullable(fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: -2n, max: 2n }))),
  nullable(fc.bigInt({ min: -(10n ** 30n - 1n), max: 10n ** 30n - 1n })),
  nullable(fc.constantFrom(0, -0, 1.5, -2.25, NaN, Infinity, 1e300)),
  nullable(text),
)

function consolidate(shown: readonly Shown[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  for (const { row, weight } of shown) {
    const key = keyOf(row)
    sums.set(key, (sums.get(key) ?? 0) + weight)
    if (sums.get(key) === 0) sums.delete(key)
  }
  return sums
}

function keyOf(row: readonly Cell[]): string {
  return row
    .map((cell) => (typeof cell === 'number' ? `f${Object.is(cell, -0) ? 0 : cell}` : `${typeof cell}${String(cell)}`))
    .join('|')
}

/** NaN above everything, -0 equals 0. */
const byOrder = (a: number, b: number): number =>
  Number.isNaN(a) ? (Number.isNaN(b) ? 0 : 1) : Number.isNaN(b) ? -1 : a - b
const known = <T>(values: readonly (T | null)[]): readonly T[] =>
  values.flatMap((value) => (value === null ? [] : [value]))
const bytes = (value: string): string => Buffer.from(value).toString('latin1')

function expected(rows: readonly Row[]): ReadonlyMap<string, number> {
  const groups = Map.groupBy(rows, ([k]) => k)
  const shown = [...groups].flatMap(([k, group]): Cell[][] => {
    const v = known(group.map((row) => row[1]))
    const d = known(group.map((row) => row[2]))
    const x = known(group.map((row) => row[3]))
    const s = known(group.map((row) => row[4]))
    const sum = v.reduce((a, b) => a + b, 0n)
    const decimals = d.reduce((a, b) => a + b, 0n)
    if (sum > 2n ** 63n - 1n || sum < -(2n ** 63n)) return []
    const sorted = s.toSorted((a, b) => (bytes(a) < bytes(b) ? -1 : bytes(a) > bytes(b) ? 1 : 0))
    return [
      [
        k,
        BigInt(group.length),
        v.length === 0 ? null : sum,
        BigInt(v.length),
        d.length === 0 ? null : decimals,
        x.length === 0 ? null : (x.toSorted(byOrder)[0] as number),
        x.length === 0 ? null : (x.toSorted(byOrder).at(-1) as number),
        sorted[0] ?? null,
        sorted.at(-1) ?? null,
        BigInt(new Set(s).size),
      ],
    ]
  })
  return new Map(shown.map((row) => [keyOf(row), 1]))
}

function grouped(): LogicalPlan {
  const rows = scan(input)
  const at = (index: number) => column(rows, index)
  const may = (name: string, type: string, index: number) => ({
    ...aggregateCall(name, type, at(index)),
    nullable: true,
  })
  return aggregate(
    rows,
    { k: at(0) },
    {
      n: countStar,
      total: may('sum', 'BIGINT', 1),
      known: aggregateCall('count', 'BIGINT', at(1)),
      decimals: may('sum', 'DECIMAL(38,2)', 2),
      least: may('min', 'DOUBLE', 3),
      most: may('max', 'DOUBLE', 3),
      first: may('min', 'VARCHAR', 4),
      last: may('max', 'VARCHAR', 4),
      different: { ...aggregateCall('count', 'BIGINT', at(4)), distinct: true },
    },
  )
}

/** For each number of times that a (k, d, x, s) is there: ends of d, x and s, and the s that is first and last by all of them. */
function byCount(changes: ReturnType<typeof stream>): LogicalPlan {
  const rows = scan(changes)
  const at = (index: number) => column(rows, index)
  const may = (name: string, type: string, index: number) => ({
    ...aggregateCall(name, type, at(index)),
    nullable: true,
  })
  const orderBy = [1, 0, 3, 2].map((index) => ({
    expression: at(index),
    descending: index === 0,
    nullsFirst: index === 3,
  }))
  return aggregate(
    rows,
    { n: at(4) },
    {
      leastDecimal: may('min', 'DECIMAL(30,2)', 1),
      mostDecimal: may('max', 'DECIMAL(30,2)', 1),
      least: may('min', 'DOUBLE', 2),
      most: may('max', 'DOUBLE', 2),
      firstText: may('min', 'VARCHAR', 3),
      lastText: may('max', 'VARCHAR', 3),
      first: { ...may('first_value', 'VARCHAR', 3), orderBy },
      last: { ...may('last_value', 'VARCHAR', 3), orderBy },
      lastKnown: { ...may('last_value', 'VARCHAR', 3), orderBy, ignoreNulls: true },
    },
  )
}

function expectedByCount(rows: readonly Row[]): ReadonlyMap<string, number> {
  const different = [...Map.groupBy(rows, ([k, , d, x, s]) => keyOf([k, d, x, s])).values()]
  const shown = [...Map.groupBy(different, (same) => same.length)].map(([n, groups]): Cell[] => {
    const sorted = groups.map(([row]) => row as Row).toSorted(byAll)
    const [d, x, s] = [2, 3, 4].map((index) => sorted.map((row) => row[index as 2 | 3 | 4]))
    const decimals = known(d as (bigint | null)[]).toSorted((a, b) => (a < b ? -1 : Number(a > b)))
    const doubles = known(x as (number | null)[]).toSorted(byOrder)
    const texts = known(s as (string | null)[])
    const sortedTexts = texts.toSorted(byText)
    const ends = [decimals, doubles, sortedTexts].flatMap((each): Cell[] => [each[0] ?? null, each.at(-1) ?? null])
    return [BigInt(n), ...ends, sorted[0]?.[4] ?? null, sorted.at(-1)?.[4] ?? null, texts.at(-1) ?? null]
  })
  return new Map(shown.map((row) => [keyOf(row), 1]))
}

const byText = (a: string, b: string): number => (bytes(a) < bytes(b) ? -1 : Number(bytes(a) > bytes(b)))

/** By d, k descending, s with NULLs first, x; other NULLs last. */
function byAll(a: Row, b: Row): number {
  const nulls = (x: unknown, y: unknown, side: number): number | null =>
    x === null || y === null ? (x === y ? 0 : x === null ? side : -side) : null
  const big = (x: bigint | null, y: bigint | null): number => nulls(x, y, 1) ?? Number(x! > y!) - Number(x! < y!)
  return (
    big(a[2], b[2]) ||
    (a[0] === null || b[0] === null ? big(a[0], b[0]) : -big(a[0], b[0])) ||
    (nulls(a[4], b[4], -1) ?? byText(a[4]!, b[4]!)) ||
    (nulls(a[3], b[3], 1) ?? byOrder(a[3]!, b[3]!))
  )
}

const makeBench = await loadBenches()
const anyRun = fc.record({
  cut: fc.constantFrom(1, 5, blockRowsMax),
  batchBlocks: fc.constantFrom(1, 3, batchBlocksMax),
  tier: fc.constantFrom(...benchTiers),
})

describe('an aggregate that shows its changes', () => {
  it('adds up, after every prefix, to the result over that prefix', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 120 }), anyRun, (rows, { cut, batchBlocks, tier }) => {
        const bench = makeBench(tier)
        bench.batchBlocks = batchBlocks
        bench.addSource('t', { definitions: input.definitions, watermark: null })
        bench.deploy('q', bench.lower(bench.compile(query(grouped(), 'changes'), catalogOf(input))))
        const out = bench.collect('q')
        const step = cut * bench.batchBlocks
        for (let from = 0; from < rows.length; from += step) {
          bench.push('t', rows.slice(from, from + step), { cut })
          expect(consolidate(out.rows)).toEqual(expected(rows.slice(0, from + step)))
        }
        expect(bench.failures).toEqual([])
        bench.close()
      }),
      { numRuns: 25 },
    )
  })

  it('reports a sum that does not fit where it would be shown, and shows it again when it fits', () => {
    const bench = new DataflowBench('javascript')
    bench.addSource('t', { definitions: input.definitions, watermark: null })
    bench.deploy('q', bench.lower(bench.compile(query(grouped(), 'changes'), catalogOf(input))))
    const out = bench.collect('q')
    const most = 2n ** 63n - 1n
    const of = (v: bigint): Row => [1n, v, null, null, null]
    bench.push('t', [of(most)])
    bench.push('t', [of(1n)])
    expect(bench.errors.map(({ site }) => site.code)).toEqual(['numeric_overflow'])
    bench.push('t', [of(-5n)])
    expect([...consolidate(out.rows)].length).toBe(1)
    expect(out.rows.at(-1)?.row[2]).toBe(most - 4n)
  })

  it('shows what a batch of blocks changes once, at its end, however many groups that are', () => {
    const bench = new DataflowBench('javascript')
    bench.addSource('t', { definitions: input.definitions, watermark: null })
    const counts = aggregate(scan(input), { k: column(scan(input), 0) }, { n: countStar })
    bench.deploy('q', bench.lower(bench.compile(query(counts, 'changes'), catalogOf(input))))
    const out = bench.collect('q')
    const rows = (count: number, key: (index: number) => number): readonly Row[] =>
      Array.from({ length: count }, (_, index) => [BigInt(key(index)), null, null, null, null])
    const batch = batchBlocksMax * blockRowsMax
    bench.push(
      't',
      rows(batch, (index) => index % 2),
    )
    expect(out.rows.map(({ row }) => row)).toEqual([0n, 1n].map((k) => [k, BigInt(batch / 2)]))
    bench.push(
      't',
      rows(2 * batch, (index) => index + 2),
    )
    expect(out.rows.length).toBe(2 + 2 * batch)
    expect(consolidate(out.rows).size).toBe(2 + 2 * batch)
    // a batch that goes on is shown when it ends, whatever ends it
    bench.push(
      't',
      rows(3, () => 0),
      { batch: 'goes_on' },
    )
    expect(out.rows.length).toBe(2 + 2 * batch)
    bench.flush('t')
    expect(out.rows.at(-1)?.row).toEqual([0n, BigInt(batch / 2 + 3)])
    bench.push(
      't',
      rows(3, () => 1),
      { batch: 'goes_on' },
    )
    bench.end('t')
    expect(out.rows.at(-1)?.row).toEqual([1n, BigInt(batch / 2 + 3)])
    expect(out.ended).toBe(true)
    bench.close()
  })

  it('drops pairs of equal rows behind a projection, and shows nothing of groups that HAVING hides', () => {
    const bench = new DataflowBench('javascript')
    bench.addSource('t', { definitions: input.definitions, watermark: null })
    const counts = aggregate(scan(input), { k: column(scan(input), 0) }, { n: countStar })
    const many = filter(counts, binary('greater', column(counts, 1), bigint(1)))
    const keys = project(many, { k: column(many, 0) })
    bench.deploy('q', bench.lower(bench.compile(query(keys, 'changes'), catalogOf(input))))
    const out = bench.collect('q')
    const row: Row = [7n, null, null, null, null]
    bench.push('t', [row, row, row], { cut: 1 })
    expect(out.rows).toEqual([{ row: [7n], weight: 1 }])
  })

  it('takes back rows: a second aggregate over the changes of the first', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 80 }), anyRun, (rows, { cut, batchBlocks, tier }) => {
        const bench = makeBench(tier)
        bench.batchBlocks = batchBlocks
        bench.addSource('t', { definitions: input.definitions, watermark: null })
        const counts = aggregate(scan(input), { k: column(scan(input), 0) }, { n: countStar })
        bench.deploy('c', bench.lower(bench.compile(query(counts, 'changes'), catalogOf(input))))
        const changes = stream('c', counts.schema, { mode: { kind: 'retract' } })
        const rowsOf = scan(changes)
        const at = (index: number) => column(rowsOf, index)
        const byCount = aggregate(
          rowsOf,
          { n: at(1) },
          {
            groups: countStar,
            sum: { ...aggregateCall('sum', 'BIGINT', at(0)), nullable: true },
            different: { ...aggregateCall('count', 'BIGINT', at(0)), distinct: true },
            mean: { ...aggregateCall('avg', 'DOUBLE', at(0)), nullable: true },
          },
        )
        bench.deploy('q', bench.lower(bench.compile(query(byCount, 'changes'), catalogOf(input, changes))))
        const out = bench.collect('q')
        bench.push('t', rows, { cut })
        const sizes = [...Map.groupBy(rows, ([k]) => k)].map(([k, group]) => ({ k, n: group.length }))
        const wanted = [...Map.groupBy(sizes, ({ n }) => n)].map(([n, groups]): Cell[] => {
          const keys = known(groups.map(({ k }) => k))
          const sum = keys.reduce((a, b) => a + b, 0n)
          return [
            BigInt(n),
            BigInt(groups.length),
            keys.length ? sum : null,
            BigInt(keys.length),
            keys.length ? Number(sum) / keys.length : null,
          ]
        })
        expect(bench.failures).toEqual([])
        expect(consolidate(out.rows)).toEqual(new Map(wanted.map((row) => [keyOf(row), 1])))
        bench.close()
      }),
      { numRuns: 25 },
    )
  })

  it('takes back least, greatest, first and last values', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 100 }), anyRun, (rows, { cut, batchBlocks, tier }) => {
        const bench = makeBench(tier)
        bench.batchBlocks = batchBlocks
        bench.addSource('t', { definitions: input.definitions, watermark: null })
        const of = (index: number) => column(scan(input), index)
        const counts = aggregate(scan(input), { k: of(0), d: of(2), x: of(3), s: of(4) }, { n: countStar })
        bench.deploy('c', bench.lower(bench.compile(query(counts, 'changes'), catalogOf(input))))
        const changes = stream('c', counts.schema, { mode: { kind: 'retract' } })
        bench.deploy('q', bench.lower(bench.compile(query(byCount(changes), 'changes'), catalogOf(input, changes))))
        const out = bench.collect('q')
        bench.push('t', rows, { cut })
        expect(bench.failures).toEqual([])
        expect(consolidate(out.rows)).toEqual(expectedByCount(rows))
        bench.close()
      }),
      { numRuns: 40 },
    )
  })

  it('shows, without an order, the rows by arrival that are left', () => {
    const bench = new DataflowBench('javascript')
    bench.addSource('t', { definitions: input.definitions, watermark: null })
    const of = (index: number) => column(scan(input), index)
    const totals = aggregate(
      scan(input),
      { k: of(0) },
      { s: { ...aggregateCall('max', 'VARCHAR', of(4)), nullable: true } },
    )
    bench.deploy('c', bench.lower(bench.compile(query(totals, 'changes'), catalogOf(input))))
    const changes = stream('c', totals.schema, { mode: { kind: 'retract' } })
    const rowsOf = scan(changes)
    const ends = aggregate(
      rowsOf,
      {},
      {
        first: { ...aggregateCall('first_value', 'VARCHAR', column(rowsOf, 1)), nullable: true },
        last: { ...aggregateCall('last_value', 'VARCHAR', column(rowsOf, 1)), nullable: true },
        smallest: { ...aggregateCall('min', 'VARCHAR', column(rowsOf, 1)), nullable: true },
      },
    )
    bench.deploy('q', bench.lower(bench.compile(query(ends, 'changes'), catalogOf(input, changes))))
    const out = bench.collect('q')
    const push = (k: bigint, s: string): readonly Cell[] | undefined => {
      bench.push('t', [[k, null, null, null, s]])
      return out.rows.at(-1)?.row
    }
    expect(push(1n, 'a')).toEqual(['a', 'a', 'a'])
    expect(push(2n, 'b, longer than twelve bytes')).toEqual(['a', 'b, longer than twelve bytes', 'a'])
    expect(push(3n, 'a')).toEqual(['a', 'a', 'a'])
    // of the two a one leaves: the first has come first still, the last has come last
    expect(push(1n, 'c')).toEqual(['a', 'c', 'a'])
    // the other one leaves, too
    expect(push(3n, 'd')).toEqual(['b, longer than twelve bytes', 'd', 'b, longer than twelve bytes'])
    expect(push(3n, 'e')).toEqual(['b, longer than twelve bytes', 'e', 'b, longer than twelve bytes'])
    bench.close()
  })

  it('has one group without GROUP BY, from the start', () => {
    const bench = new DataflowBench('javascript')
    bench.addSource('t', { definitions: input.definitions, watermark: null })
    const total = aggregate(
      scan(input),
      {},
      { n: countStar, most: { ...aggregateCall('max', 'BIGINT', column(scan(input), 1)), nullable: true } },
    )
    bench.deploy('q', bench.lower(bench.compile(query(total, 'changes'), catalogOf(input))))
    const out = bench.collect('q')
    void bench.graph.run()
    expect(out.rows).toEqual([{ row: [0n, null], weight: 1 }])
    bench.push('t', [
      [null, 5n, null, null, null],
      [null, 3n, null, null, null],
    ])
    expect(out.rows.slice(1)).toEqual([
      { row: [0n, null], weight: -1 },
      { row: [2n, 5n], weight: 1 },
    ])
  })
})
