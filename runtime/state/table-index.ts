import { assert } from '../../sql/base/assert.ts'
import { rowOffsets, rowRun, slotDeleted, slotTagMask, tableHeader } from '../abi/state.ts'
import { orderOf } from '../memory/page-allocator.ts'
import type { WorkerMemory } from '../memory/worker-memory.ts'
import { firstPlace, listRows } from './row-run.ts'

/**
 * The index of a table: open addressing over u32 slots (layout: runtime/abi/state.ts).
 *
 * Growing. A small index is rebuilt at once. From `stepwiseSlots` on that would take more than a fraction of a millisecond, so the next index is
 * filled in steps while the one in use goes on as ever: it has room for what comes meanwhile, and no probe and no kernel knows about the next one. Filling
 * goes through the rows in their own order, because each holds its hash: that reads memory from front to back, where going through the slots
 * would jump about. New rows lie behind the ones that are yet to be filled in, so only rows that reuse a freed place are entered in both. After the last row the next index
 * is the one in use.
 *
 * Kernels fill in `rowsPerBlock` rows before each block (`advanceIndex`); tables that no block is begun for (those of DISTINCT) fill in `rowsPerStep` every `insertsPerStep`
 * inserts, which is what `growAt` stands for meanwhile.
 *
 * Rejected: probing both indexes, moving what was missed (a quarter of group-1m went into it); extendible hashing in segments (a dependent
 * load more on every probe).
 *
 * Watched by bench/kernel group-1m.
 */
const h = tableHeader
/** Of slots, when the next index is begun. Until that is in use, this one becomes less than 0.8 full. */
const loadMax = 0.65
const stepwiseSlots = 1 << 15
/** A tenth of a millisecond, or two. */
const rowsPerBlock = 1 << 12
const insertsPerStep = 64
const rowsPerStep = 512
/** Of the next index, before rows are filled in: as long, where the system has to give the memory. */
const slotsClearedPerBlock = 1 << 17
const slotsClearedPerStep = 1 << 14
/** Rows whose slots are looked up side by side. */
const rowsSideBySide = 256
/** Up to this size an index grows by four: its entries move half as often, and it still fits the caches. */
const quadruplingSlotsMax = 1 << 18

/** The first index lies in the first page run, zeroed. */
export function initIndex({ views: { i32 } }: WorkerMemory, table: number): void {
  i32[(table + h.indexAddress) >>> 2] = (i32[(table + h.firstPage) >>> 2] as number) + rowRun.firstIndex
  i32[(table + h.indexMask) >>> 2] = rowRun.firstIndexSlots - 1
  i32[(table + h.growAt) >>> 2] = growAtOf(rowRun.firstIndexSlots)
}

/** To be called before a row is made and inserted: grows the index, or goes on with that, when it is time. */
export function prepareIndex(memory: WorkerMemory, table: number): void {
  const { i32 } = memory.views
  const used = i32[(table + h.usedSlots) >>> 2] as number
  if (used < (i32[(table + h.growAt) >>> 2] as number)) return
  if (i32[(table + h.nextIndexAddress) >>> 2] === 0) {
    beginNext(memory, table)
    if ((i32[(table + h.indexMask) >>> 2] as number) < stepwiseSlots - 1) {
      clearNext(i32, table, 1 << 30)
      fillNext(memory, table, 1 << 30)
      return
    }
  }
  i32[(table + h.growAt) >>> 2] = used + insertsPerStep
  if (!clearNext(i32, table, slotsClearedPerStep)) fillNext(memory, table, rowsPerStep)
}

/** Before a block: goes on with filling the next index, if there is one. */
export function advanceIndex(memory: WorkerMemory, table: number): void {
  const { i32 } = memory.views
  if (i32[(table + h.nextIndexAddress) >>> 2] === 0) return
  if (!clearNext(i32, table, slotsClearedPerBlock)) fillNext(memory, table, rowsPerBlock)
}

/** Places `row` under `hash`; the caller knows that its key is absent, and has prepared the index. */
export function indexInsert(
  { views: { i32 } }: WorkerMemory,
  table: number,
  { row, hash, place }: { readonly row: number; readonly hash: number; readonly place: 'fresh' | 'reused' },
): void {
  i32[(row + rowOffsets.hash) >>> 2] = hash
  const used = (table + h.usedSlots) >>> 2
  i32[used] = (i32[used] as number) + placeEntry(i32, currentIndex(i32, table), { row, hash })
  // filling may be past a row whose place is reused
  if (place === 'fresh' || !isFilling(i32, table)) return
  const nextUsed = (table + h.nextIndexUsed) >>> 2
  i32[nextUsed] = (i32[nextUsed] as number) + placeEntry(i32, nextIndex(i32, table), { row, hash })
}

/** Takes `row` out of the index, and out of the next one, where it may be. */
export function indexRemove({ views: { i32 } }: WorkerMemory, table: number, row: number): void {
  const hash = i32[(row + rowOffsets.hash) >>> 2] as number
  const cell = findEntry(i32, currentIndex(i32, table), { row, hash })
  assert(cell !== -1, 'an indexed row is in the index')
  i32[cell] = slotDeleted
  if (!isFilling(i32, table)) return
  const next = findEntry(i32, nextIndex(i32, table), { row, hash })
  if (next !== -1) i32[next] = slotDeleted
}

/** Is there a next index that has been cleared? */
function isFilling(i32: Int32Array, table: number): boolean {
  const cleared = i32[(table + h.nextIndexCleared) >>> 2] as number
  return i32[(table + h.nextIndexAddress) >>> 2] !== 0 && cleared > (i32[(table + h.nextIndexMask) >>> 2] as number)
}

export function releaseIndex(memory: WorkerMemory, table: number): void {
  const { i32 } = memory.views
  releaseSlots(memory, table, i32[(table + h.indexAddress) >>> 2] as number)
  const next = i32[(table + h.nextIndexAddress) >>> 2] as number
  if (next !== 0) memory.pages.release(next)
}

/** The first index is part of the first page run. */
function releaseSlots(memory: WorkerMemory, table: number, index: number): void {
  const first = memory.views.i32[(table + h.firstPage) >>> 2] as number
  if (index !== 0 && index !== first + rowRun.firstIndex) memory.pages.release(index)
}

/** Begins an index that has room: twice as large or more, or as large as it was when most slots are deleted ones. */
function beginNext(memory: WorkerMemory, table: number): void {
  const { i32 } = memory.views
  const slots = (i32[(table + h.indexMask) >>> 2] as number) + 1
  const live = i32[(table + h.rowCount) >>> 2] as number
  const factor = slots <= quadruplingSlotsMax ? 4 : 2
  const wanted = live > slots * loadMax * 0.5 ? slots * factor : slots
  // a page holds 16,384 slots: an index outside the first run never has fewer, so that it owns whole pages
  const size = Math.max(wanted, 1 << 14)
  i32[(table + h.nextIndexAddress) >>> 2] = memory.pages.takeAsItIs(
    i32[(table + h.owner) >>> 2] as number,
    orderOf(size * 4),
  )
  i32[(table + h.nextIndexMask) >>> 2] = size - 1
  i32[(table + h.nextIndexUsed) >>> 2] = 0
  i32[(table + h.nextIndexCleared) >>> 2] = 0
  i32[(table + h.nextIndexFrom) >>> 2] = firstPlace(i32, table)
}

/**
 * Clears the next `count` slots; false when all are. In steps, because the first rows reach all parts of the index: the system, which gives memory when it
 * is first written, would give nearly all of it at once, and each page twice, because it is read before.
 */
function clearNext(i32: Int32Array, table: number, count: number): boolean {
  const { base, mask } = nextIndex(i32, table)
  const cleared = (table + h.nextIndexCleared) >>> 2
  const from = i32[cleared] as number
  if (from > mask) return false
  const to = Math.min(mask + 1, from + count)
  i32.fill(0, base + from, base + to)
  i32[cleared] = to
  return true
}

/** Fills in the next `count` rows; after the last, the next index is the one in use. */
function fillNext(memory: WorkerMemory, table: number, count: number): void {
  const { i32 } = memory.views
  const batch = new Batch()
  const next = nextIndex(i32, table)
  const from = (table + h.nextIndexFrom) >>> 2
  const used = (table + h.nextIndexUsed) >>> 2
  for (let done = 0; done < count && i32[from] !== 0; done += batch.rows.length) {
    const listed = listRows(i32, table, { from: i32[from] as number, rows: batch.rows })
    i32[used] = (i32[used] as number) + placeBatch(i32, next, { batch, count: listed.count })
    i32[from] = listed.next
  }
  if (i32[from] === 0) useNext(memory, table)
}

function useNext(memory: WorkerMemory, table: number): void {
  const { i32 } = memory.views
  const mask = i32[(table + h.nextIndexMask) >>> 2] as number
  releaseSlots(memory, table, i32[(table + h.indexAddress) >>> 2] as number)
  i32[(table + h.indexAddress) >>> 2] = i32[(table + h.nextIndexAddress) >>> 2] as number
  i32[(table + h.indexMask) >>> 2] = mask
  i32[(table + h.usedSlots) >>> 2] = i32[(table + h.nextIndexUsed) >>> 2] as number
  i32[(table + h.growAt) >>> 2] = growAtOf(mask + 1)
  i32[(table + h.nextIndexAddress) >>> 2] = 0
}

function growAtOf(slots: number): number {
  return Math.floor(slots * loadMax)
}

class Batch {
  readonly rows = new Int32Array(rowsSideBySide)
  readonly hashes = new Int32Array(rowsSideBySide)
  readonly entries = new Int32Array(rowsSideBySide)
}

/** In three loops, so that the waits for slots overlap: how many slots have come into use. */
function placeBatch(
  i32: Int32Array,
  index: Index,
  { batch: { rows, hashes, entries }, count }: { readonly batch: Batch; readonly count: number },
): number {
  const { base, mask } = index
  for (let at = 0; at < count; at++) hashes[at] = i32[((rows[at] as number) + rowOffsets.hash) >>> 2] as number
  for (let at = 0; at < count; at++) entries[at] = i32[base + ((hashes[at] as number) & mask)] as number
  let placed = 0
  for (let at = 0; at < count; at++) {
    const hash = hashes[at] as number
    const row = rows[at] as number
    placed += placeEntry(i32, index, { row, hash })
  }
  return placed
}

interface Index {
  /** Of the first slot, in words. */
  readonly base: number
  readonly mask: number
}

function currentIndex(i32: Int32Array, table: number): Index {
  return {
    base: (i32[(table + h.indexAddress) >>> 2] as number) >>> 2,
    mask: i32[(table + h.indexMask) >>> 2] as number,
  }
}

function nextIndex(i32: Int32Array, table: number): Index {
  return {
    base: (i32[(table + h.nextIndexAddress) >>> 2] as number) >>> 2,
    mask: i32[(table + h.nextIndexMask) >>> 2] as number,
  }
}

interface Entry {
  readonly row: number
  readonly hash: number
}

function entryOf({ row, hash }: Entry): number {
  return (hash & slotTagMask) | (row >>> 3)
}

/** Into the first empty slot, unless it is there: 1, or 0 if it was. */
function placeEntry(i32: Int32Array, { base, mask }: Index, what: Entry): 0 | 1 {
  const entry = entryOf(what)
  for (let slot = what.hash & mask; ; slot = (slot + 1) & mask) {
    const found = i32[base + slot] as number
    if (found === entry) return 0
    if (found !== 0) continue
    i32[base + slot] = entry
    return 1
  }
}

/** Cell of the entry in this index, -1 when it is not there. */
function findEntry(i32: Int32Array, { base, mask }: Index, what: Entry): number {
  const entry = entryOf(what)
  for (let slot = what.hash & mask; ; slot = (slot + 1) & mask) {
    const found = i32[base + slot] as number
    if (found === entry) return base + slot
    if (found === 0) return -1
  }
}
