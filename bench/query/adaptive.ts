/** See README.md of this folder. */
import { spawnSync } from 'node:child_process'
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { TierMetrics } from '../../runtime/engine/tiers/unit-tiers.ts'
import { describeMachine } from '../lib/machine.ts'
import { median } from '../lib/statistics.ts'
import { readThrough } from './timed-process.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', multiple: true, default: ['0.1', '1', '10'] },
    program: { type: 'string', multiple: true, default: ['tumble', 'group'] },
    core: { type: 'string' },
    out: { type: 'string' },
  },
})
const root = join(import.meta.dirname, '..', '..')
const work = join(tmpdir(), 'millrace-bench-adaptive')
const resultFile = join(work, 'result.csv')
const bidsPerFile = 25_000
const bidFile = join(work, `bid-${bidsPerFile}.ndjson`)
const tiers = ['javascript', 'wasm', 'auto'] as const
type Tier = (typeof tiers)[number]

interface Run {
  /** From opening the database to the last row of the result; for WebAssembly that is with its compiler. */
  readonly millis: number
  /** CPU time of the thread that runs the query, and of all threads: less disturbed by what else the machine does. */
  readonly threadMillis: number
  readonly cpuMillis: number
  /** The whole process. */
  readonly processMillis: number
  readonly tiers: TierMetrics | null
  readonly hash: string
}

function makeBids(): void {
  if (existsSync(bidFile)) return
  const folder = join(work, 'events')
  const events = String(Math.ceil((bidsPerFile * 50) / 46) + 100)
  const made = spawnSync(process.execPath, [
    join(root, 'bin/millrace.mjs'),
    'nexmark',
    '--events',
    events,
    '--out',
    folder,
  ])
  if (made.status !== 0) throw new Error(`millrace nexmark: ${made.stderr.toString()}`)
  const lines = readFileSync(join(folder, 'bid.ndjson'), 'utf8').split('\n').slice(0, bidsPerFile)
  writeFileSync(bidFile, `${lines.join('\n')}\n`)
}

/** A folder in which the same bids come again and again, so that all of them fit the page cache. */
function repeatedBids(times: number): string {
  const folder = join(work, `times-${times}`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (let index = 0; index < times; index++)
    linkSync(bidFile, join(folder, `${String(index).padStart(6, '0')}.ndjson`))
  return join(folder, '*.ndjson')
}

/** Event times begin anew with each file, so the watermark is as far behind as a file reaches. */
const programs: Readonly<Record<string, (input: string) => string>> = {
  tumble: (input) => `${bidSource(input)};
CREATE SINK result AS SELECT window_start AS w, auction, count(*) AS n, sum(price) AS total, avg(price) AS mean, min(price) AS low, max(price) AS high
  FROM TUMBLE(bid, "dateTime", INTERVAL '10' SECOND) GROUP BY window_start, window_end, auction
  FORMAT CSV (header = true) WITH (connector = 'file', path = '${resultFile}')`,
  group: (input) => `${bidSource(input)};
CREATE MATERIALIZED VIEW result AS SELECT auction % 1000 AS k, count(*) AS n, sum(price) AS total, max(price) AS high, max(url) AS last
  FROM bid WHERE price > 200 GROUP BY auction % 1000`,
}

function bidSource(input: string): string {
  return `CREATE SOURCE bid (auction BIGINT NOT NULL, bidder BIGINT NOT NULL, price BIGINT NOT NULL, channel VARCHAR, url VARCHAR, "dateTime" TIMESTAMP NOT NULL, extra VARCHAR,
  WATERMARK FOR "dateTime" AS "dateTime" - INTERVAL '30' DAY) FORMAT JSON WITH (connector = 'file', path = '${input}')`
}

function run(program: string, tier: Tier): Run {
  readThrough(bidFile)
  const file = join(work, 'program.sql')
  writeFileSync(file, program)
  const child = [process.execPath, join(import.meta.dirname, 'adaptive-run.ts'), tier, file, resultFile]
  const command = values.core === undefined ? child : ['taskset', '--cpu-list', values.core, ...child]
  const start = performance.now()
  const done = spawnSync(command[0] as string, command.slice(1), { encoding: 'utf8' })
  const processMillis = performance.now() - start
  if (done.status !== 0) throw new Error(`${tier} ended with ${done.status}: ${done.stderr}`)
  return { ...(JSON.parse(done.stdout) as Omit<Run, 'processMillis'>), processMillis }
}

/** How often the bids must come for JavaScript to be busy for so long: from two runs, so that what does not grow is left out. */
function timesFor(seconds: number, makeProgram: (input: string) => string): number {
  const [few, many] = [8, 40]
  const millisOf = (times: number): number => {
    const program = makeProgram(repeatedBids(times))
    return Math.min(run(program, 'javascript').millis, run(program, 'javascript').millis)
  }
  const [short, long] = [millisOf(few), millisOf(many)]
  const perTime = Math.max((long - short) / (many - few), 1)
  return Math.max(1, Math.round(few + (seconds * 1000 - short) / perTime))
}

function measure(name: string, seconds: number) {
  const makeProgram = programs[name]
  if (makeProgram === undefined) throw new Error(`no program ${name}: ${Object.keys(programs).join(', ')}`)
  const times = timesFor(seconds, makeProgram)
  const program = makeProgram(repeatedBids(times))
  const runs: Record<Tier, Run[]> = { javascript: [], wasm: [], auto: [] }
  for (let round = 0; round < Number(values.rounds); round++)
    for (const tier of tiers) runs[tier].push(run(program, tier))
  const hashes = new Set(tiers.flatMap((tier) => runs[tier].map(({ hash }) => hash)))
  if (hashes.size !== 1) throw new Error(`${name}: results differ: ${[...hashes].join(', ')}`)
  const of = (pick: (each: Run) => number): Record<Tier, number> => ({
    javascript: median(runs.javascript.map(pick)),
    wasm: median(runs.wasm.map(pick)),
    auto: median(runs.auto.map(pick)),
  })
  const millis = of((each) => each.millis)
  const processMillis = of((each) => each.processMillis)
  const threadMillis = of((each) => each.threadMillis)
  return {
    program: name,
    seconds,
    bids: times * bidsPerFile,
    millis,
    /** adaptive against the best fixed tier */
    ratio: ratioOf(millis),
    processMillis,
    processRatio: ratioOf(processMillis),
    threadMillis,
    threadRatio: ratioOf(threadMillis),
    cpuMillis: of((each) => each.cpuMillis),
    swapMillisMax: Math.max(...runs.auto.map((each) => each.tiers?.swapMillisMax ?? 0)),
    compiles: median(runs.auto.map((each) => each.tiers?.compiles ?? 0)),
    swaps: median(runs.auto.map((each) => each.tiers?.swaps ?? 0)),
    deoptimisations: median(runs.auto.map((each) => each.tiers?.deoptimisations ?? 0)),
  }
}

function ratioOf({ javascript, wasm, auto }: Record<Tier, number>): number {
  return auto / Math.min(javascript, wasm)
}

mkdirSync(work, { recursive: true })
makeBids()
const results: ReturnType<typeof measure>[] = []
for (const name of values.program) {
  for (const seconds of values.seconds.map(Number)) {
    const result = measure(name, seconds)
    results.push(result)
    const { millis, ratio, processRatio, threadRatio, swapMillisMax, compiles, swaps, deoptimisations } = result
    const times = tiers.map((tier) => `${tier} ${millis[tier].toFixed(0)} ms`).join(', ')
    console.log(
      `${name.padEnd(7)}${String(seconds).padStart(4)} s  ${times}: ${ratio.toFixed(3)} (process ${processRatio.toFixed(3)}, thread CPU ${threadRatio.toFixed(3)}); ${compiles} compiles, ${swaps} swaps, ${deoptimisations} back, pause at most ${swapMillisMax.toFixed(2)} ms`,
    )
  }
}
if (values.out !== undefined) {
  const command = `node bench/query/adaptive.ts --rounds ${values.rounds}${values.core === undefined ? '' : ` --core ${values.core}`}`
  writeFileSync(values.out, `${JSON.stringify({ command, machine: describeMachine(), results }, null, 2)}\n`)
}
