import { readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { loadToolkit } from '../../codegen/wasm/module.ts'
import { must } from '../../sql/base/assert.ts'
import { createDecodeCase } from '../kernel/millrace-decode.ts'
import { hashOf } from '../kernel/result-hash.ts'
import { loadTier } from '../kernel/tiers.ts'
import { handwrittenWat } from './handwritten-wat.ts'
import { compileWasm } from '../../runtime/worker/compile-wasm.ts'
import type { Run } from '../lib/passes.ts'

/** Those that run in Node.js; `c` is a program of its own. */
export const runNames = [
  'handwritten-wasm',
  'javascript',
  'wasm',
  'json-parse',
  'json-parse-text',
  'json-parse-columns',
] as const
export type RunName = (typeof runNames)[number]

/** A file of bids, one per line. */
export interface RunInput {
  readonly path: string
  readonly rows: number
}

interface Columns {
  readonly auctions: BigInt64Array
  readonly prices: BigInt64Array
  readonly times: BigInt64Array
}

function hashColumns({ auctions, prices, times }: Columns): string {
  let sum = 0n
  for (let row = 0; row < auctions.length; row++)
    sum += must(auctions[row]) + must(prices[row]) * 31n + must(times[row]) * 17n
  return hashOf(BigInt.asIntN(64, sum)).toString()
}

function timed(work: () => void): number {
  const start = process.hrtime.bigint()
  work()
  return Number(process.hrtime.bigint() - start)
}

interface Bid {
  readonly auction: number
  readonly price: number
  readonly dateTime: string
}

function emptyColumns(rows: number): Columns {
  return { auctions: new BigInt64Array(rows), prices: new BigInt64Array(rows), times: new BigInt64Array(rows) }
}

/** JSON.parse and nothing else: strings are made before, and no bid is kept. */
function parseAlone({ path, rows }: RunInput): Run {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  let total = 0
  return {
    once: () =>
      timed(() => {
        for (let row = 0; row < rows; row++) total += used(JSON.parse(must(lines[row])) as Bid)
      }),
    hash: () => hashBids(total, lines),
  }
}

/** So that no engine may leave the parsing out. */
function used({ auction, price, dateTime }: Bid): number {
  return auction + price + dateTime.length
}

function hashBids(total: number, lines: readonly string[]): string {
  if (!(total > 0)) throw new Error('nothing was parsed')
  const columns = emptyColumns(lines.length)
  for (const [row, line] of lines.entries()) putBid(columns, row, JSON.parse(line) as Bid)
  return hashColumns(columns)
}

/** From bytes: a string per line and JSON.parse. */
function parseText({ path, rows }: RunInput): Run {
  const bytes = readFileSync(path)
  let total = 0
  return {
    once: () =>
      timed(() => {
        let from = 0
        for (let row = 0; row < rows; row++) {
          const to = bytes.indexOf(10, from)
          total += used(JSON.parse(bytes.toString('utf8', from, to)) as Bid)
          from = to + 1
        }
      }),
    hash: () => hashBids(total, bytes.toString('utf8').trimEnd().split('\n')),
  }
}

/** What a program with JSON.parse does: bytes to text, lines to objects, fields to columns. */
function parseWhole({ path, rows }: RunInput): Run {
  const bytes = readFileSync(path)
  const columns = emptyColumns(rows)
  return {
    once: () =>
      timed(() => {
        let from = 0
        for (let row = 0; row < rows; row++) {
          const to = bytes.indexOf(10, from)
          putBid(columns, row, JSON.parse(bytes.toString('utf8', from, to)) as Bid)
          from = to + 1
        }
      }),
    hash: () => hashColumns(columns),
  }
}

function putBid({ auctions, prices, times }: Columns, row: number, { auction, price, dateTime }: Bid): void {
  auctions[row] = BigInt(auction)
  prices[row] = BigInt(price)
  times[row] = BigInt(Date.parse(dateTime)) * 1000n
}

async function handwritten({ path, rows }: RunInput): Promise<Run> {
  const toolkit = await loadToolkit()
  const module = toolkit.parse(handwrittenWat)
  toolkit.optimize(module, { level: 3 })
  const file = readFileSync(path)
  const base = 64
  const places = [0, 1, 2].map((column) => Math.ceil((base + file.length) / 64) * 64 + 64 + column * rows * 8)
  const memory = new WebAssembly.Memory({ initial: Math.ceil((must(places[2]) + rows * 8) / 65_536), maximum: 65_536 })
  new Uint8Array(memory.buffer).set(file, base)
  const compiled = compileWasm(module.emitBinary() as Uint8Array<ArrayBuffer>, 'whole')
  const { decode } = new WebAssembly.Instance(compiled, { host: { memory } }).exports as {
    decode: (from: number, to: number, ...columns: readonly number[]) => number
  }
  const [auctions, prices, times] = places.map((place) => new BigInt64Array(memory.buffer, place, rows))
  return {
    once: () =>
      timed(() => {
        if (decode(base, base + file.length, ...places) !== rows) throw new Error('not bids in the usual order')
      }),
    hash: () => hashColumns({ auctions: must(auctions), prices: must(prices), times: must(times) }),
  }
}

async function millrace(tier: 'javascript' | 'wasm', { path, rows }: RunInput): Promise<Run> {
  const run = createDecodeCase({
    instantiate: await loadTier(tier),
    name: 'json',
    directory: dirname(path),
    file: basename(path),
    rows,
  })
  return { once: () => run('timed').nanos, hash: () => must(run('hashed').hash) }
}

export function makeRun(name: RunName, input: RunInput): Run | Promise<Run> {
  switch (name) {
    case 'json-parse':
      return parseAlone(input)
    case 'json-parse-text':
      return parseText(input)
    case 'json-parse-columns':
      return parseWhole(input)
    case 'handwritten-wasm':
      return handwritten(input)
    case 'javascript':
    case 'wasm':
      return millrace(name, input)
  }
}
