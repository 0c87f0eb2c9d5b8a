/**
 * CPU time per row and expression of a query of many expressions against one of few, round by round in turn: what splitting functions costs at run time.
 * Run: node bench/compile/expressions.ts [--few 100] [--many 4000] [--rows 16384] [--warm 12] [--rounds 11] [--out FILE]
 */
import { createHash, type Hash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { lowerPipelines } from '../../codegen/lowering/operators/lower-pipelines.ts'
import { lowerSource, sourceLayout } from '../../codegen/lowering/operators/lower-source.ts'
import { compileQuery } from '../../compiler/compile.ts'
import type { BlockLayout } from '../../runtime/abi/block.ts'
import { blockRowsMax } from '../../runtime/abi/memory.ts'
import type { SourceInput } from '../../runtime/dataflow/graph.ts'
import { must } from '../../sql/base/assert.ts'
import type { CatalogObject } from '../../sql/catalog/object.ts'
import { isNative } from '../../sql/functions/native.ts'
import type { Statement } from '../../sql/plan/statement.ts'
import { loadPlanner } from '../../sql/planner/planner.ts'
import { type BenchWorker, createBenchWorker } from '../kernel/bench-worker.ts'
import { planSource } from '../kernel/millrace-case.ts'
import { loadTier } from '../kernel/tiers.ts'
import { describeMachine } from '../lib/machine.ts'
import { median } from '../lib/statistics.ts'

const { values } = parseArgs({
  options: {
    few: { type: 'string', default: '100' },
    many: { type: 'string', default: '4000' },
    rows: { type: 'string', default: '16384' },
    warm: { type: 'string', default: '12' },
    rounds: { type: 'string', default: '11' },
    out: { type: 'string' },
  },
})
const [fewCount, manyCount] = [Number(values.few), Number(values.many)]
const blocks = Math.ceil(Number(values.rows) / blockRowsMax)
/** Rounds in which V8 still optimises. */
const warm = Number(values.warm)
const instantiate = await loadTier('javascript')
const planner = loadPlanner()

/**
 * No two alike, so that nothing is shared between them. The thresholds of both queries spread over the same values: with `a > index` the branches of the first
 * hundred would nearly always go one way, those of the other thousands by chance, and the CPU's mispredictions would count as costs of splitting.
 */
function select(count: number): string {
  const expressions = Array.from({ length: count }, (_, index) => {
    const threshold = Math.round((index * 4000) / count)
    return `CASE WHEN a > ${threshold} THEN a * ${index + 2} - b ELSE b + ${index} END AS c${index}`
  })
  return `SELECT ${expressions.join(', ')} FROM t`
}

/** A query in a worker of its own. */
class Subject {
  readonly count: number
  readonly compileMillis: number
  readonly nanosPerRowAndExpression: number[] = []
  readonly #worker: BenchWorker
  readonly #input: SourceInput
  /** The first column of the block that came out last. */
  #first: Uint8Array = new Uint8Array()
  readonly #hash: Hash = createHash('sha256')

  constructor(count: number) {
    const start = performance.now()
    const source = planSource('CREATE SOURCE t (a BIGINT NOT NULL, b BIGINT NOT NULL)')
    const statement = planner.plan(planner.parse(select(count)), 0, { tables: [source], deadlineMillis: 60_000 })
    const { query } = statement as Statement & { readonly kind: 'select' }
    const catalog = { objects: new Map<string, CatalogObject>([['t', source]]) }
    const { pipelines } = compileQuery(query, catalog, { settings: { unbounded_state: 'allow' }, isNative })
    const options = { engineVersion: 'bench', objectLayout: () => sourceLayout(source), result: 'passed_on' } as const
    const artifact = lowerPipelines(pipelines, options)
    this.count = count
    this.compileMillis = performance.now() - start
    this.#worker = createBenchWorker(instantiate)
    const { graph } = this.#worker
    const needed = new Set([0, 1])
    this.#input = graph.addSource('t', lowerSource({ ...source, needed, lowerDecoder: null }), { onRowError: fail })
    const { layout } = graph.addQuery('q', artifact, { onRowError: fail, onFailure: fail })
    graph.addConsumer('q', { ready: () => true, accept: (block, rows) => this.#see(layout, block, rows) })
    void graph.run()
  }

  /** CPU time of the thread: neither filling the block nor other work on the machine is in it. Few expressions go over more blocks, so that both take about as long. */
  round(number: number): void {
    this.#fill(number * blockRowsMax)
    const passes = Math.ceil((blocks * manyCount) / this.count)
    const start = process.threadCpuUsage()
    for (let pass = 0; pass < passes; pass++) {
      this.#input.push(blockRowsMax)
      void this.#worker.graph.run()
    }
    const { user, system } = process.threadCpuUsage(start)
    if (number >= warm)
      this.nanosPerRowAndExpression.push(((user + system) * 1000) / (passes * blockRowsMax) / this.count)
    this.#hash.update(this.#first)
  }

  get hash(): string {
    return this.#hash.copy().digest('hex')
  }

  get nanosMedian(): number {
    return median(this.nanosPerRowAndExpression)
  }

  #fill(from: number): void {
    const { i64 } = this.#worker.memory.views
    for (const { dataOffset } of this.#input.layout.columns) {
      const base = (this.#input.block + dataOffset) >>> 3
      for (let row = 0; row < blockRowsMax; row++) i64[base + row] = BigInt(((from + row) * 7919) % 5000)
    }
  }

  #see(layout: BlockLayout, block: number, rows: number): void {
    const start = block + must(layout.columns[0]).dataOffset
    this.#first = this.#worker.memory.views.u8.subarray(start, start + 8 * rows)
  }
}

function fail(error: unknown): never {
  throw error instanceof Error ? error : new Error(JSON.stringify(error))
}

const subjects = [new Subject(fewCount), new Subject(manyCount)] as const
for (let round = 0; round < warm + Number(values.rounds); round++) {
  for (const subject of subjects) subject.round(round)
  // lets code that V8 has compiled in the background be put to use
  await new Promise((resolve) => setTimeout(resolve, 20))
}
const [few, many] = subjects
if (few.hash !== many.hash) throw new Error('the first expression has other values in the larger query')
const figures = {
  command: 'node bench/compile/expressions.ts',
  machine: describeMachine(),
  rows: blocks * blockRowsMax,
  runs: subjects.map(({ count, compileMillis, nanosPerRowAndExpression, nanosMedian, hash }) => ({
    count,
    compileMillis,
    nanosPerRowAndExpression,
    nanosMedian,
    hash,
  })),
  ratioPerExpression: many.nanosMedian / few.nanosMedian,
}
console.log(JSON.stringify(figures, null, 2))
if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify(figures, null, 2)}\n`)
