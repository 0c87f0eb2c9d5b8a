import { pageSizeBytes } from '../abi/memory.ts'
import { bytesClassMax, bytesClassMin, tableHeader } from '../abi/state.ts'
import { viewInlineBytesMax, viewOffsets } from '../abi/view.ts'
import { orderOf } from '../memory/page-allocator.ts'
import type { WorkerMemory } from '../memory/worker-memory.ts'

/**
 * Long strings of rows: cells of 2^class bytes in the table's own pages, so that freeing a table frees them and a checkpoint sees them.
 *
 * ```
 * cell: [class i32][up to 2^class - 4 bytes]        class > bytesClassMax: a page run of its own
 * page: [next page i32, 12 unused][cells ..]
 * ```
 * A string that is replaced reuses its cell when it fits, else the cell goes to the free list of its class: what a table holds is bounded by
 * what its rows held at most.
 */
const h = tableHeader
const pageHeaderBytes = 16

/** Stores the string of `view` in the view cell at `field` of a row of `table`. What the cell held before is gone. */
export function storeView(
  memory: WorkerMemory,
  table: number,
  { field, view }: { readonly field: number; readonly view: number },
): void {
  const { i32, u8 } = memory.views
  const length = i32[(view + viewOffsets.length) >>> 2] as number
  const oldLength = i32[field >>> 2] as number
  const old = oldLength > viewInlineBytesMax ? (i32[(field + viewOffsets.address) >>> 2] as number) : 0
  if (length <= viewInlineBytesMax) {
    if (old !== 0) releaseCell(memory, table, old)
    for (let word = 0; word < 4; word++) i32[(field >>> 2) + word] = i32[(view >>> 2) + word] as number
    return
  }
  const source = i32[(view + viewOffsets.address) >>> 2] as number
  let target = old
  if (old === 0 || length > capacityOf(i32[(old - 4) >>> 2] as number)) {
    if (old !== 0) releaseCell(memory, table, old)
    target = takeCell(memory, table, length)
  }
  u8.copyWithin(target, source, source + length)
  i32[field >>> 2] = length
  i32[(field + viewOffsets.prefix) >>> 2] = i32[(view + viewOffsets.prefix) >>> 2] as number
  i32[(field + viewOffsets.address) >>> 2] = target
  i32[(field + viewOffsets.tail) >>> 2] = 0
}

/** Frees the long strings of a row. Its view cells are dead afterwards. */
export function releaseRowBytes(memory: WorkerMemory, table: number, row: number): void {
  const { i32 } = memory.views
  const list = (i32[(table + h.viewFields) >>> 2] as number) >>> 2
  const count = list === 0 ? 0 : (i32[list] as number)
  for (let index = 1; index <= count; index++) {
    const field = row + (i32[list + index] as number)
    if ((i32[field >>> 2] as number) > viewInlineBytesMax) {
      releaseCell(memory, table, i32[(field + viewOffsets.address) >>> 2] as number)
    }
  }
}

/** Gives back all pages that hold strings of the table. */
export function releaseBytes(memory: WorkerMemory, table: number): void {
  const { i32 } = memory.views
  for (const head of [h.bytesFirstPage, h.bytesFirstRun]) {
    for (let page = i32[(table + head) >>> 2] as number; page !== 0;) {
      const next = i32[page >>> 2] as number
      memory.pages.release(page)
      page = next
    }
  }
}

function takeCell(memory: WorkerMemory, table: number, length: number): number {
  const { i32 } = memory.views
  const sizeClass = Math.max(bytesClassMin, 32 - Math.clz32(length + 3))
  if (sizeClass >= bytesClassMax) return takeRun(memory, table, length)
  const head = (table + h.bytesFree + (sizeClass - bytesClassMin) * 4) >>> 2
  const free = i32[head] as number
  if (free !== 0) {
    i32[head] = i32[free >>> 2] as number
    return free
  }
  const size = 2 ** sizeClass
  if ((i32[(table + h.bytesCursor) >>> 2] as number) + size > (i32[(table + h.bytesEnd) >>> 2] as number))
    addPage(memory, table)
  const cell = i32[(table + h.bytesCursor) >>> 2] as number
  i32[(table + h.bytesCursor) >>> 2] = cell + size
  i32[cell >>> 2] = sizeClass
  return cell + 4
}

function addPage(memory: WorkerMemory, table: number): void {
  const { i32 } = memory.views
  const page = memory.pages.take(i32[(table + h.owner) >>> 2] as number)
  i32[page >>> 2] = i32[(table + h.bytesFirstPage) >>> 2] as number
  i32[(table + h.bytesFirstPage) >>> 2] = page
  i32[(table + h.bytesCursor) >>> 2] = page + pageHeaderBytes
  i32[(table + h.bytesEnd) >>> 2] = page + pageSizeBytes
}

/** A run for one string: next and previous run of the table, then, in the last word before the bytes, its class. */
function takeRun(memory: WorkerMemory, table: number, length: number): number {
  const { i32 } = memory.views
  const order = orderOf(length + pageHeaderBytes)
  const run = memory.pages.take(i32[(table + h.owner) >>> 2] as number, order)
  const next = i32[(table + h.bytesFirstRun) >>> 2] as number
  i32[run >>> 2] = next
  if (next !== 0) i32[(next + 4) >>> 2] = run
  i32[(table + h.bytesFirstRun) >>> 2] = run
  i32[(run + pageHeaderBytes - 4) >>> 2] = bytesClassMax + order
  return run + pageHeaderBytes
}

function capacityOf(sizeClass: number): number {
  return sizeClass < bytesClassMax
    ? 2 ** sizeClass - 4
    : (pageSizeBytes << (sizeClass - bytesClassMax)) - pageHeaderBytes
}

function releaseCell(memory: WorkerMemory, table: number, bytes: number): void {
  const { i32 } = memory.views
  const sizeClass = i32[(bytes - 4) >>> 2] as number
  if (sizeClass >= bytesClassMax) {
    releaseRun(memory, table, bytes - pageHeaderBytes)
    return
  }
  const head = (table + h.bytesFree + (sizeClass - bytesClassMin) * 4) >>> 2
  i32[bytes >>> 2] = i32[head] as number
  i32[head] = bytes
}

function releaseRun(memory: WorkerMemory, table: number, run: number): void {
  const { i32 } = memory.views
  const next = i32[run >>> 2] as number
  const previous = i32[(run + 4) >>> 2] as number
  if (previous === 0) i32[(table + h.bytesFirstRun) >>> 2] = next
  else i32[previous >>> 2] = next
  if (next !== 0) i32[(next + 4) >>> 2] = previous
  memory.pages.release(run)
}
