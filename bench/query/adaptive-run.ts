/** One run of adaptive.ts: adaptive-run.ts TIER PROGRAM RESULT. Prints its time, counters and a hash of the result as JSON. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Millrace } from '../../index.ts'
import { must } from '../../sql/base/assert.ts'

const [tier, programFile, resultFile] = process.argv.slice(2)
const program = readFileSync(must(programFile), 'utf8')

// the planner is the same for all tiers: it is loaded and has planned before the clock starts
const first = await Millrace.open({ tier: 'javascript' })
await first.explain(program, {})
await first.close()

const start = performance.now()
const [cpuStart, threadStart] = [process.cpuUsage(), process.threadCpuUsage()]
const db = await Millrace.open({ tier: tier as 'auto' | 'javascript' | 'wasm' })
await db.execute(program)
await db.drain()
const millis = performance.now() - start
const [cpu, thread] = [process.cpuUsage(cpuStart), process.threadCpuUsage(threadStart)]
const cpuMillis = (cpu.user + cpu.system) / 1000
const threadMillis = (thread.user + thread.system) / 1000
const { tiers } = db.metrics()
const hash = createHash('sha256')
if (program.includes('MATERIALIZED VIEW')) {
  const rows = await db.query<Record<string, unknown>>('SELECT * FROM result')
  for (const line of rows.map((row) => Object.values(row).join('|')).toSorted()) hash.update(line)
} else hash.update(readFileSync(must(resultFile)))
await db.close()
console.log(JSON.stringify({ millis, cpuMillis, threadMillis, tiers, hash: hash.digest('hex') }))
