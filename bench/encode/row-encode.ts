/** See README.md of this folder. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type CaseResult, compare } from '../lib/compare.ts'
import type { Contender } from '../lib/contender.ts'
import { describeMachine } from '../lib/machine.ts'
import { makeRows, writeRows } from './result-rows.ts'
import { type Format, runNames } from './runs.ts'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '8192' },
    repeats: { type: 'string', default: '100' },
    passes: { type: 'string', default: '7' },
    rounds: { type: 'string', default: '5' },
    out: { type: 'string' },
  },
})
const rows = Number(values.rows)
const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-encode-'))
const floor = join(folder, 'floor')
const built = spawnSync('gcc', ['-O3', '-march=native', '-o', floor, join(import.meta.dirname, 'floor.c')], {
  encoding: 'utf8',
})
if (built.status !== 0) throw new Error(`the floor needs gcc: ${built.stderr}`)
const path = join(folder, 'rows')
writeRows(path, makeRows(rows))

function contendersOf(format: Format): readonly Contender[] {
  const settings = [format, path, values.rows, values.repeats, values.passes]
  const script = join(import.meta.dirname, 'contender.ts')
  return [
    { name: 'c', command: [floor, ...settings] },
    ...runNames.map((name): Contender => ({ name, command: [process.execPath, script, name, ...settings] })),
  ]
}

function ratiosOf(result: CaseResult): Readonly<Record<string, number>> {
  const nanosOf = (wanted: string): number =>
    result.contenders.find(({ name }) => name === wanted)?.nanosPerRow ?? Number.NaN
  const faster = (ours: string, theirs: string): number => nanosOf(theirs) / nanosOf(ours)
  return {
    'wasm against c': faster('wasm', 'c'),
    'wasm against javascript': faster('wasm', 'javascript'),
    'javascript against strings': faster('javascript', 'strings'),
  }
}

function print(result: CaseResult): void {
  console.log(`${result.name}: ${result.rows} rows of 7 columns, hash ${result.hash}`)
  for (const { name, nanosPerRow, nanosPerRowMin, nanosPerRowMax } of result.contenders) {
    const spread = `${nanosPerRowMin.toFixed(1)}..${nanosPerRowMax.toFixed(1)}`
    console.log(`  ${name.padEnd(12)}${nanosPerRow.toFixed(1).padStart(8)} ns/row ${spread.padStart(16)}`)
  }
  for (const [name, ratio] of Object.entries(ratiosOf(result))) console.log(`  ${name}: ${ratio.toFixed(2)}x`)
}

const results = (['csv', 'json'] as const).map((format) => {
  const result = compare({ name: format, rows, contenders: contendersOf(format), rounds: Number(values.rounds) })
  print(result)
  return { ...result, ratios: ratiosOf(result) }
})
rmSync(folder, { recursive: true })
if (values.out !== undefined) {
  const { repeats, passes, rounds } = values
  const command = `node bench/encode/row-encode.ts --rows ${rows} --repeats ${repeats} --passes ${passes} --rounds ${rounds}`
  writeFileSync(values.out, `${JSON.stringify({ command, machine: describeMachine(), results }, null, 2)}\n`)
}
