/**
 * How long a statement takes from its text until its first batch comes out, and in which steps.
 * Run: node bench/compile/latency.ts [--rounds 200] [--warm 200] [--cold 9] [--only NAME] [--out FILE]
 *
 * Rounds are of one process that has compiled such statements before (`--warm` of each); texts differ from round to round in names and
 * numbers, and nothing compiled is kept between them.
 */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Millrace } from '../../index.ts'
import { loadPlanner } from '../../sql/planner/planner.ts'
import { describeMachine } from '../lib/machine.ts'
import { median } from '../lib/statistics.ts'
import { latency, type Latency } from './quantiles.ts'
import { measureStages, openSession, type Stages } from './stages.ts'
import { rowsOf, sources, statements, wide, type Subject } from './statements.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    warm: { type: 'string', default: '200' },
    cold: { type: 'string', default: '9' },
    only: { type: 'string' },
    out: { type: 'string' },
  },
})
const rounds = Number(values.rounds)
const warm = Number(values.warm)

/** From text to the first change in the subscriber's hands. */
async function firstBatch({ source, text }: Subject): Promise<Latency> {
  await using db = await Millrace.open({ tier: 'javascript' })
  for (const each of sources) await db.execute(each)
  const millis: number[] = []
  for (let round = -warm; round < rounds; round++) {
    const arrived = Promise.withResolvers<number>()
    const start = performance.now()
    await db.execute(`CREATE STREAM q AS ${text(round + warm)}`)
    const subscription = db.subscribe('q', () => arrived.resolve(performance.now()))
    for (const row of rowsOf(source, round + warm)) db.source(source).push(row)
    const taken = (await arrived.promise) - start
    if (round >= 0) millis.push(taken)
    subscription.unsubscribe()
    await db.execute('DROP STREAM q')
  }
  return latency(millis)
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

interface Figures extends Stages {
  readonly firstBatch: Latency
}

const planner = loadPlanner()
const session = openSession(planner)

async function measure(subjects: Readonly<Record<string, Subject>>): Promise<Record<string, Figures>> {
  const figures: Record<string, Figures> = {}
  for (const [name, subject] of Object.entries(subjects)) {
    if (values.only !== undefined && values.only !== name) continue
    const steps = measureStages(planner, session, { text: subject.text, rounds, warm })
    figures[name] = { firstBatch: await firstBatch(subject), ...steps }
  }
  return figures
}

const ordinary = await measure(statements)
const all = { ...ordinary, ...(await measure(wide)) }
const figures = {
  command: 'node bench/compile/latency.ts',
  machine: describeMachine(),
  /** Medians over the ordinary statements of their p50. */
  ordinaryMillis: {
    codegen: median(Object.values(ordinary).map(({ codegen }) => codegen.p50)),
    firstBatch: median(Object.values(ordinary).map(({ firstBatch: first }) => first.p50)),
  },
  /** Of every statement: the ordinary ones, then the widest. */
  statementMillis: all,
  plannerStartMillis: planner.start,
  coldSelectMillis: Number(values.cold) > 0 ? cold() : null,
}
console.log(JSON.stringify(figures, null, 2))
if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify(figures, null, 2)}\n`)
