import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Shown } from '../../test/support/dataflow/dataflow-bench.ts'
import { benchTiers, loadBenches, type BenchTier } from '../../test/support/dataflow/tiered-benches.ts'
import type { Cell } from '../../test/support/expressions/cells.ts'
import {
  aggregate,
  aggregateCall,
  call,
  catalogOf,
  column,
  columns,
  countStar,
  interval,
  query,
  scan,
  seconds,
  source,
  watermarkOn,
} from '../../test/support/plans.ts'

const schema = columns('auction BIGINT', 'price BIGINT', 'channel VARCHAR?', 'ts TIMESTAMP')
const bid = source('bid', schema, 3)
const lag = 5_000_000n
const size = 10_000_000n
const watermark = watermarkOn(3, interval(seconds(5)))

type Bid = readonly [auction: bigint, price: bigint, channel: string | null, ts: bigint]

function plan() {
  const input = scan(bid)
  const price = column(input, 1)
  return aggregate(
    input,
    {
      auction: column(input, 0),
      channel: column(input, 2),
      start: call('tumble', 'TIMESTAMP', column(input, 3), interval(seconds(10))),
    },
    {
      n: countStar,
      total: { ...aggregateCall('sum', 'BIGINT', price), nullable: true },
      mean: { ...aggregateCall('avg', 'DOUBLE', price), nullable: true },
      least: { ...aggregateCall('min', 'BIGINT', price), nullable: true },
      most: { ...aggregateCall('max', 'BIGINT', price), nullable: true },
      different: { ...aggregateCall('count', 'BIGINT', price), distinct: true },
      last: { ...aggregateCall('max', 'VARCHAR', column(input, 2)), nullable: true },
    },
  )
}

/** What the rules say, row by row. */
function expected(rows: readonly Bid[]): { shown: readonly (readonly Cell[])[]; late: number } {
  const windows = new Map<bigint, Map<string, Bid[]>>()
  let greatest = -(2n ** 63n)
  let late = 0
  for (const row of rows) {
    const time = row[3]
    const start = time - (((time % size) + size) % size)
    if (start + size <= greatest) late++
    else {
      const groups = windows.get(start) ?? new Map<string, Bid[]>()
      windows.set(start, groups)
      const key = `${row[0]}|${row[2] ?? '\0'}`
      groups.set(key, [...(groups.get(key) ?? []), row])
    }
    if (time - lag > greatest) greatest = time - lag
  }
  const shown = [...windows]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([start, groups]) =>
      [...groups.values()].map((group): Cell[] => {
        const prices = group.map(([, price]) => price)
        const sum = prices.reduce((a, b) => a + b, 0n)
        const [first] = group as [Bid]
        return [
          first[0],
          first[2],
          start,
          BigInt(group.length),
          sum,
          Number(sum) / group.length,
          prices.reduce((a, b) => (a < b ? a : b)),
          prices.reduce((a, b) => (a > b ? a : b)),
          BigInt(new Set(prices).size),
          first[2],
        ]
      }),
    )
  return { shown, late }
}

function run(tier: BenchTier, rows: readonly Bid[], cut: number): { shown: readonly Shown[]; late: number } {
  const bench = makeBench(tier)
  bench.addSource('bid', { definitions: bid.definitions, watermark })
  bench.deploy('q', bench.lower(bench.compile(query(plan()), catalogOf(bid))))
  const out = bench.collect('q')
  bench.push('bid', rows, { cut })
  bench.end('bid')
  expect(bench.failures).toEqual([])
  expect(bench.errors).toEqual([])
  expect(out.ended).toBe(true)
  const late = bench.graph.metrics().queries[0]?.operators.reduce((sum, { lateDropped }) => sum + lateDropped, 0) ?? 0
  bench.close()
  expect(bench.memory.pages.takenCount).toBeLessThan(8)
  return { shown: out.rows, late }
}

const anyBid: fc.Arbitrary<Bid> = fc.tuple(
  fc.bigInt({ min: -3n, max: 3n }),
  fc.bigInt({ min: -(2n ** 40n), max: 2n ** 40n }),
  fc.option(fc.constantFrom('', 'web', 'a channel of more than twelve bytes', 'a channel of more than twelve bytez'), {
    nil: null,
  }),
  fc.bigInt({ min: -60_000_000n, max: 60_000_000n }),
)

const makeBench = await loadBenches()

describe('a windowed aggregate', () => {
  it('shows each window once, when it closes, whatever the tier and the batches', () => {
    fc.assert(
      fc.property(
        fc.array(anyBid, { maxLength: 300 }),
        fc.constantFrom(1, 7, 100, 1024),
        fc.constantFrom(...benchTiers),
        (rows, cut, tier) => {
          const { shown, late } = run(tier, rows, cut)
          const wanted = expected(rows)
          expect(shown.map(({ row }) => row)).toEqual(wanted.shown)
          expect(late).toBe(wanted.late)
        },
      ),
      { numRuns: 25 },
    )
  })
})
