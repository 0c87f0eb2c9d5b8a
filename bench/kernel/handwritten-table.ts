import { hashOf } from './result-hash.ts'

/**
 * Open addressing over typed arrays: the hand-written rival of generated group-by state. All tables live in two arrays that
 * are constants of this module, because V8 then knows their base and length: passing the arrays around costs a factor of three.
 *
 * A row has 6 elements of 8 bytes: key, count, sum low, sum wraps, min, max.
 */
const rowElements = 6
const rowsMax = 2_200_000
const rows64 = new BigInt64Array(new SharedArrayBuffer(rowsMax * rowElements * 8))
const rows32 = new Int32Array(rows64.buffer)
const index = new Int32Array(new SharedArrayBuffer(4 * (1 << 23)))
/** Input columns: the case copies them here once. */
const inputRowsMax = 1 << 23
const keys = new Int32Array(new SharedArrayBuffer(inputRowsMax * 8))
const values = new BigInt64Array(new SharedArrayBuffer(inputRowsMax * 8))

export interface GroupTable {
  indexBase: number
  mask: number
  /** in rows */
  rowBase: number
  capacity: number
  count: number
}

let nextIndex = 0
let nextRow = 0

export function setInput(keyBytes: Uint8Array, valueBytes: Uint8Array): void {
  new Uint8Array(keys.buffer).set(keyBytes)
  new Uint8Array(values.buffer).set(valueBytes)
}

/** Forgets all tables. */
export function resetTables(): void {
  index.fill(0, 0, nextIndex)
  nextIndex = 0
  nextRow = 0
}

/** `capacityLog2`: of the first index. Row 0 of a table is never used: slot 0 means empty. */
export function createTable(capacityLog2: number): GroupTable {
  const slots = 1 << capacityLog2
  const table = { indexBase: nextIndex, mask: slots - 1, rowBase: nextRow, capacity: Math.floor(slots * 0.7), count: 0 }
  nextIndex += slots
  nextRow += table.capacity + 1
  return table
}

export function updateRows(table: GroupTable, from: number, to: number): void {
  let at = from
  while (at < to) {
    // stops at a row of a new group, which is rare
    at = updateKnown(table, at, to)
    if (at < to) insert(table, keys[at * 2] as number, keys[at * 2 + 1] as number)
  }
}

function updateKnown(table: GroupTable, from: number, to: number): number {
  const { indexBase, mask, rowBase } = table
  for (let i = from; i < to; i++) {
    const low = keys[i * 2] as number
    const high = keys[i * 2 + 1] as number
    let slot = hash64(low, high) & mask
    let row = index[indexBase + slot] as number
    while (row !== 0) {
      const at = (rowBase + row) * (rowElements * 2)
      if (rows32[at] === low && rows32[at + 1] === high) break
      slot = (slot + 1) & mask
      row = index[indexBase + slot] as number
    }
    if (row === 0) return i
    const at = (rowBase + row) * rowElements
    const value = values[i] as bigint
    rows64[at + 1] = BigInt.asIntN(64, (rows64[at + 1] as bigint) + 1n)
    const sum = rows64[at + 2] as bigint
    const next = BigInt.asIntN(64, sum + value)
    rows64[at + 2] = next
    if (((sum ^ next) & (value ^ next)) < 0n)
      rows64[at + 3] = BigInt.asIntN(64, (rows64[at + 3] as bigint) + (value < 0n ? -1n : 1n))
    if (value < (rows64[at + 4] as bigint)) rows64[at + 4] = value
    if (value > (rows64[at + 5] as bigint)) rows64[at + 5] = value
  }
  return to
}

export function* hashes(table: GroupTable, window: bigint): Generator<bigint> {
  for (let row = 1; row <= table.count; row++) {
    const at = (table.rowBase + row) * rowElements
    const r = rows64.subarray(at, at + rowElements)
    yield hashOf(window, r[0] as bigint, r[1] as bigint, r[2] as bigint, r[4] as bigint, r[5] as bigint)
  }
}

function insert(table: GroupTable, low: number, high: number): void {
  if (table.count === table.capacity) grow(table)
  const row = ++table.count
  place(table, row, hash64(low, high))
  const at = (table.rowBase + row) * rowElements
  rows32[at * 2] = low
  rows32[at * 2 + 1] = high
  rows64.fill(0n, at + 1, at + 4)
  rows64[at + 4] = 0x7fffffffffffffffn
  rows64[at + 5] = -0x7fffffffffffffffn
}

/** Only the newest table grows in place: enough for these cases, whose windows hold 1,000 keys. */
function grow(table: GroupTable): void {
  if (table.rowBase + table.capacity + 1 !== nextRow) throw new Error('only the newest table grows')
  index.fill(0, table.indexBase, table.indexBase + table.mask + 1)
  table.mask = table.mask * 2 + 1
  nextIndex = table.indexBase + table.mask + 1
  table.capacity = Math.floor((table.mask + 1) * 0.7)
  nextRow = table.rowBase + table.capacity + 1
  for (let row = 1; row <= table.count; row++) {
    const at = (table.rowBase + row) * rowElements * 2
    place(table, row, hash64(rows32[at] as number, rows32[at + 1] as number))
  }
}

function place(table: GroupTable, row: number, hash: number): void {
  let slot = hash & table.mask
  while (index[table.indexBase + slot] !== 0) slot = (slot + 1) & table.mask
  index[table.indexBase + slot] = row
}

function hash64(low: number, high: number): number {
  let h = Math.imul(low, 0x85ebca6b) ^ Math.imul(high, 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  return h ^ (h >>> 13)
}
