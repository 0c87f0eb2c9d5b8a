import { describe, expect, it } from 'vitest'
import { loadBenches } from '../../test/support/dataflow/tiered-benches.ts'
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
} from '../../test/support/plans.ts'
import type { WorkerMemory } from '../memory/worker-memory.ts'

const sales = source('sale', columns('item BIGINT', 'shop VARCHAR', 'price BIGINT', 'ts TIMESTAMP'), 3)
const makeBench = await loadBenches()
/** More groups than one index has slots for without growing in steps. */
const items = 47_000
/** So many groups get a second row each, not in the order of the first ones. */
const repeated = items / 5

function plan() {
  const input = scan(sales)
  return aggregate(
    input,
    {
      item: column(input, 0),
      shop: column(input, 1),
      start: call('tumble', 'TIMESTAMP', column(input, 3), interval(seconds(10))),
    },
    { n: countStar, total: { ...aggregateCall('sum', 'BIGINT', column(input, 2)), nullable: true } },
  )
}

const keyOf = (item: number): bigint => BigInt(item) * 1_000_003n
const shopOf = (item: number): string => (item % 3 === 0 ? 'a shop with a long name' : `shop ${item % 100}`)

/** Whoever still looks at pages that were given back finds nothing of what was there: an index without entries. */
function spoilWhatIsReleased({ pages, views }: WorkerMemory): void {
  const release = pages.release.bind(pages)
  pages.release = (address) => {
    views.u8.fill(0, address, address + pages.sizeOf(address))
    release(address)
  }
}

describe('a table that outgrows the caches', () => {
  it.each(['javascript', 'changing'] as const)('finds every group while its index moves: %s', (tier) => {
    const bench = makeBench(tier)
    spoilWhatIsReleased(bench.memory)
    bench.addSource('sale', { definitions: sales.definitions, watermark: null })
    bench.deploy('q', bench.lower(bench.compile(query(plan()), catalogOf(sales))))
    const out = bench.collect('q')
    const order = Array.from({ length: items + repeated }, (_, index) =>
      index < items ? index : ((index * 7919) % repeated) * 5,
    )
    const rows = order.map((item) => [keyOf(item), shopOf(item), BigInt(item), 5_000_000n] as const)
    bench.push('sale', rows, { cut: 1024 })
    bench.end('sale')
    expect(bench.failures).toEqual([])
    const wrong = out.rows.filter(({ row: [, shop, , n, total] }, item) => {
      const times = item % 5 === 0 ? 2 : 1
      return n !== BigInt(times) || total !== BigInt(times * item) || shop !== shopOf(item)
    })
    expect(wrong).toEqual([])
    expect(out.rows.length).toBe(items)
    bench.close()
  })
})
