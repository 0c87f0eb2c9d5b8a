import { lowerSink } from '../../codegen/lowering/encoders/lower-sink.ts'
import { layoutBlock } from '../../runtime/abi/block-layout.ts'
import { blockRowsMax } from '../../runtime/abi/memory.ts'
import { resultFormats } from '../../runtime/engine/rows/result-formats.ts'
import { EncodedRows } from '../../runtime/format/encoded-rows.ts'
import { createWorkerMemory, RunAllocator } from '../../runtime/memory/worker-memory.ts'
import { must } from '../../sql/base/assert.ts'
import { physicalType, type SqlType } from '../../sql/types/sql-type.ts'
import { bindEncoder } from '../../test/support/encoders/harness.ts'
import { type BenchTier, loadTier } from '../kernel/tiers.ts'
import { readRows, type ResultRows } from './result-rows.ts'
import type { Run } from '../lib/passes.ts'

/** Those that run in Node.js; `c` is a program of its own. */
export const runNames = ['javascript', 'wasm', 'strings'] as const
export type RunName = (typeof runNames)[number]
export type Format = keyof typeof resultFormats

export interface RunInput {
  /** What `writeRows` wrote. */
  readonly path: string
  readonly rows: number
  readonly format: Format
}

export async function makeRun(name: RunName | 'interpreter', { path, rows, format }: RunInput): Promise<Run> {
  const table = readRows(path, rows)
  return name === 'strings' ? strings(table, format) : await generated(table, format, name)
}

const bigint: SqlType = { kind: 'bigint' }
const columns: readonly { readonly name: string; readonly type: SqlType }[] = [
  { name: 'w', type: { kind: 'timestamp' } },
  { name: 'auction', type: bigint },
  { name: 'n', type: bigint },
  { name: 'total', type: { kind: 'decimal', precision: 38, scale: 0 } },
  { name: 'mean', type: { kind: 'double' } },
  { name: 'low', type: bigint },
  { name: 'high', type: bigint },
]

/** The generated encoder over blocks of 1,024 rows, and what a sink does with its bytes until it writes them. */
async function generated(table: ResultRows, format: Format, tier: BenchTier): Promise<Run> {
  const memory = createWorkerMemory({ limitBytes: 1 << 28 })
  const layout = layoutBlock(columns.map(({ type }) => ({ physical: physicalType(type), nullable: false })))
  const allocator = new RunAllocator(memory.pages)
  const artifact = lowerSink({ format: resultFormats[format], layout, columns })
  const encoder = bindEncoder(memory, artifact, await loadTier(tier))
  const encoded = new EncodedRows({ views: memory.views, allocator, encoder })
  const offsets = layout.columns.map(({ dataOffset }) => dataOffset)
  const blocks: { readonly block: number; readonly count: number }[] = []
  for (let from = 0; from < table.starts.length; from += blockRowsMax) {
    const block = allocator.allocate(layout.sizeBytes)
    const count = Math.min(blockRowsMax, table.starts.length - from)
    fillBlock(
      memory.views,
      { table, from, count },
      offsets.map((offset) => block + offset),
    )
    blocks.push({ block, count })
  }
  return timed((take) => {
    const send = (): void => {
      const piece = encoded.take()
      take(piece)
      encoded.giveBack(piece)
    }
    for (const { block, count } of blocks) {
      for (let row = 0; row < count;) {
        row = encoded.encode(block, row, count)
        if (row < count) send()
      }
    }
    send()
  })
}

function fillBlock(
  { i64, f64 }: { readonly i64: BigInt64Array; readonly f64: Float64Array },
  { table, from, count }: { readonly table: ResultRows; readonly from: number; readonly count: number },
  addresses: readonly number[],
): void {
  const { starts, auctions, counts, totals, means, lows, highs } = table
  const [start, auction, number, total, mean, low, high] = addresses.map((address) => address >> 3)
  for (let row = 0; row < count; row++) {
    i64[must(start) + row] = must(starts[from + row])
    i64[must(auction) + row] = must(auctions[from + row])
    i64[must(number) + row] = must(counts[from + row])
    i64[must(total) + row * 2] = must(totals[from + row])
    f64[must(mean) + row] = must(means[from + row])
    i64[must(low) + row] = must(lows[from + row])
    i64[must(high) + row] = must(highs[from + row])
  }
}

/** What a program does that has the values and no encoder: one string, then its bytes. */
function strings(table: ResultRows, format: Format): Run {
  const { starts, auctions, counts, totals, means, lows, highs } = table
  const numbers = (column: BigInt64Array): readonly number[] => [...column].map(Number)
  const [start, auction, count, total, low, high] = [starts, auctions, counts, totals, lows, highs].map(numbers) as [
    number[],
    number[],
    number[],
    number[],
    number[],
    number[],
  ]
  const point = (value: number): string => (Number.isInteger(value) ? `${value}.0` : `${value}`)
  const [w, a, n, t, m, l, h] =
    format === 'csv'
      ? ['', ',', ',', ',', ',', ',', ',']
      : ['{"w":"', '","auction":', ',"n":', ',"total":', ',"mean":', ',"low":', ',"high":']
  const end = format === 'csv' ? '\n' : '}\n'
  return timed((take) => {
    const lines: string[] = []
    let last = -1
    let instant = ''
    for (let row = 0; row < start.length; row++) {
      if (start[row] !== last) {
        last = start[row] as number
        instant = new Date(last / 1000).toISOString().slice(0, 19)
      }
      lines.push(
        `${w}${instant}${a}${auction[row]}${n}${count[row]}${t}${total[row]}${m}${point(means[row] as number)}${l}${low[row]}${h}${high[row]}${end}`,
      )
    }
    take(Buffer.from(lines.join('')))
  })
}

/** `take` gets the bytes, piece by piece. */
function timed(work: (take: (piece: Uint8Array) => void) => void): Run {
  let sizeBytes = 0
  return {
    once() {
      const start = process.hrtime.bigint()
      work((piece) => {
        sizeBytes += piece.length
      })
      const nanos = Number(process.hrtime.bigint() - start)
      if (sizeBytes === 0) throw new Error('nothing was written')
      return nanos
    },
    hash() {
      const pieces: Uint8Array[] = []
      work((piece) => pieces.push(piece.slice()))
      return hashBytes(Buffer.concat(pieces))
    },
  }
}

/** FNV-1a from 1, as floor.c has it. */
function hashBytes(bytes: Uint8Array): string {
  const words = new BigUint64Array(1)
  words[0] = 1n
  for (const byte of bytes) words[0] = (words[0] ^ BigInt(byte)) * 0x1_0000_0001b3n
  return String(words[0])
}
