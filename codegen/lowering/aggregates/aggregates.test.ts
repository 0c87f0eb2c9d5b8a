import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DataflowBench, type Shown, type Tier } from '../../../test/support/dataflow/dataflow-bench.ts'
import type { Cell } from '../../../test/support/expressions/cells.ts'
import {
  aggregate,
  aggregateCall,
  bigint,
  binary,
  catalogOf,
  column,
  columns,
  countStar,
  query,
  scan,
  source,
  stream,
} from '../../../test/support/plans.ts'
import type { AggregateCall, LogicalPlan } from '../../../sql/plan/logical-plan.ts'

/** Every aggregate against a plain computation over the rows of its group, on inputs that grow and on inputs that change. */
const t = source(
  't',
  columns(
    'id BIGINT',
    'k BIGINT',
    'i INTEGER?',
    'u BIGINT UNSIGNED?',
    'm DECIMAL(10,2)?',
    'x DOUBLE?',
    'b BOOLEAN?',
    's VARCHAR?',
  ),
)
type Row = readonly [
  id: bigint,
  k: bigint,
  i: bigint | null,
  u: bigint | null,
  m: bigint | null,
  x: number | null,
  b: boolean | null,
  s: string | null,
]

const input = scan(t)
const at = (index: number) => column(input, index)
const may = (name: string, type: string, index: number): AggregateCall => ({
  ...aggregateCall(name, type, at(index)),
  nullable: true,
})
const big = binary('greater', at(0), bigint(5))
const byId = (descending: boolean) => [{ expression: at(0), descending, nullsFirst: false }]

type Reference = (rows: readonly Row[]) => Cell
const known = <T>(values: readonly (T | null)[]): readonly T[] =>
  values.flatMap((value) => (value === null ? [] : [value]))
const sum = (values: readonly bigint[]): bigint => values.reduce((a, b) => a + b, 0n)
const orNull = <T>(values: readonly T[], result: () => Cell): Cell => (values.length === 0 ? null : result())
const roundedQuotient = (a: bigint, b: bigint): bigint => {
  const magnitude = ((a < 0n ? -a : a) * 2n + b) / (b * 2n)
  return a < 0n ? -magnitude : magnitude
}
const spread = (rows: readonly Row[], less: number): number | null => {
  const values = known(rows.map((row) => row[5]))
  if (values.length <= less) return null
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  return values.reduce((all, value) => all + (value - mean) ** 2, 0) / (values.length - less)
}

interface Case {
  readonly call: AggregateCall
  readonly reference: Reference
}

/** These can take rows back. */
const invertible: Readonly<Record<string, Case>> = {
  count: { call: countStar, reference: (rows) => BigInt(rows.length) },
  known: {
    call: aggregateCall('count', 'BIGINT', at(2)),
    reference: (rows) => BigInt(known(rows.map((row) => row[2])).length),
  },
  filtered: { call: { ...countStar, filter: big }, reference: (rows) => BigInt(rows.filter(([id]) => id > 5n).length) },
  filteredSum: {
    call: { ...may('sum', 'BIGINT', 2), filter: big },
    reference: (rows) => {
      const v = known(rows.filter(([id]) => id > 5n).map((row) => row[2]))
      return orNull(v, () => sum(v))
    },
  },
  sum: {
    call: may('sum', 'BIGINT', 2),
    reference: (rows) => {
      const v = known(rows.map((row) => row[2]))
      return orNull(v, () => sum(v))
    },
  },
  unsigned: {
    call: may('sum', 'BIGINT UNSIGNED', 3),
    reference: (rows) => {
      const v = known(rows.map((row) => row[3]))
      return orNull(v, () => sum(v))
    },
  },
  distinct: {
    call: { ...may('sum', 'BIGINT', 2), distinct: true },
    reference: (rows) => {
      const v = [...new Set(known(rows.map((row) => row[2])))]
      return orNull(v, () => sum(v))
    },
  },
  mean: {
    call: may('avg', 'DOUBLE', 2),
    reference: (rows) => {
      const v = known(rows.map((row) => row[2]))
      return orNull(v, () => Number(sum(v)) / v.length)
    },
  },
  money: {
    call: may('sum', 'DECIMAL(20,2)', 4),
    reference: (rows) => {
      const v = known(rows.map((row) => row[4]))
      return orNull(v, () => sum(v))
    },
  },
  price: {
    call: may('avg', 'DECIMAL(14,6)', 4),
    reference: (rows) => {
      const v = known(rows.map((row) => row[4]))
      return orNull(v, () => roundedQuotient(sum(v) * 10_000n, BigInt(v.length)))
    },
  },
  every: {
    call: may('bool_and', 'BOOLEAN', 6),
    reference: (rows) => {
      const v = known(rows.map((row) => row[6]))
      return orNull(v, () => v.every(Boolean))
    },
  },
  some: {
    call: may('bool_or', 'BOOLEAN', 6),
    reference: (rows) => {
      const v = known(rows.map((row) => row[6]))
      return orNull(v, () => v.some(Boolean))
    },
  },
  variance: { call: may('var', 'DOUBLE', 5), reference: (rows) => spread(rows, 1) },
  population: { call: may('var_pop', 'DOUBLE', 5), reference: (rows) => spread(rows, 0) },
  deviation: {
    call: may('stddev', 'DOUBLE', 5),
    reference: (rows) => {
      const v = spread(rows, 1)
      return v === null ? null : Math.sqrt(v)
    },
  },
  deviationAll: {
    call: may('stddev_pop', 'DOUBLE', 5),
    reference: (rows) => {
      const v = spread(rows, 0)
      return v === null ? null : Math.sqrt(v)
    },
  },
}

const bytes = (text: string): string => Buffer.from(text).toString('latin1')
const texts = (rows: readonly Row[]): readonly string[] =>
  known(rows.map((row) => row[7])).toSorted((a, b) => (bytes(a) < bytes(b) ? -1 : 1))
const least = (values: readonly bigint[]): bigint => values.reduce((a, b) => (a < b ? a : b))
const most = (values: readonly bigint[]): bigint => values.reduce((a, b) => (a > b ? a : b))

const others: Readonly<Record<string, Case>> = {
  least: {
    call: may('min', 'INTEGER', 2),
    reference: (rows) => {
      const v = known(rows.map((row) => row[2]))
      return orNull(v, () => least(v))
    },
  },
  most: {
    call: may('max', 'BIGINT UNSIGNED', 3),
    reference: (rows) => {
      const v = known(rows.map((row) => row[3]))
      return orNull(v, () => most(v))
    },
  },
  first: { call: may('min', 'VARCHAR', 7), reference: (rows) => texts(rows)[0] ?? null },
  last: { call: may('max', 'VARCHAR', 7), reference: (rows) => texts(rows).at(-1) ?? null },
  arrivedFirst: { call: may('first_value', 'VARCHAR', 7), reference: (rows) => rows[0]?.[7] ?? null },
  arrivedLast: { call: may('last_value', 'VARCHAR', 7), reference: (rows) => rows.at(-1)?.[7] ?? null },
  lastKnown: {
    call: { ...may('last_value', 'VARCHAR', 7), ignoreNulls: true },
    reference: (rows) => known(rows.map((row) => row[7])).at(-1) ?? null,
  },
  ofLeastId: {
    call: { ...may('first_value', 'INTEGER', 2), orderBy: byId(false) },
    reference: (rows) => rows.toSorted((a, b) => Number(a[0] - b[0]))[0]?.[2] ?? null,
  },
  ofLeastIdLast: {
    call: { ...may('last_value', 'INTEGER', 2), orderBy: byId(true) },
    reference: (rows) => rows.toReversed().toSorted((a, b) => Number(a[0] - b[0]))[0]?.[2] ?? null,
  },
}

const maybe = <T>(each: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(each, { nil: null, freq: 3 })
const anyRow: fc.Arbitrary<Row> = fc.tuple(
  fc.bigInt({ min: 0n, max: 12n }),
  fc.bigInt({ min: 0n, max: 2n }),
  maybe(fc.oneof(fc.bigInt({ min: -3n, max: 3n }), fc.constantFrom(2n ** 31n - 1n, -(2n ** 31n)))),
  maybe(fc.bigInt({ min: 0n, max: 2n ** 60n })),
  maybe(fc.bigInt({ min: -(10n ** 10n - 1n), max: 10n ** 10n - 1n })),
  maybe(fc.integer({ min: -50, max: 50 })),
  maybe(fc.boolean()),
  maybe(
    fc.constantFrom(
      '',
      'a',
      'z',
      'exactly twelve',
      'a text of more than twelve bytes',
      'a text of more than twelve bytez',
      'é',
    ),
  ),
)

function consolidate(shown: readonly Shown[]): readonly (readonly Cell[])[] {
  const rows = new Map<string, { readonly row: readonly Cell[]; weight: number }>()
  for (const { row, weight } of shown) {
    const key = row.map(String).join('|')
    const known = rows.get(key) ?? { row, weight: 0 }
    known.weight += weight
    rows.set(key, known)
  }
  return [...rows.values()].flatMap(({ row, weight }) => (weight === 0 ? [] : [row]))
}

function expectRows(shown: readonly (readonly Cell[])[], wanted: readonly (readonly Cell[])[]): void {
  const byKey = (rows: readonly (readonly Cell[])[]) =>
    rows.toSorted((a, b) => Number((a[0] as bigint) - (b[0] as bigint)))
  const close = (a: Cell, b: Cell): boolean =>
    typeof a === 'number' && typeof b === 'number' ? Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b)) : a === b
  const [left, right] = [byKey(shown), byKey(wanted)]
  expect(left.map(([k]) => k)).toEqual(right.map(([k]) => k))
  const wrong = left.flatMap((row, index) =>
    row.flatMap((cell, position) => {
      const expected = right[index]?.[position] as Cell
      return close(cell, expected) ? [] : [{ index, position, cell, expected }]
    }),
  )
  expect(wrong).toEqual([])
}

function grouped(from: LogicalPlan, cases: Readonly<Record<string, Case>>): LogicalPlan {
  return aggregate(
    from,
    { k: at(1) },
    Object.fromEntries(Object.entries(cases).map(([name, { call }]) => [name, call])),
  )
}

function wantedOf(rows: readonly Row[], cases: Readonly<Record<string, Case>>): readonly (readonly Cell[])[] {
  return [...Map.groupBy(rows, ([, k]) => k)].map(([k, group]) => [
    k,
    ...Object.values(cases).map(({ reference }) => reference(group)),
  ])
}

const tiers = fc.constantFrom<Tier>('interpreter', 'javascript')

describe('aggregates', () => {
  it('agree with a plain computation on inputs that grow', () => {
    const cases = { ...invertible, ...others }
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 80 }), fc.constantFrom(1, 4, 1024), tiers, (rows, cut, tier) => {
        const bench = new DataflowBench(tier)
        bench.addSource('t', { definitions: t.definitions, watermark: null })
        bench.deploy('q', bench.lower(bench.compile(query(grouped(input, cases), 'changes'), catalogOf(t))))
        const out = bench.collect('q')
        bench.push('t', rows, { cut })
        expect(bench.failures).toEqual([])
        expectRows(consolidate(out.rows), wantedOf(rows, cases))
        bench.close()
      }),
      { numRuns: 25 },
    )
  })

  it('agree with a plain computation over what is left when rows are taken back', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 60 }), fc.constantFrom(1, 4, 1024), tiers, (rows, cut, tier) => {
        const bench = new DataflowBench(tier)
        bench.addSource('t', { definitions: t.definitions, watermark: null })
        // the last row of each id, as a changelog: an id's row is replaced by the next
        const latest = aggregate(
          input,
          { id: at(0) },
          {
            k: { ...aggregateCall('last_value', 'BIGINT', at(1)), nullable: false },
            i: may('last_value', 'INTEGER', 2),
            u: may('last_value', 'BIGINT UNSIGNED', 3),
            m: may('last_value', 'DECIMAL(10,2)', 4),
            x: may('last_value', 'DOUBLE', 5),
            b: may('last_value', 'BOOLEAN', 6),
            s: may('last_value', 'VARCHAR', 7),
          },
        )
        bench.deploy('latest', bench.lower(bench.compile(query(latest, 'changes'), catalogOf(t))))
        const changing = stream('latest', latest.schema, { mode: { kind: 'retract' } })
        const plan = grouped(scan(changing), invertible)
        bench.deploy('q', bench.lower(bench.compile(query(plan, 'changes'), catalogOf(t, changing))))
        const out = bench.collect('q')
        bench.push('t', rows, { cut })
        expect(bench.failures).toEqual([])
        const left = [...new Map(rows.map((row) => [row[0], row])).values()]
        expectRows(consolidate(out.rows), wantedOf(left, invertible))
        bench.close()
      }),
      { numRuns: 25 },
    )
  })
})
