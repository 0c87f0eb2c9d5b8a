import { closeSync, openSync, readSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { must } from '../../sql/base/assert.ts'
import { type Measurement, runContender } from '../lib/contender.ts'
import { median } from '../lib/statistics.ts'

/** As many as the figure of a hand-written loop was first measured over. */
const rows = 8192
const lineFeed = 10

/**
 * Nanoseconds in which the hand-written WebAssembly loop of `bench/decode` takes a bid out of memory that holds the first ones of `file`.
 * `pin` stands before the command.
 */
export function timeDecodeLoop(file: string, { work, pin }: { work: string; pin: readonly string[] }): number {
  const head = join(work, 'first-bids.ndjson')
  writeFileSync(head, firstLines(file))
  const script = join(import.meta.dirname, '..', 'decode', 'contender.ts')
  const contender = ['handwritten-wasm', head, String(rows), '60', '7']
  const [command, ...parameters] = [...pin, process.execPath, script, ...contender]
  const measured: Measurement = runContender({ name: 'handwritten-wasm', command: [must(command), ...parameters] })
  return median(measured.nanos) / rows
}

function firstLines(file: string): Uint8Array {
  const bytes = new Uint8Array(rows * 512)
  const descriptor = openSync(file, 'r')
  try {
    const read = readSync(descriptor, bytes)
    let to = 0
    for (let row = 0; row < rows; row++) to = bytes.indexOf(lineFeed, to) + 1
    if (to === 0 || to > read) throw new Error(`${file} has fewer than ${rows} lines`)
    return bytes.subarray(0, to)
  } finally {
    closeSync(descriptor)
  }
}
