/** See README.md of this folder. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type CaseResult, compare } from '../lib/compare.ts'
import type { Contender } from '../lib/contender.ts'
import { describeMachine } from '../lib/machine.ts'
import { type BidFile, bidFiles, type FieldOrder, fieldOrders } from './bids.ts'
import { runNames } from './runs.ts'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '8192' },
    repeats: { type: 'string', default: '60' },
    passes: { type: 'string', default: '7' },
    rounds: { type: 'string', default: '5' },
    out: { type: 'string' },
  },
})
const rows = Number(values.rows)
const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-decode-'))
const floor = join(folder, 'floor')
const built = spawnSync('gcc', ['-O3', '-march=native', '-o', floor, join(import.meta.dirname, 'floor.c')], {
  encoding: 'utf8',
})
if (built.status !== 0) throw new Error(`the floor needs gcc: ${built.stderr}`)

function contendersOf(order: FieldOrder, { path }: BidFile): readonly Contender[] {
  const settings = [path, values.rows, values.repeats, values.passes]
  const script = join(import.meta.dirname, 'contender.ts')
  const names = runNames.filter((name) => order === 'steady' || name !== 'handwritten-wasm')
  return [
    { name: 'c', command: [floor, order, ...settings] },
    ...names.map((name): Contender => ({ name, command: [process.execPath, script, name, ...settings] })),
  ]
}

const nanosOf = (result: CaseResult, name: string): number =>
  result.contenders.find((contender) => contender.name === name)?.nanosPerRow ?? Number.NaN

function ratiosOf(result: CaseResult): Readonly<Record<string, number>> {
  const faster = (ours: string, theirs: string): number => nanosOf(result, theirs) / nanosOf(result, ours)
  return {
    'javascript against JSON.parse alone': faster('javascript', 'json-parse'),
    'javascript against text and JSON.parse': faster('javascript', 'json-parse-text'),
    'javascript against JSON.parse into columns': faster('javascript', 'json-parse-columns'),
    'wasm against JSON.parse alone': faster('wasm', 'json-parse'),
    'wasm against c': faster('wasm', 'c'),
    ...(result.name === 'steady' ? { 'wasm against handwritten wasm': faster('wasm', 'handwritten-wasm') } : {}),
  }
}

function print(result: CaseResult, bytesPerRow: number): void {
  console.log(`${result.name}: ${result.rows} bids of ${bytesPerRow.toFixed(0)} bytes, hash ${result.hash}`)
  for (const { name, nanosPerRow, nanosPerRowMin, nanosPerRowMax } of result.contenders) {
    const spread = `${nanosPerRowMin.toFixed(1)}..${nanosPerRowMax.toFixed(1)}`
    const rate = (bytesPerRow / nanosPerRow).toFixed(2)
    console.log(`  ${name.padEnd(20)}${nanosPerRow.toFixed(1).padStart(8)} ns/row ${spread.padStart(16)}  ${rate} GB/s`)
  }
  for (const [name, ratio] of Object.entries(ratiosOf(result))) console.log(`  ${name}: ${ratio.toFixed(2)}x`)
}

const files = bidFiles(rows, folder)
const results = fieldOrders.map((order) => {
  const contenders = contendersOf(order, files[order])
  const result = compare({ name: order, rows, contenders, rounds: Number(values.rounds) })
  const bytesPerRow = files[order].sizeBytes / rows
  print(result, bytesPerRow)
  const withRates = result.contenders.map((contender) => ({
    ...contender,
    gigabytesPerSecond: bytesPerRow / contender.nanosPerRow,
  }))
  return { ...result, bytesPerRow, contenders: withRates, ratios: ratiosOf(result) }
})
rmSync(folder, { recursive: true })
if (values.out !== undefined) {
  const { repeats, passes, rounds } = values
  const command = `node bench/decode/json-decode.ts --rows ${rows} --repeats ${repeats} --passes ${passes} --rounds ${rounds}`
  writeFileSync(values.out, `${JSON.stringify({ command, machine: describeMachine(), results }, null, 2)}\n`)
}
