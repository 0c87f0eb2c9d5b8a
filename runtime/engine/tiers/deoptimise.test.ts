import { describe, expect, it } from 'vitest'
import { DataflowBench } from '../../../test/support/dataflow/dataflow-bench.ts'
import type { Cell } from '../../../test/support/expressions/cells.ts'
import {
  aggregate,
  aggregateCall,
  catalogOf,
  column,
  columns,
  countStar,
  query,
  scan,
  source,
} from '../../../test/support/plans.ts'
import { silentLogger } from '../options.ts'
import { rowsSeen } from './rows-seen.ts'
import { TierManager } from './tier-manager.ts'
import type { UnitTiers } from './unit-tiers.ts'

const t = source('t', columns('k BIGINT', 'v BIGINT', 's VARCHAR'))
const rowsOf = scan(t)
const totals = {
  n: countStar,
  total: { ...aggregateCall('sum', 'BIGINT', column(rowsOf, 1)), nullable: true },
  last: { ...aggregateCall('max', 'VARCHAR', column(rowsOf, 2)), nullable: true },
}
const plan = query(aggregate(rowsOf, { k: column(rowsOf, 0) }, totals), 'changes')
/** Enough for the slowest machine's clock to see a difference, and for the fastest to spend the time in which a unit counts as hot. */
const blocksMax = 20_000

function rowsOfBlock(block: number): readonly (readonly Cell[])[] {
  return Array.from({ length: 200 }, (_, row) => [
    BigInt((row * 7 + block) % 90),
    BigInt(row - block),
    `text that takes more than twelve bytes ${(row * block) % 50}`,
  ])
}

/** The changelog over `blocks`, or until a unit has been taken back; between two blocks `tiers`, if any, may exchange units. */
function run(tiersOf: (bench: () => DataflowBench) => UnitTiers | null, blocks: number = blocksMax) {
  let made: DataflowBench | null = null
  const tiers = tiersOf(() => made as DataflowBench)
  const hooks = tiers === null ? {} : { onLoaded: (loaded: never) => tiers.onLoaded(loaded) }
  const running = new DataflowBench('javascript', hooks)
  made = running
  running.addSource('t', { definitions: t.definitions, watermark: null })
  running.deploy('q', running.lower(running.compile(plan, catalogOf(t))))
  const out = running.collect('q')
  const seen = new Set<string>()
  let block = 0
  while (block < blocks && !(Number(tiers?.metrics()?.deoptimisations) > 0)) {
    tiers?.beforeSlice(() => null)
    running.push('t', rowsOfBlock(block++))
    for (const { operators } of running.graph.metrics().queries)
      for (const { unit } of operators) seen.add(tiers?.statusOf(unit).tier ?? 'javascript')
  }
  expect(running.failures).toEqual([])
  const reasons = running.graph
    .metrics()
    .queries.flatMap(({ operators }) => operators.map(({ unit }) => tiers?.statusOf(unit).reason))
  running.close()
  return { rows: out.rows, blocks: block, seen, metrics: tiers?.metrics() ?? null, reasons }
}

/** Here the module that is there at once is the interpreter in disguise: slower beyond doubt. */
function slowerTiers(bench: () => DataflowBench): UnitTiers {
  const nothing = new WebAssembly.Module(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]))
  return new TierManager({
    first: 'javascript',
    hotMillis: 700,
    coreCount: 2,
    keeps: 'faster',
    loader: {
      load: ({ unit, binding }) => bench().load(unit, binding, 'javascript'),
      loadWasm: ({ unit, binding }) => bench().load(unit, binding, 'interpreter'),
    },
    compiler: { running: false, compile: () => Promise.reject(new Error('nothing to compile')), close: () => {} },
    modules: { readyModule: () => nothing, keepModule: () => {} },
    rowsSeen: () => rowsSeen(bench().graph.metrics()),
    logger: silentLogger,
    nowMillis: () => performance.now(),
    cpuMillis: () => performance.now(),
  })
}

describe('deoptimisation', () => {
  it('takes a slower tier back while the query runs, with the same rows', () => {
    const changing = run(slowerTiers)
    const plain = run(() => null, changing.blocks)
    expect(changing.rows).toEqual(plain.rows)
    expect(changing.seen).toEqual(new Set(['javascript', 'wasm']))
    expect(changing.metrics?.swaps).toBeGreaterThan(0)
    expect(changing.metrics?.deoptimisations).toBeGreaterThan(0)
    expect(changing.reasons.join()).toMatch(/WebAssembly takes \d+\.\d\d times as long/)
  })
})
