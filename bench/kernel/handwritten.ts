/**
 * The JavaScript that a performance-minded engineer writes by hand for each case of the kernel suite: typed arrays, open
 * addressing, no object and no boxed BigInt per row, same exactness as the C floor (overflow checked, sums wider than 64 bits).
 *
 * node bench/kernel/handwritten.ts CASE DIRECTORY ROWS PASSES
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { argv } from 'node:process'
import type { GroupTable } from './handwritten-table.ts'
import { createTable, hashes, resetTables, setInput, updateRows } from './handwritten-table.ts'
import { csvCase, jsonCase } from './handwritten-decode.ts'
import { hashOf, hashSum } from './result-hash.ts'

const block = 1024

/** Runs the case; the result is hashed outside of the timed region. */
type Case = () => () => bigint

function shared(directory: string, name: string): SharedArrayBuffer {
  const bytes = readFileSync(join(directory, name))
  const buffer = new SharedArrayBuffer(Math.ceil((bytes.length + 64) / 64) * 64)
  new Uint8Array(buffer).set(bytes)
  return buffer
}

/** Adds up an integer column and millionths of a float column, for the hash. */
function addColumns(sums: [bigint, bigint], integers: BigInt64Array, floats: Float64Array): void {
  for (const value of integers) sums[0] += value
  for (const value of floats) sums[1] += BigInt(Math.trunc(value * 1e6))
}

function filterCase(directory: string, rows: number): Case {
  const a = new BigInt64Array(shared(directory, 'a.bin'))
  const b = new BigInt64Array(shared(directory, 'b.bin'))
  const x = new Float64Array(shared(directory, 'x.bin'))
  const outA = new BigInt64Array(block + 1)
  const outX = new Float64Array(block + 1)
  const one = (start: number, end: number): number => {
    let j = 0
    for (let i = start; i < end; i++) {
      // no branch: a mispredicted one costs more than the stores
      const inA = (a[i] as bigint) > 500_000n
      const inB = (b[i] as bigint) < 300_000n
      outA[j] = a[i] as bigint
      outX[j] = x[i] as number
      j += ((inA as unknown as number) | 0) & ((inB as unknown as number) | 0)
    }
    return j
  }
  return () => {
    for (let start = 0; start < rows; start += block) one(start, Math.min(start + block, rows))
    return () => {
      let count = 0
      const sums: [bigint, bigint] = [0n, 0n]
      for (let start = 0; start < rows; start += block) {
        const j = one(start, Math.min(start + block, rows))
        count += j
        addColumns(sums, outA.subarray(0, j), outX.subarray(0, j))
      }
      return hashOf(BigInt(count), ...sums)
    }
  }
}

function projectCase(directory: string, rows: number): Case {
  const a = new BigInt64Array(shared(directory, 'a.bin'))
  const b = new BigInt64Array(shared(directory, 'b.bin'))
  const x = new Float64Array(shared(directory, 'x.bin'))
  const y = new Float64Array(shared(directory, 'y.bin'))
  const outP = new BigInt64Array(block)
  const outQ = new Float64Array(block)
  const bound = 3_074_457_345_618_258_602n
  const one = (start: number, n: number): void => {
    for (let i = 0; i < n; i++) {
      const v = a[start + i] as bigint
      const w = b[start + i] as bigint
      if (v > bound || v < -bound) throw new RangeError('overflow')
      const p = BigInt.asIntN(64, v * 3n)
      const r = BigInt.asIntN(64, p + w)
      if (((p ^ r) & (w ^ r)) < 0n) throw new RangeError('overflow')
      outP[i] = r
      outQ[i] = (x[start + i] as number) * 2.5 + (y[start + i] as number)
    }
  }
  return () => {
    for (let start = 0; start < rows; start += block) one(start, Math.min(block, rows - start))
    return () => {
      const sums: [bigint, bigint] = [0n, 0n]
      for (let start = 0; start < rows; start += block) {
        const n = Math.min(block, rows - start)
        one(start, n)
        addColumns(sums, outP.subarray(0, n), outQ.subarray(0, n))
      }
      return hashOf(...sums)
    }
  }
}

/** Views as the engine keeps them: length, prefix, and an address into the data. */
function stringCase(directory: string, rows: number): Case {
  const data = new Uint8Array(shared(directory, 's.data.bin'))
  const offsets = new Int32Array(shared(directory, 's.offsets.bin'))
  const views = new Int32Array(new SharedArrayBuffer(rows * 16))
  const bytes = new Uint8Array(views.buffer)
  for (let i = 0; i < rows; i++) {
    const from = offsets[i] as number
    const length = (offsets[i + 1] as number) - from
    views[i * 4] = length
    bytes.set(data.subarray(from, from + Math.min(length, length <= 12 ? 12 : 4)), i * 16 + 4)
    if (length > 12) views[i * 4 + 2] = from
  }
  const item = 0x6d657469
  const alph = 0x68706c61
  const word = new TextEncoder().encode('alpha-beta-gamma-17')
  return () => {
    let count = 0
    for (let i = 0; i < rows; i++) {
      const length = views[i * 4] as number
      const prefix = views[i * 4 + 1] as number
      if (prefix === item && length >= 6) {
        const inline = length <= 12
        const second = inline ? bytes[i * 16 + 8] : data[(views[i * 4 + 2] as number) + 4]
        const third = inline ? bytes[i * 16 + 9] : data[(views[i * 4 + 2] as number) + 5]
        if (second === 45 && third === 49) count++
      } else if (prefix === alph && length === word.length) {
        const from = views[i * 4 + 2] as number
        let k = 4
        while (k < length && data[from + k] === word[k]) k++
        if (k === length) count++
      }
    }
    return () => hashOf(BigInt(count))
  }
}

/** Words of 32 bits, summed as doubles, which are exact for a block; blocks are added up as one big integer. */
function sumCase(directory: string, rows: number, { column, wordCount }: SummedColumn): Case {
  const words = new Int32Array(shared(directory, `${column}.bin`))
  const one = (start: number, end: number, sums: Float64Array): void => {
    for (let word = 0; word < wordCount; word++) {
      const isTop = word === wordCount - 1
      let sum = 0
      for (let at = start * wordCount + word; at < end * wordCount; at += wordCount)
        sum += isTop ? (words[at] as number) : (words[at] as number) >>> 0
      sums[word] = sum
    }
  }
  return () => {
    const sums = new Float64Array(wordCount)
    let total = 0n
    for (let start = 0; start < rows; start += block) {
      one(start, Math.min(start + block, rows), sums)
      for (let word = 0; word < wordCount; word++) total += BigInt(sums[word] as number) << BigInt(32 * word)
    }
    return () => (wordCount === 2 ? hashOf(total) : hashOf(total, total >> 64n))
  }
}

interface SummedColumn {
  readonly column: string
  readonly wordCount: 2 | 4
}

function groupCase(directory: string, rows: number, key: string): Case {
  setInput(readFileSync(join(directory, `${key}.bin`)), readFileSync(join(directory, 'a.bin')))
  return () => {
    resetTables()
    const table = createTable(12)
    updateRows(table, 0, rows)
    return () => hashSum(hashes(table, 0n))
  }
}

const windowMicros = 10_000_000n
const delayMicros = 5_000_000n

/** Runs of rows of one window go to its table as a block; rows of closed windows are left out. */
class TumblePanes {
  readonly closed: { readonly start: bigint; readonly table: GroupTable }[] = []
  readonly #panes = new Map<bigint, GroupTable>()
  readonly #watermark = new BigInt64Array(1).fill(-(1n << 62n))

  update(ts: BigInt64Array, from: number, to: number): void {
    const watermark = this.#watermark
    let i = from
    while (i < to) {
      const t = ts[i] as bigint
      const start = t - (t % windowMicros)
      const end = start + windowMicros
      const runFrom = i
      const late = end <= (watermark[0] as bigint)
      while (i < to) {
        const next = ts[i] as bigint
        if (next < start || next >= end || late !== end <= (watermark[0] as bigint)) break
        const w = BigInt.asIntN(64, next - delayMicros)
        if (w > (watermark[0] as bigint)) watermark[0] = w
        i++
      }
      if (!late) updateRows(this.#pane(start), runFrom, i)
    }
    this.close(watermark[0] as bigint)
  }

  close(limit: bigint): void {
    for (const [start, table] of this.#panes) {
      if (start + windowMicros > limit) continue
      this.closed.push({ start, table })
      this.#panes.delete(start)
    }
  }

  #pane(start: bigint): GroupTable {
    let pane = this.#panes.get(start)
    if (!pane) this.#panes.set(start, (pane = createTable(12)))
    return pane
  }
}

function tumbleCase(directory: string, rows: number): Case {
  setInput(readFileSync(join(directory, 'k1k.bin')), readFileSync(join(directory, 'a.bin')))
  const ts = new BigInt64Array(shared(directory, 'ts.bin'))
  return () => {
    resetTables()
    const panes = new TumblePanes()
    for (let from = 0; from < rows; from += block) panes.update(ts, from, Math.min(from + block, rows))
    panes.close(1n << 62n)
    return () => hashSum(panes.closed.flatMap(({ start, table }) => [...hashes(table, start)]))
  }
}

function makeCase(name: string, directory: string, rows: number): Case {
  switch (name) {
    case 'filter':
      return filterCase(directory, rows)
    case 'project':
      return projectCase(directory, rows)
    case 'string':
      return stringCase(directory, rows)
    case 'sum-bigint':
      return sumCase(directory, rows, { column: 'a', wordCount: 2 })
    case 'sum-decimal':
      return sumCase(directory, rows, { column: 'd', wordCount: 4 })
    case 'group-16':
      return groupCase(directory, rows, 'k16')
    case 'group-1k':
      return groupCase(directory, rows, 'k1k')
    case 'group-1m':
      return groupCase(directory, rows, 'k1m')
    case 'tumble':
      return tumbleCase(directory, rows)
    case 'json':
      return jsonCase(join(directory, 'bid.ndjson'))
    case 'csv':
      return csvCase(join(directory, 'bid.csv'))
    default:
      throw new Error(`no case ${name}`)
  }
}

const [, , name = '', directory = '', rowsText = '0', passesText = '1'] = argv
const run = makeCase(name, directory, Number(rowsText))
const hash = run()()
// as long as the tiers have it
for (const until = performance.now() + 1000; performance.now() < until;) run()
const nanos: number[] = []
for (let pass = 0; pass < Number(passesText); pass++) {
  globalThis.gc?.()
  // right behind another pass, as the floor's are
  run()
  const start = performance.now()
  const result = run()
  nanos.push(Math.round((performance.now() - start) * 1e6))
  if (result() !== hash) throw new Error('unstable result')
}
console.log(JSON.stringify({ nanos, hash: hash.toString() }))
