import { readFileSync, writeFileSync } from 'node:fs'
import { createRandom } from '../lib/data.ts'

/** The columns of the rows that `bench/query/tumble-file.ts` writes, in their order, eight bytes a value. */
export interface ResultRows {
  /** microseconds */
  readonly starts: BigInt64Array
  readonly auctions: BigInt64Array
  readonly counts: BigInt64Array
  readonly totals: BigInt64Array
  readonly means: Float64Array
  readonly lows: BigInt64Array
  readonly highs: BigInt64Array
}

const windowMicros = 10_000_000n
const firstMicros = 1_767_225_600_000_000n
/** Rows of one window. */
const groupsPerWindow = 665

/** Groups of a window: most with few bids, prices over six powers of ten. */
export function makeRows(rows: number): ResultRows {
  const random = createRandom(11)
  const made = emptyRows(rows)
  for (let row = 0; row < rows; row++) {
    const count = 1 + (random() % (row % 9 === 0 ? 120 : 12))
    const prices = Array.from({ length: count }, () => Math.round(10 ** ((random() % 6000) / 1000) * 100))
    const total = prices.reduce((sum, price) => sum + price, 0)
    made.starts[row] = firstMicros + windowMicros * BigInt(Math.floor(row / groupsPerWindow))
    made.auctions[row] = BigInt(1000 + (random() % 400_000))
    made.counts[row] = BigInt(count)
    made.totals[row] = BigInt(total)
    made.means[row] = total / count
    made.lows[row] = BigInt(Math.min(...prices))
    made.highs[row] = BigInt(Math.max(...prices))
  }
  return made
}

export function writeRows(path: string, rows: ResultRows): void {
  const columns = columnsOf(rows).map((column) => Buffer.from(column.buffer))
  writeFileSync(path, Buffer.concat(columns))
}

export function readRows(path: string, rows: number): ResultRows {
  const bytes = new Uint8Array(readFileSync(path))
  const read = emptyRows(rows)
  for (const [index, column] of columnsOf(read).entries())
    new Uint8Array(column.buffer).set(bytes.subarray(index * rows * 8, (index + 1) * rows * 8))
  return read
}

function columnsOf({ starts, auctions, counts, totals, means, lows, highs }: ResultRows) {
  return [starts, auctions, counts, totals, means, lows, highs]
}

function emptyRows(rows: number): ResultRows {
  const integers = (): BigInt64Array<ArrayBuffer> => new BigInt64Array(rows)
  return {
    starts: integers(),
    auctions: integers(),
    counts: integers(),
    totals: integers(),
    means: new Float64Array(rows),
    lows: integers(),
    highs: integers(),
  }
}
