/** See README.md of this folder. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { describeMachine } from '../lib/machine.ts'
import { median } from '../lib/statistics.ts'
import { timeDecodeLoop } from './decode-loop.ts'
import { flinkCommand } from './flink.ts'
import type { ProcessTimes } from './timed-process.ts'
import { readThrough, timeProcess } from './timed-process.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    small: { type: 'string', default: '1000000' },
    large: { type: 'string', default: '6000000' },
    core: { type: 'string' },
    out: { type: 'string' },
  },
})
const root = join(import.meta.dirname, '..', '..')
const starter = join(root, 'bin', 'millrace.mjs')
const work = join(tmpdir(), 'millrace-bench-tumble')
mkdirSync(work, { recursive: true })

interface Input {
  readonly bids: number
  readonly file: string
  /** The job over this file, as SQL and compiled. Both write the same file. */
  readonly program: string
  readonly artifact: string
}

function makeInput(events: string): Input {
  const folder = join(work, `events-${events}`)
  const file = join(folder, 'bid.ndjson')
  if (!existsSync(file)) timeProcess([process.execPath, starter, 'nexmark', '--events', events, '--out', folder])
  // 46 of 50 events are bids
  const program = writeProgram(file, join(work, 'millrace.csv'))
  return { bids: Math.round((Number(events) * 46) / 50), file, program, artifact: writeArtifact(program) }
}

function writeProgram(input: string, output: string): string {
  const program = join(work, `millrace-${basename(dirname(input))}.sql`)
  writeFileSync(
    program,
    `CREATE SOURCE bid (auction BIGINT NOT NULL, bidder BIGINT NOT NULL, price BIGINT NOT NULL, channel VARCHAR, url VARCHAR, "dateTime" TIMESTAMP NOT NULL, extra VARCHAR,
  WATERMARK FOR "dateTime" AS "dateTime" - INTERVAL '4' SECOND) FORMAT JSON WITH (connector = 'file', path = '${input}');
CREATE SINK result AS SELECT window_start AS w, auction, count(*) AS n, sum(price) AS total, avg(price) AS mean, min(price) AS low, max(price) AS high
  FROM TUMBLE(bid, "dateTime", INTERVAL '10' SECOND) GROUP BY window_start, window_end, auction
  FORMAT CSV (header = true) WITH (connector = 'file', path = '${output}');
`,
  )
  return program
}

/** The same program ahead of time, in a folder that is made once. */
function writeArtifact(program: string): string {
  const folder = program.replace(/\.sql$/, '')
  timeProcess([process.execPath, starter, 'compile', program, '-o', folder])
  return join(folder, 'main.mjs')
}

/** Sums of the integer columns of a result file, and its rows. */
function checksum(file: string): string {
  const [, ...lines] = readFileSync(file, 'utf8').trim().split('\n')
  const sums = [0n, 0n, 0n, 0n, 0n]
  for (const line of lines) {
    const cells = line.split(',')
    for (const [index, column] of [1, 2, 3, 5, 6].entries())
      sums[index] = (sums[index] as bigint) + BigInt(cells[column] as string)
  }
  return `${lines.length} ${sums.join(' ')}`
}

const small = makeInput(values.small)
const large = makeInput(values.large)
const flinkHome = process.env['FLINK_HOME']
const contenders: Readonly<Record<string, (input: Input) => readonly string[]>> = {
  millrace: ({ program }) => [process.execPath, starter, 'run', program],
  'ahead-of-time': ({ artifact }) => [process.execPath, '--disallow-code-generation-from-strings', artifact],
  duckdb: ({ file }) => [
    process.execPath,
    join(import.meta.dirname, 'duckdb-tumble.ts'),
    file,
    join(work, 'duckdb.csv'),
  ],
  ...(flinkHome === undefined ? {} : { flink: ({ file }: Input) => flinkCommand(flinkHome, file) }),
}

const pin = values.core === undefined ? [] : ['taskset', '--cpu-list', values.core]

/** With the file in the page cache (disks of shared machines vary tenfold), and on one core when asked. */
function timeOver(input: Input, command: readonly string[]): ProcessTimes {
  readThrough(input.file)
  return timeProcess([...pin, ...command])
}

const runs = new Map(
  Object.keys(contenders).map((name) => [name, { small: [] as ProcessTimes[], large: [] as ProcessTimes[] }]),
)
const decodeNanos: number[] = []
for (let round = 0; round < Number(values.rounds); round++) {
  decodeNanos.push(timeDecodeLoop(large.file, { work, pin }))
  for (const [name, command] of Object.entries(contenders)) {
    runs.get(name)?.small.push(timeOver(small, command(small)))
    runs.get(name)?.large.push(timeOver(large, command(large)))
  }
}
const [ours, theirs] = [checksum(join(work, 'millrace.csv')), checksum(join(work, 'duckdb.csv'))]
if (ours !== theirs) throw new Error(`results differ: millrace ${ours}, duckdb ${theirs}`)

const medianOf = (times: readonly ProcessTimes[], pick: (time: ProcessTimes) => number): number =>
  median(times.map(pick))
const results = [...runs].map(([name, times]) => {
  const wallSmall = medianOf(times.small, (time) => time.wallSeconds)
  const wallLarge = medianOf(times.large, (time) => time.wallSeconds)
  const cpuSmall = medianOf(times.small, (time) => time.cpuSeconds)
  const cpuLarge = medianOf(times.large, (time) => time.cpuSeconds)
  const events = large.bids - small.bids
  return {
    name,
    wallSecondsSmall: wallSmall,
    wallSecondsLarge: wallLarge,
    cpuSecondsLarge: cpuLarge,
    wholeProgramEventsPerSecond: large.bids / wallLarge,
    marginalEventsPerSecond: events / (wallLarge - wallSmall),
    marginalEventsPerCpuSecond: events / (cpuLarge - cpuSmall),
  }
})
for (const result of results) {
  const million = (value: number): string => `${(value / 1e6).toFixed(2)} M`
  console.log(
    `${result.name.padEnd(14)} whole ${result.wallSecondsLarge.toFixed(2)} s = ${million(result.wholeProgramEventsPerSecond)} events/s; marginal ${million(result.marginalEventsPerSecond)} events/s, ${million(result.marginalEventsPerCpuSecond)} per CPU second`,
  )
}
// what decoding alone would allow, and how much of it a whole program reaches
const decodeLoop = 1e9 / median(decodeNanos)
const share = (pick: (result: (typeof results)[number]) => number): Readonly<Record<string, number>> =>
  Object.fromEntries(results.map((result) => [result.name, pick(result) / decodeLoop]))
const decoding = {
  handwrittenWasmEventsPerSecond: decodeLoop,
  shareOfWholeProgram: share((result) => result.wholeProgramEventsPerSecond),
  shareOfMarginal: share((result) => result.marginalEventsPerSecond),
}
console.log(
  `hand-written decode loop ${(decodeLoop / 1e6).toFixed(1)} M events/s; ahead-of-time reaches ${decoding.shareOfWholeProgram['ahead-of-time']?.toFixed(3)} of it, marginal ${decoding.shareOfMarginal['ahead-of-time']?.toFixed(3)}`,
)
if (values.out !== undefined) {
  const command = `node bench/query/tumble-file.ts --rounds ${values.rounds} --small ${values.small} --large ${values.large}${values.core === undefined ? '' : ` --core ${values.core}`}`
  writeFileSync(
    values.out,
    `${JSON.stringify({ command, machine: describeMachine(), bids: { small: small.bids, large: large.bids }, checksum: ours, results, decoding }, null, 2)}\n`,
  )
}
