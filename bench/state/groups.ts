/**
 * Bytes of state of a million groups: bigint key, count, sum, min, max.
 * Run: node bench/state/groups.ts [--out FILE]
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Millrace } from '../../index.ts'
import { describeMachine } from '../lib/machine.ts'

const { values } = parseArgs({ options: { groups: { type: 'string', default: '1000000' }, out: { type: 'string' } } })
const groups = Number(values.groups)
const batch = 8192

await using db = await Millrace.open({ tier: 'javascript' })
await db.execute(`CREATE SOURCE t (k BIGINT NOT NULL, v BIGINT NOT NULL);
  CREATE SINK q AS SELECT k, count(*) AS n, sum(v) AS total, min(v) AS low, max(v) AS high FROM t GROUP BY k WITH (connector = 'blackhole')`)
const source = db.source('t')
const heapBefore = heapUsed()
for (let from = 0; from < groups; from += batch) {
  const count = Math.min(batch, groups - from)
  const k = BigInt64Array.from({ length: count }, (_, index) => BigInt((from + index) * 7919))
  while (!source.pushColumns({ k, v: k }, count)) await source.ready()
}
await db.drain()
const { queries, memory } = db.metrics()
const [operator] = queries.find(({ name }) => name === 'q')?.operators ?? []
if (operator?.groups !== groups) throw new Error(`${operator?.groups} groups`)
const figures = {
  groups,
  stateBytes: operator.stateBytes,
  bytesPerGroup: operator.stateBytes / groups,
  linearMemoryTakenBytes: memory.takenBytes,
  javascriptHeapGrowthBytes: heapUsed() - heapBefore,
}
console.log(JSON.stringify(figures))
if (values.out !== undefined) {
  writeFileSync(
    values.out,
    `${JSON.stringify({ command: 'node --expose-gc bench/state/groups.ts', machine: describeMachine(), ...figures }, null, 2)}\n`,
  )
}

function heapUsed(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}
