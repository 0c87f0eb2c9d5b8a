import { assert } from '../../sql/base/assert.ts'
import { rowOffsets, rowRun, slotDeleted, slotRowMask, slotTagMask, tableHeader } from '../abi/state.ts'
import { orderOf } from '../memory/page-allocator.ts'
import type { WorkerMemory } from '../memory/worker-memory.ts'

/**
 * The index of a table: open addressing over u32 slots (layout: runtime/abi/state.ts).
 *
 * Growing. A small index is rebuilt at once. From `stepwiseSlots` on that would take more than a fraction of a millisecond, so the old index stays
 * beside the new one and is moved in steps: each insert moves `slotsPerInsert` slots, and a probe that missed moves
 * the one cluster of the old index in which its key can be (`migrateHash`). Moved slots turn into deleted ones, so that old
 * clusters keep their shape. A probe that hits never notices. Kernels besides move `slotsPerBlock` slots before each block (`advanceIndex`),
 * because many at once cost a tenth each: their waits for memory overlap. Rejected: extendible hashing in segments (a dependent load more on every probe).
 *
 * Watched by bench/kernel group-by-1m.
 */
const h = tableHeader
const loadMax = 0.7
const stepwiseSlots = 1 << 15
// enough to be done before the new index is full; each move reads a row that is not in the cache, so the rest is left to advanceIndex
const slotsPerInsert = 4
// a fifth of a millisecond
const slotsPerBlock = 1 << 14
/** Slots whose rows are looked up side by side. */
const slotsSideBySide = 256
/** Up to this size an index grows by four: its entries move half as often, and it still fits the caches. */
const quadruplingSlotsMax = 1 << 18

/** Places `row` under `hash`; the caller knows that its key is absent. */
export function indexInsert(
  memory: WorkerMemory,
  table: number,
  { row, hash }: { readonly row: number; readonly hash: number },
): void {
  const { i32 } = memory.views
  i32[(row + rowOffsets.hash) >>> 2] = hash
  if (i32[(table + h.oldIndexAddress) >>> 2] !== 0) moveStep(memory, table, slotsPerInsert)
  if ((i32[(table + h.usedSlots) >>> 2] as number) >= (i32[(table + h.growAt) >>> 2] as number))
    growIndex(memory, table)
  placeRow(i32, table, row)
}

/** True when rows of this hash moved into the index from the one it replaces. */
export function migrateHash(memory: WorkerMemory, table: number, hash: number): boolean {
  const { i32 } = memory.views
  const old = i32[(table + h.oldIndexAddress) >>> 2] as number
  if (old === 0) return false
  const mask = i32[(table + h.oldIndexMask) >>> 2] as number
  let moved = false
  for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
    const entry = i32[(old >>> 2) + slot] as number
    if (entry === 0) break
    if (entry === slotDeleted) continue
    moveSlot(i32, table, (old >>> 2) + slot)
    moved = true
  }
  return moved
}

/** Moves many slots of the index that is being replaced, if there is one. */
export function advanceIndex(memory: WorkerMemory, table: number): void {
  if (memory.views.i32[(table + h.oldIndexAddress) >>> 2] !== 0) moveStep(memory, table, slotsPerBlock)
}

/** Takes `row` out of the index. */
export function indexRemove(memory: WorkerMemory, table: number, row: number): void {
  const { i32 } = memory.views
  const hash = i32[(row + rowOffsets.hash) >>> 2] as number
  const entry = (hash & slotTagMask) | (row >>> 3)
  const index = {
    base: (i32[(table + h.indexAddress) >>> 2] as number) >>> 2,
    mask: i32[(table + h.indexMask) >>> 2] as number,
  }
  let cell = findEntry(i32, index, { hash, entry })
  if (cell === -1) {
    const old = {
      base: (i32[(table + h.oldIndexAddress) >>> 2] as number) >>> 2,
      mask: i32[(table + h.oldIndexMask) >>> 2] as number,
    }
    assert(old.base !== 0, 'an indexed row is in an index')
    cell = findEntry(i32, old, { hash, entry })
    assert(cell !== -1, 'an indexed row is in an index')
  }
  i32[cell] = slotDeleted
}

export function releaseIndex(memory: WorkerMemory, table: number): void {
  const { i32 } = memory.views
  const first = i32[(table + h.firstPage) >>> 2] as number
  const index = i32[(table + h.indexAddress) >>> 2] as number
  const old = i32[(table + h.oldIndexAddress) >>> 2] as number
  if (index !== 0 && index !== first + rowRun.firstIndex) memory.pages.release(index)
  if (old !== 0 && old !== first + rowRun.firstIndex) memory.pages.release(old)
}

/** Replaces the index by one that has room: twice as large, or as large as it was when most slots are deleted ones. */
function growIndex(memory: WorkerMemory, table: number): void {
  const { i32 } = memory.views
  if (i32[(table + h.oldIndexAddress) >>> 2] !== 0) moveStep(memory, table, 1 << 30)
  const old = i32[(table + h.indexAddress) >>> 2] as number
  const oldSlots = (i32[(table + h.indexMask) >>> 2] as number) + 1
  const live = i32[(table + h.rowCount) >>> 2] as number
  const factor = oldSlots <= quadruplingSlotsMax ? 4 : 2
  const slots = live > oldSlots * loadMax * 0.5 ? oldSlots * factor : oldSlots
  // a page holds 16,384 slots: an index outside the first run never has fewer, so that it owns whole pages
  const size = Math.max(slots, 1 << 14)
  i32[(table + h.indexAddress) >>> 2] = memory.pages.take(i32[(table + h.owner) >>> 2] as number, orderOf(size * 4))
  i32[(table + h.indexMask) >>> 2] = size - 1
  i32[(table + h.growAt) >>> 2] = Math.floor(size * loadMax)
  i32[(table + h.usedSlots) >>> 2] = 0
  i32[(table + h.oldIndexAddress) >>> 2] = old
  i32[(table + h.oldIndexMask) >>> 2] = oldSlots - 1
  i32[(table + h.oldIndexMoved) >>> 2] = 0
  moveStep(memory, table, oldSlots >= stepwiseSlots ? slotsPerInsert : oldSlots)
}

/** Moves the next `count` slots of the index that is being replaced, and drops it after the last. */
function moveStep(memory: WorkerMemory, table: number, count: number): void {
  const { i32 } = memory.views
  const old = i32[(table + h.oldIndexAddress) >>> 2] as number
  const slots = (i32[(table + h.oldIndexMask) >>> 2] as number) + 1
  const from = i32[(table + h.oldIndexMoved) >>> 2] as number
  const to = Math.min(slots, from + count)
  const cells = { from: (old >>> 2) + from, to: (old >>> 2) + to }
  if (count > slotsPerInsert) moveSlots(i32, table, cells)
  else moveFewSlots(i32, table, cells)
  i32[(table + h.oldIndexMoved) >>> 2] = to
  if (to < slots) return
  i32[(table + h.oldIndexAddress) >>> 2] = 0
  if (old !== (i32[(table + h.firstPage) >>> 2] as number) + rowRun.firstIndex) memory.pages.release(old)
}

/** Many slots at once, in three loops, so that the waits for rows overlap, and then those for slots of the new index. */
function moveSlots(i32: Int32Array, table: number, { from, to }: { readonly from: number; readonly to: number }): void {
  const base = (i32[(table + h.indexAddress) >>> 2] as number) >>> 2
  const mask = i32[(table + h.indexMask) >>> 2] as number
  const hashes = new Int32Array(slotsSideBySide)
  const first = new Int32Array(slotsSideBySide)
  for (let start = from; start < to; start += slotsSideBySide) {
    const count = Math.min(slotsSideBySide, to - start)
    // slots that are not in use name addresses that can be read, too
    for (let index = 0; index < count; index++) hashes[index] = hashOf(i32, start + index)
    for (let index = 0; index < count; index++) first[index] = i32[base + ((hashes[index] as number) & mask)] as number
    for (let index = 0; index < count; index++) {
      const entry = i32[start + index] as number
      if (entry === 0 || entry === slotDeleted) continue
      i32[start + index] = slotDeleted
      const hash = hashes[index] as number
      // what was taken before is taken still
      placeEntry(i32, table, { entry, slot: first[index] === 0 ? hash & mask : (hash + 1) & mask })
    }
  }
}

/** Of the row that a slot names. */
function hashOf(i32: Int32Array, cell: number): number {
  return i32[(((i32[cell] as number) & slotRowMask) << 1) + (rowOffsets.hash >>> 2)] as number
}

function moveFewSlots(
  i32: Int32Array,
  table: number,
  { from, to }: { readonly from: number; readonly to: number },
): void {
  for (let cell = from; cell < to; cell++) {
    const entry = i32[cell] as number
    if (entry !== 0 && entry !== slotDeleted) moveSlot(i32, table, cell)
  }
}

function moveSlot(i32: Int32Array, table: number, cell: number): void {
  const row = ((i32[cell] as number) & slotRowMask) << 3
  i32[cell] = slotDeleted
  placeRow(i32, table, row)
}

function placeRow(i32: Int32Array, table: number, row: number): void {
  const hash = i32[(row + rowOffsets.hash) >>> 2] as number
  const slot = hash & (i32[(table + h.indexMask) >>> 2] as number)
  placeEntry(i32, table, { entry: (hash & slotTagMask) | (row >>> 3), slot })
}

/** Into the first empty slot from `slot` on. */
function placeEntry(
  i32: Int32Array,
  table: number,
  { entry, slot }: { readonly entry: number; readonly slot: number },
): void {
  const base = (i32[(table + h.indexAddress) >>> 2] as number) >>> 2
  const mask = i32[(table + h.indexMask) >>> 2] as number
  let at = slot
  while (i32[base + at] !== 0) at = (at + 1) & mask
  i32[base + at] = entry
  i32[(table + h.usedSlots) >>> 2] = (i32[(table + h.usedSlots) >>> 2] as number) + 1
}

interface IndexPart {
  readonly base: number
  readonly mask: number
}

/** Cell of the entry in this index, -1 when it is not there. */
function findEntry(
  i32: Int32Array,
  { base, mask }: IndexPart,
  wanted: { readonly hash: number; readonly entry: number },
): number {
  for (let slot = wanted.hash & mask; ; slot = (slot + 1) & mask) {
    const found = i32[base + slot] as number
    if (found === wanted.entry) return base + slot
    if (found === 0) return -1
  }
}
