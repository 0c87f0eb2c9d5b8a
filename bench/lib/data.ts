import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Input of the kernel suite: columns in files, little-endian, made from a fixed seed, outside of every timed region.
 *
 * | file | type | values |
 * |---|---|---|
 * | k16, k1k, k1m | i64 | uniform keys of 16, 1,000 and 1,000,000 values, spread over 2^40 |
 * | a, b | i64 | uniform 0..999,999 |
 * | x, y | f64 | uniform 0..1 |
 * | d | i128 | unscaled decimals of up to 28 digits, of either sign |
 * | ts | i64 | micros, on average 100 microseconds apart, up to 2 s out of order |
 * | bid.ndjson, bid.csv | bytes | the first `rows` bids of the Nexmark stream, about 200 bytes each |
 * | s.data, s.offsets | bytes, i32 | 30 % `item-<n>`, 10 % `alpha-beta-gamma-<0..99>`, else 4 to 24 other bytes |
 */
export interface KernelData {
  readonly directory: string
  readonly rows: number
}

/** splitmix-like 32-bit generator: the same numbers on every machine. */
export function createRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let z = state
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    return (z ^ (z >>> 16)) >>> 0
  }
}

export function kernelData(rows: number): KernelData {
  const directory = join(tmpdir(), `millrace-bench-v2-${rows}`)
  mkdirSync(directory, { recursive: true })
  if (!existsSync(join(directory, 'd.bin'))) writeDecimals(directory, rows)
  if (existsSync(join(directory, 'complete'))) return { directory, rows }
  const random = createRandom(42)
  const write = (name: string, bytes: NodeJS.ArrayBufferView): void =>
    writeFileSync(join(directory, `${name}.bin`), bytes)
  const integers = (make: (row: number) => number): BigInt64Array =>
    BigInt64Array.from({ length: rows }, (_, row) => BigInt(make(row)))
  const spread = (key: number): number => key * 1_000_003
  write(
    'k16',
    integers(() => spread(random() % 16)),
  )
  write(
    'k1k',
    integers(() => spread(random() % 1000)),
  )
  write(
    'k1m',
    integers(() => spread(random() % 1_000_000)),
  )
  write(
    'a',
    integers(() => random() % 1_000_000),
  )
  write(
    'b',
    integers(() => random() % 1_000_000),
  )
  write(
    'x',
    Float64Array.from({ length: rows }, () => random() / 4_294_967_296),
  )
  write(
    'y',
    Float64Array.from({ length: rows }, () => random() / 4_294_967_296),
  )
  write(
    'ts',
    integers((row) => 1_767_225_600_000_000 + row * 100 - (random() % 2_000_000)),
  )
  writeStrings(rows, random, write)
  writeBids(directory, rows, 'ndjson')
  writeBids(directory, rows, 'csv')
  writeFileSync(join(directory, 'complete'), '')
  return { directory, rows }
}

function writeDecimals(directory: string, rows: number): void {
  const random = createRandom(43)
  const words = new Int32Array(rows * 4)
  for (let at = 0; at < words.length; at += 4) {
    words[at] = random()
    words[at + 1] = random()
    // 91 bits and a sign
    words[at + 2] = random() >> 5
    words[at + 3] = (words[at + 2] as number) >> 31
  }
  writeFileSync(join(directory, 'd.bin'), words)
}

function writeStrings(
  rows: number,
  random: () => number,
  write: (name: string, bytes: NodeJS.ArrayBufferView) => void,
): void {
  const offsets = new Int32Array(rows + 1)
  const data = Buffer.alloc(rows * 24)
  let at = 0
  for (let row = 0; row < rows; row++) {
    at += data.write(makeString(random), at, 'latin1')
    offsets[row + 1] = at
  }
  write('s.data', data.subarray(0, at))
  write('s.offsets', offsets)
}

function makeString(random: () => number): string {
  const kind = random() % 10
  if (kind < 3) return `item-${random() % 1000}`
  if (kind < 4) return `alpha-beta-gamma-${random() % 100}`
  return 'qwertyuiopasdfghjklzxcvb'.slice(0, 4 + (random() % 20))
}

const starter = join(import.meta.dirname, '..', '..', 'bin', 'millrace.mjs')

/** 46 of 50 Nexmark events are bids; a few more are made, and the file is cut after the last row wanted. */
function writeBids(directory: string, rows: number, format: 'ndjson' | 'csv'): void {
  const events = String(Math.ceil((rows * 50) / 46) + 100)
  const made = spawnSync(
    process.execPath,
    [starter, 'nexmark', '--events', events, '--format', format, '--out', directory],
    { encoding: 'utf8' },
  )
  if (made.status !== 0) throw new Error(`millrace nexmark: ${made.stderr}`)
  const file = join(directory, `bid.${format}`)
  const bytes = readFileSync(file)
  let end = 0
  for (let line = format === 'csv' ? -1 : 0; line < rows; line++) end = bytes.indexOf(10, end) + 1
  truncateSync(file, end)
}
