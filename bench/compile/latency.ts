/**
 * How long a statement takes until its first batch comes out.
 * Run: node bench/compile/latency.ts [--rounds 200] [--cold 9] [--out FILE]
 */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Millrace } from '../../index.ts'
import { planProgram } from '../../runtime/engine/planning/plan-program.ts'
import { nodeWorld } from '../../runtime/connect/connectors.ts'
import { emptyCatalog } from '../../sql/catalog/catalog.ts'
import { defaultSettings } from '../../sql/catalog/settings.ts'
import { loadPlanner } from '../../sql/planner/planner.ts'
import { describeMachine } from '../lib/machine.ts'
import { median } from '../lib/statistics.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    cold: { type: 'string', default: '9' },
    out: { type: 'string' },
  },
})
const rounds = Number(values.rounds)

/** Texts differ from round to round, so that nothing but the planner's own start can be remembered. */
const statements: Readonly<Record<string, (round: number) => string>> = {
  filter: (round) => `SELECT a, b + ${round} AS c FROM t WHERE a > ${round}`,
  aggregate: (round) => `SELECT s, count(*) AS n, sum(a + ${round}) AS total, max(b) AS high FROM t GROUP BY s`,
  columns128: (round) =>
    `SELECT ${Array.from({ length: 128 }, (_, index) => `a + ${index + round} AS c${index}`).join(', ')} FROM t`,
}

interface Latency {
  readonly p50: number
  readonly p99: number
}

function latency(millis: readonly number[]): Latency {
  const sorted = millis.toSorted((left, right) => left - right)
  return { p50: median(sorted), p99: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN }
}

/** From text to the first change in the subscriber's hands. */
async function firstBatch(statement: (round: number) => string): Promise<Latency> {
  await using db = await Millrace.open({ tier: 'javascript' })
  await db.execute('CREATE SOURCE t (a BIGINT NOT NULL, b BIGINT NOT NULL, s TEXT)')
  const millis: number[] = []
  for (let round = 0; round < rounds; round++) {
    const arrived = Promise.withResolvers<number>()
    const start = performance.now()
    await db.execute(`CREATE STREAM q AS ${statement(round)}`)
    const subscription = db.subscribe('q', () => arrived.resolve(performance.now()))
    db.source('t').push({ a: 1_000_000, b: 1, s: 'x' })
    millis.push((await arrived.promise) - start)
    subscription.unsubscribe()
    await db.execute('DROP STREAM q')
  }
  return latency(millis)
}

/** What each stage takes, within this process and with the planner loaded. */
function stages(statement: (round: number) => string): {
  readonly planning: Latency
  readonly compiling: Latency
  readonly generating: Latency
} {
  const planner = loadPlanner()
  const planning: number[] = []
  const compiling: number[] = []
  const generating: number[] = []
  for (let round = 0; round < rounds; round++) {
    const program = `CREATE SOURCE t (a BIGINT NOT NULL, b BIGINT NOT NULL, s TEXT); CREATE STREAM q AS ${statement(round)}`
    const state = { catalog: emptyCatalog, settings: defaultSettings, layouts: new Map() }
    const start = performance.now()
    const { statements: planned } = planProgram(planner, state, {
      program,
      variables: { vars: {}, environment: {} },
      connectors: nodeWorld,
    })
    const total = performance.now() - start
    const prepared = planned.flatMap((each) => ('prepared' in each ? [each.prepared] : []))
    const compiled = prepared.reduce((sum, each) => sum + each.compileMicros, 0) / 1000
    planning.push(total - compiled)
    compiling.push(compiled)
    generating.push(
      prepared.flatMap(({ artifact }) => artifact.units).reduce((sum, unit) => sum + unit.generateMicros, 0) / 1000,
    )
  }
  return { planning: latency(planning), compiling: latency(compiling), generating: latency(generating) }
}

/** A whole process, from its start to its end. */
function cold(): { readonly wall: Latency; readonly node: Latency } {
  const program = join(import.meta.dirname, '../../bin/millrace.mjs')
  const time = (parameters: readonly string[]): number => {
    const start = performance.now()
    const { status } = spawnSync(process.execPath, parameters)
    if (status !== 0) throw new Error(`${parameters.join(' ')}: exit ${status}`)
    return performance.now() - start
  }
  const runs = Array.from({ length: Number(values.cold) }, () => ({
    wall: time([program, 'run', '-e', 'select 1']),
    node: time(['-e', '0']),
  }))
  return { wall: latency(runs.map(({ wall }) => wall)), node: latency(runs.map(({ node }) => node)) }
}

const firstBatchMillis: Record<string, Latency> = {}
for (const [name, statement] of Object.entries(statements)) firstBatchMillis[name] = await firstBatch(statement)
const figures = {
  command: 'node bench/compile/latency.ts',
  machine: describeMachine(),
  firstBatchMillis,
  stageMillis: Object.fromEntries(Object.entries(statements).map(([name, statement]) => [name, stages(statement)])),
  plannerStartMillis: loadPlanner().start,
  coldSelectMillis: cold(),
}
console.log(JSON.stringify(figures, null, 2))
if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify(figures, null, 2)}\n`)
