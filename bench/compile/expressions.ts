/**
 * Time per row and expression of a query of many expressions against one of few: what splitting functions costs at run time.
 * Run: node bench/compile/expressions.ts [--few 100] [--many 4000] [--rows 8192] [--warm 6] [--rounds 5] [--out FILE]
 */
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Millrace } from '../../index.ts'
import { describeMachine } from '../lib/machine.ts'
import { median } from '../lib/statistics.ts'

const { values } = parseArgs({
  options: {
    few: { type: 'string', default: '100' },
    many: { type: 'string', default: '4000' },
    rows: { type: 'string', default: '8192' },
    warm: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '5' },
    out: { type: 'string' },
  },
})
const counts = [Number(values.few), Number(values.many)] as const
const rows = Number(values.rows)
const batch = 1024
/** Rounds in which V8 still optimises. */
const warm = Number(values.warm)

/** No two alike, so that nothing is shared between them. */
function program(count: number): string {
  const expressions = Array.from(
    { length: count },
    (_, index) => `CASE WHEN a > ${index} THEN a * ${index + 2} - b ELSE b + ${index} END AS c${index}`,
  )
  return `CREATE SOURCE t (a BIGINT NOT NULL, b BIGINT NOT NULL); CREATE STREAM q AS SELECT ${expressions.join(', ')} FROM t`
}

interface Run {
  readonly count: number
  readonly planMillis: number
  readonly nanosPerRowAndExpression: readonly number[]
  /** Of the first columns of all rows. */
  readonly hash: string
}

/** The time inside the query's kernels, as the engine counts it: neither feeding nor reading rows is in it. */
async function run(count: number): Promise<Run> {
  await using db = await Millrace.open({ tier: 'javascript' })
  const start = performance.now()
  await db.execute(program(count))
  const planMillis = performance.now() - start
  const hash = createHash('sha256')
  const read = (async (): Promise<void> => {
    for await (const table of db.subscribe('q', { batches: true })) hash.update(String(table.getChildAt(0)?.get(0)))
  })()
  const source = db.source('t')
  const nanosPerRowAndExpression: number[] = []
  let before = 0
  for (let round = 0; round < warm + Number(values.rounds); round++) {
    for (let from = 0; from < rows; from += batch) {
      const a = BigInt64Array.from({ length: batch }, (_, index) => BigInt(((from + index) * 7919) % 5000))
      while (!source.pushColumns({ a, b: a }, batch)) await source.ready()
      await db.drain()
    }
    const total = kernelNanos(db)
    if (round >= warm) nanosPerRowAndExpression.push((total - before) / rows / count)
    before = total
  }
  await db.close()
  await read
  return { count, planMillis, nanosPerRowAndExpression, hash: hash.digest('hex') }
}

function kernelNanos(db: Millrace): number {
  const query = db.metrics().queries.find(({ name }) => name === 'q')
  return query?.operators.reduce((sum, { nanoseconds }) => sum + nanoseconds, 0) ?? Number.NaN
}

const few = await run(counts[0])
const many = await run(counts[1])
if (few.hash !== many.hash) throw new Error('the first expression has other values in the larger query')
const figures = {
  command: 'node bench/compile/expressions.ts',
  machine: describeMachine(),
  rows,
  runs: [few, many].map((each) => ({ ...each, nanosMedian: median(each.nanosPerRowAndExpression) })),
  ratioPerExpression: median(many.nanosPerRowAndExpression) / median(few.nanosPerRowAndExpression),
}
console.log(JSON.stringify(figures, null, 2))
if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify(figures, null, 2)}\n`)
