import { must } from '../../../sql/base/assert.ts'
import { leastBytesPerRow } from '../allocation/heap.ts'
import {
  aggregate,
  aggregateCall,
  bigint,
  binary,
  call,
  catalogOf,
  column,
  columns,
  countStar,
  filter,
  interval,
  query,
  scan,
  seconds,
  source,
  watermarkOn,
} from '../plans.ts'
import { DataflowBench } from './dataflow-bench.ts'

// Prints, as JSON, the JavaScript heap bytes that a row costs in steady state on its way from a source's block through a query.
// Run by runtime/dataflow/allocation.test.ts.

const rowsPerBlock = 1024
const warmBlocks = 2000
const measuredBlocks = 400
const t = source('t', columns('k BIGINT', 'v BIGINT', 'ts TIMESTAMP'), 2)
const watermark = watermarkOn(2)
const rows = scan(t)
const input = filter(rows, binary('greater', column(rows, 1), bigint(100)))
const totals = {
  n: countStar,
  s: { ...aggregateCall('sum', 'BIGINT', column(input, 1)), nullable: true },
  least: { ...aggregateCall('min', 'BIGINT', column(input, 1)), nullable: true },
}
const key = column(input, 0)
const window = call('tumble', 'TIMESTAMP', column(input, 2), interval(seconds(10)))
const plans = {
  filter: query(input),
  windowed: query(aggregate(input, { key, window }, totals)),
  changes: query(aggregate(input, { key }, totals), 'changes'),
}

function measure(plan: (typeof plans)[keyof typeof plans]): number {
  const bench = new DataflowBench('javascript')
  const input = bench.addSource('t', { definitions: t.definitions, watermark })
  const { i64 } = bench.memory.views
  const at = (index: number): number => (input.block + must(input.layout.columns[index]).dataOffset) >>> 3
  const [keys, values, times] = [at(0), at(1), at(2)]
  for (let row = 0; row < rowsPerBlock; row++) {
    i64[keys + row] = BigInt((row * 7) % 100)
    i64[values + row] = BigInt((row * 13) % 1000)
    i64[times + row] = BigInt(row) * 1000n
  }
  bench.deploy('q', bench.lower(bench.compile(plan, catalogOf(t))))
  let shown = 0
  bench.graph.addConsumer('q', { ready: () => true, accept: (_block, count) => void (shown += count) })
  const runBlocks = (count: number): void => {
    for (let block = 0; block < count; block++) {
      for (let row = 0; row < rowsPerBlock; row++)
        i64[times + row] = BigInt.asIntN(64, (i64[times + row] as bigint) + 1_024_000n)
      input.push(rowsPerBlock)
      void bench.graph.run()
    }
  }
  runBlocks(warmBlocks)
  const least = leastBytesPerRow(measuredBlocks * rowsPerBlock, () => runBlocks(measuredBlocks))
  if (shown === 0) throw new Error('nothing was shown')
  return least
}

process.stdout.write(
  JSON.stringify(Object.fromEntries(Object.entries(plans).map(([name, plan]) => [name, measure(plan)]))),
)
