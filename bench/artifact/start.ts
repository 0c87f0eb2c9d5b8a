/**
 * How long a compiled program takes from the start of its process until its first row is out, against `millrace run` of the same program.
 * Run: node bench/artifact/start.ts [--rounds 21] [--out FILE]
 *
 * The program decodes an NDJSON file and prints the rows that pass a filter. Processes of all kinds alternate. `first time` has no
 * compile cache of Node's yet, as after a deployment; the others have one. Where eval is forbidden, Node itself starts later: it then
 * compiles its own modules from their text.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { describeMachine } from '../lib/machine.ts'
import { median } from '../lib/statistics.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '21' }, out: { type: 'string' } } })
const starter = fileURLToPath(new URL('../../bin/millrace.mjs', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'millrace-start-'))
const bids = join(folder, 'bid.ndjson')
const sql = join(folder, 'program.sql')
const artifact = join(folder, 'artifact/main.mjs')

writeFileSync(
  sql,
  `CREATE SOURCE bid (auction BIGINT NOT NULL, price BIGINT NOT NULL, channel VARCHAR) FORMAT JSON WITH (connector = 'file', path = '\${BIDS}');
   SELECT auction, price, upper(channel) AS channel FROM bid WHERE price > 1000`,
)
await finished([starter, 'nexmark', '--events', '20000', '--out', folder])
await finished([starter, 'compile', sql, '-o', join(folder, 'artifact')])

const flags = ['--var', `BIDS=${bids}`, '--format', 'ndjson']
const noEval = '--disallow-code-generation-from-strings'
const contenders: Readonly<Record<string, () => Promise<number>>> = {
  artifact: () => firstByte([noEval, artifact, ...flags], 'cache'),
  artifactJavascript: () => firstByte([noEval, artifact, ...flags, '--tier', 'javascript'], 'cache'),
  artifactEvalAllowed: () => firstByte([artifact, ...flags], 'cache'),
  artifactFirstTime: () => firstByte([noEval, artifact, ...flags], `fresh-${performance.now()}`),
  run: () => firstByte([starter, 'run', sql, ...flags], 'cache'),
  node: () => firstByte(['-e', 'console.log(1)'], 'cache'),
  nodeNoEval: () => firstByte([noEval, '-p', '1'], 'cache'),
}

const millis = new Map(Object.keys(contenders).map((name): [string, number[]] => [name, []]))
for (let round = -2; round < Number(values.rounds); round++) {
  for (const [name, measure] of Object.entries(contenders)) {
    const taken = await measure()
    if (round >= 0) millis.get(name)?.push(taken)
  }
}
rmSync(folder, { recursive: true })

const figures = {
  command: 'node bench/artifact/start.ts',
  machine: describeMachine(),
  rounds: Number(values.rounds),
  /** From spawn to the first byte on standard output, seen by the parent. */
  firstRowMillis: Object.fromEntries(
    [...millis].map(([name, taken]) => [name, { median: median(taken), least: Math.min(...taken) }]),
  ),
}
console.log(JSON.stringify(figures, null, 2))
if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify(figures, null, 2)}\n`)

async function firstByte(args: readonly string[], cache: string): Promise<number> {
  const start = performance.now()
  const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, cache) }
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  const taken = performance.now() - start
  child.stdout.resume()
  await once(child, 'exit')
  return taken
}

async function finished(args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, args, { stdio: 'inherit' })
  const [status] = (await once(child, 'exit')) as [number | null]
  if (status !== 0) throw new Error(`${args.join(' ')}: exit ${status}`)
}
