import { dirtyMapAddress } from '../abi/memory.ts'
import { rowFreeBit, rowOffsets, rowRun, tableHeader } from '../abi/state.ts'
import type { WorkerMemory } from '../memory/worker-memory.ts'
import { orderOf } from '../memory/page-allocator.ts'
import { releaseBytes, releaseRowBytes } from './row-bytes.ts'
import { firstPlace, liveFrom, runSizeOf } from './row-run.ts'
import { indexInsert, indexRemove, initIndex, prepareIndex, releaseIndex } from './table-index.ts'

/**
 * Row stores: dense rows in a chain of page runs (layout: runtime/abi/state.ts). A table is its header's address; these are free functions
 * over the worker's memory, so that generated kernels, the library and the runtime share one state and nothing is mirrored in objects.
 */
const h = tableHeader

export interface TableShape {
  readonly rowSizeBytes: number
  /** Owner of its pages. */
  readonly owner: number
  /** Address of the list of view fields (tableHeader.viewFields), 0 for none. */
  readonly viewFields: number
  /** Address of its order (rowOrder), 0 for none. */
  readonly order: number
}

/** Makes an empty table of the header at `table`, which is zeroed memory. Takes its first page run. */
export function initTable(memory: WorkerMemory, table: number, shape: TableShape): void {
  const { i32 } = memory.views
  i32.fill(0, table >>> 2, (table + h.sizeBytes) >>> 2)
  i32[(table + h.rowSizeBytes) >>> 2] = shape.rowSizeBytes
  i32[(table + h.owner) >>> 2] = shape.owner
  i32[(table + h.viewFields) >>> 2] = shape.viewFields
  i32[(table + h.order) >>> 2] = shape.order
  addRun(memory, table)
  initIndex(memory, table)
}

/** A zeroed row outside any index. */
export function appendRow(memory: WorkerMemory, table: number): number {
  const { i32 } = memory.views
  i32[(table + h.rowCount) >>> 2] = (i32[(table + h.rowCount) >>> 2] as number) + 1
  const free = i32[(table + h.freeRow) >>> 2] as number
  const size = i32[(table + h.rowSizeBytes) >>> 2] as number
  if (free !== 0) {
    i32[(table + h.freeRow) >>> 2] = i32[(free + rowOffsets.fields) >>> 2] as number
    i32.fill(0, free >>> 2, (free + size) >>> 2)
    markDirty(memory, free)
    return free
  }
  if ((i32[(table + h.cursor) >>> 2] as number) + size > (i32[(table + h.cursorEnd) >>> 2] as number))
    addRun(memory, table)
  const row = i32[(table + h.cursor) >>> 2] as number
  i32[(table + h.cursor) >>> 2] = row + size
  markDirty(memory, row)
  return row
}

/** Takes an indexed row out and frees it with its long strings. */
export function removeRow(memory: WorkerMemory, table: number, row: number): void {
  indexRemove(memory, table, row)
  freeRow(memory, table, row)
}

/** A zeroed row under `hash`, whose key the caller knows to be absent. */
export function insertRow(memory: WorkerMemory, table: number, hash: number): number {
  prepareIndex(memory, table)
  const place = memory.views.i32[(table + h.freeRow) >>> 2] === 0 ? 'fresh' : 'reused'
  const row = appendRow(memory, table)
  indexInsert(memory, table, { row, hash, place })
  return row
}

/** Puts a row that no index mentions on the free list. */
function freeRow(memory: WorkerMemory, table: number, row: number): void {
  const { i32 } = memory.views
  releaseRowBytes(memory, table, row)
  i32[(row + rowOffsets.flags) >>> 2] = rowFreeBit
  i32[(row + rowOffsets.fields) >>> 2] = i32[(table + h.freeRow) >>> 2] as number
  i32[(table + h.freeRow) >>> 2] = row
  i32[(table + h.rowCount) >>> 2] = (i32[(table + h.rowCount) >>> 2] as number) - 1
  markDirty(memory, row)
}

/** The live row at or after `row` in order of insertion (free slots are reused), 0 at the end. Start with `firstRow`. */
export function nextRow(memory: WorkerMemory, table: number, row: number): number {
  const { i32 } = memory.views
  return liveFrom(i32, table, row + (i32[(table + h.rowSizeBytes) >>> 2] as number))
}

export function firstRow(memory: WorkerMemory, table: number): number {
  const { i32 } = memory.views
  return liveFrom(i32, table, firstPlace(i32, table))
}

/** Gives back every page of the table; the header is dead until `initTable`. */
export function releaseTable(memory: WorkerMemory, table: number): void {
  const { i32 } = memory.views
  releaseIndex(memory, table)
  releaseBytes(memory, table)
  for (let run = i32[(table + h.firstPage) >>> 2] as number; run !== 0;) {
    const next = i32[(run + rowRun.next) >>> 2] as number
    memory.pages.release(run)
    run = next
  }
  i32.fill(0, table >>> 2, (table + h.sizeBytes) >>> 2)
}

function markDirty(memory: WorkerMemory, address: number): void {
  memory.views.u8[dirtyMapAddress + (address >>> 16)] = 1
}

function addRun(memory: WorkerMemory, table: number): void {
  const { i32 } = memory.views
  const size = i32[(table + h.rowSizeBytes) >>> 2] as number
  const last = i32[(table + h.lastPage) >>> 2] as number
  const rows = last === 0 ? rowRun.firstRowOffset : rowRun.rows
  const run = memory.pages.take(i32[(table + h.owner) >>> 2] as number, orderOf(rowRun.firstRowOffset + size))
  if (last === 0) i32[(table + h.firstPage) >>> 2] = run
  else {
    i32[(last + rowRun.next) >>> 2] = run
    markDirty(memory, last)
  }
  i32[(table + h.lastPage) >>> 2] = run
  i32[(table + h.cursor) >>> 2] = run + rows
  i32[(table + h.cursorEnd) >>> 2] = run + runSizeOf(size)
}
