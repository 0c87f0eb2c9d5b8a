/**
 * Keyed state: rows that never move plus a derived index, both in 64 KiB pages (kernels.md section 4). Written
 * by generated kernels and by the state library alike, so the layout is stated once, here.
 *
 * Row: dense, 8-aligned, never moves; its address is its handle.
 *
 * | offset | size | what |
 * |---|---|---|
 * | 0 | 4 | hash of the key (i32), so that growing and deleting need no generated code |
 * | 4 | 4 | flags: bit 0 touched in this batch; bits 1..31 validity of nullable fields (1 = not NULL), more words follow as fields when needed |
 * | 8 | .. | key fields, then accumulators, in the order of falling alignment |
 *
 * Index: power-of-two array of u32 slots, linear probing from `hash & mask`, load <= 0.7. Slot 0 = empty,
 * `slotDeleted` = deleted, else `(hash & tagMask) | (row >>> 3)`: 28 bits of address, the hash's top 4 bits as tag.
 */
export const rowOffsets = { hash: 0, flags: 4, fields: 8 } as const
export const rowTouchedBit = 1
export const slotTagMask = 0xf0000000 | 0
export const slotRowMask = 0x0fffffff
/** Row number 1 can never be: page 0 is not state. */
export const slotDeleted = 1

/** One table. A pane (one window of an aggregate) is `tableCount` consecutive headers: the groups, then one set per DISTINCT aggregate. */
export const tableHeader = {
  indexAddress: 0,
  indexMask: 4,
  /** live rows */
  rowCount: 8,
  /** live + deleted slots at which the library grows the index */
  growAt: 12,
  rowSizeBytes: 16,
  firstPage: 20,
  lastPage: 24,
  /** where the next fresh row goes, and the end of the last page */
  cursor: 28,
  cursorEnd: 32,
  freeRow: 36,
  /** string bytes of rows: current page's cursor and end, first page (pages are chained through their first 4 bytes) */
  bytesCursor: 40,
  bytesEnd: 44,
  bytesFirstPage: 48,
  usedSlots: 52,
  /** i64 micros; the whole range when there is no window */
  windowStart: 56,
  windowEnd: 64,
  sizeBytes: 128,
} as const

/** Control block of a stateful operator: what its kernels and the runtime tell each other. */
export const controlBlock = {
  /** address of the pane in use (its first table header), 0 for none */
  pane: 0,
  /** rows dropped as late (i32 counts wrap; the runtime drains them after each block) */
  lateDropped: 4,
  lateCounted: 8,
  /** addresses of touched-list entries: count, base */
  touchedCount: 12,
  touchedBase: 16,
  /** operator number, for library calls that come back to the runtime */
  operator: 20,
  /** i64 the operator's watermark: greatest seen; i64 window of `pane` */
  watermark: 24,
  windowStart: 32,
  windowEnd: 40,
  sizeBytes: 64,
} as const

/**
 * Emit list: which rows an emit kernel shows, in order. `address` is a state row or a snapshot of one.
 * Arrays of blockRowsMax: i32 address at `addresses`, i32 weight at `weights`, i64 window start and end at `starts` and `ends`.
 */
export const emitList = { addresses: 0, weights: 4096, starts: 8192, ends: 16_384, sizeBytes: 24_576 } as const
