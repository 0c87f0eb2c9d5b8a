/**
 * Keyed state: rows that never move plus a derived index, both in 64 KiB pages (kernels.md section 4). Written
 * by generated kernels and by the state library alike, so the layout is stated once, here.
 *
 * Row: dense, 8-aligned, never moves; its address is its handle.
 *
 * | offset | size | what |
 * |---|---|---|
 * | 0 | 4 | hash of the key (i32), so that growing and deleting need no generated code |
 * | 4 | 4 | flags: bit 0 touched in this batch; bit 1 free (deleted, on the free list); bits 2..31 validity of nullable fields (1 = not NULL), more words follow as fields when needed |
 * | 8 | .. | key fields, then accumulators, in the order of falling alignment |
 *
 * Index: power-of-two array of u32 slots, linear probing from `hash & mask`, load < 0.8. Slot 0 = empty,
 * `slotDeleted` = deleted, else `(hash & tagMask) | (row >>> 3)`: 28 bits of address, the hash's top 4 bits as tag. Beside a large index that is
 * nearly full the library fills the next one step by step; probes know nothing of it.
 */
export const rowOffsets = { hash: 0, flags: 4, fields: 8 } as const
export const rowTouchedBit = 1
export const rowFreeBit = 2
/** First bit of the flags word that fields may use. */
export const rowFirstValidityBit = 2
export const slotTagMask = 0xf0000000 | 0
export const slotRowMask = 0x0fffffff
/** Row number 1 can never be: page 0 is not state. */
export const slotDeleted = 1

/**
 * A run of row pages: link to the next run (i32, 0 at the end), then rows, from the next cache line on. The first run of a table also
 * holds its first index, so that a small pane costs one page; its first row is therefore at `firstRowOffset`. That index has room for many times the
 * groups that most panes have: a collision is a mispredicted branch for every row of the key that comes second.
 */
export const rowRun = { next: 0, rows: 64, firstIndex: 64, firstIndexSlots: 512, firstRowOffset: 64 + 512 * 4 } as const

/** Long strings of rows lie in cells of 2^class bytes (runtime/state/row-bytes.ts); from bytesClassMax on they have page runs of their own. */
export const bytesClassMin = 4
export const bytesClassMax = 16

/** One table. A pane (one window of an aggregate) is `tableCount` consecutive headers: the groups, then the tables of aggregates that keep values (DISTINCT, ordered values). */
export const tableHeader = {
  indexAddress: 0,
  indexMask: 4,
  /** live rows */
  rowCount: 8,
  /** live + deleted slots at which inserting is left to the library, which grows the index or goes on with that */
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
  /** bytesClassMax - bytesClassMin heads of free string cells, by class */
  bytesFree: 72,
  /** first page run that holds a single string */
  bytesFirstRun: 120,
  /** owner of its pages */
  owner: 124,
  /** while a large index grows: the one that will replace it (0: none), its mask, and how many of its slots are used */
  nextIndexAddress: 128,
  nextIndexMask: 132,
  nextIndexUsed: 136,
  /** address of the i32 list of view fields of a row: count, then offsets; 0 when there are none */
  viewFields: 140,
  /** address of the order in which the table keeps its rows (`rowOrder`), 0 when it keeps none */
  order: 144,
  /** 1: the window has closed and its rows have been shown, but late ones may still change them */
  shown: 148,
  /** the place of the first row that is not in the next index yet */
  nextIndexFrom: 152,
  /** slots of the next index that have been cleared */
  nextIndexCleared: 156,
  sizeBytes: 160,
} as const

/**
 * The order of a table's rows, as i32: offsets in the row of the links that keep it (a tree: left, right, parent), then the number of keys and the
 * keys, each of `orderKey.sizeBytes`. Rows that are equal in all keys must not be in one tree.
 */
export const rowOrder = { left: 0, right: 4, parent: 8, keyCount: 12, keys: 16 } as const

/** `memory` is a number of `orderMemories`; validMask 0: never NULL; direction: -1 descending; nulls: -1 before values, 1 behind them. */
export const orderKey = {
  memory: 0,
  offset: 4,
  validOffset: 8,
  validMask: 12,
  direction: 16,
  nulls: 20,
  sizeBytes: 24,
} as const

/** How the field of an order key lies in the row, and so how it compares: i64 and i128 signed, NaN above all numbers, views by bytes, intervals by length. */
export const orderMemories = { i32: 0, i64: 1, u64: 2, f64: 3, i128: 4, view: 5, interval: 6 } as const
export type OrderMemory = keyof typeof orderMemories

/** Control block of a stateful operator: what its kernels and the runtime tell each other. */
export const controlBlock = {
  /** address of the pane in use (its first table header), 0 for none */
  pane: 0,
  /** rows dropped because their window was finished (the runtime drains it after each block) */
  lateDropped: 4,
  /** touched list: count of entries, address of the first; entries are `touchedEntry` */
  touchedCount: 12,
  touchedBase: 16,
  /** operator number, for library calls that come back to the runtime */
  operator: 20,
  /** i64 the operator's watermark: greatest that came in band, before the block in hand; i64 window of `pane` (start > end: none) */
  watermark: 24,
  windowStart: 32,
  windowEnd: 40,
  /** i64 a row whose watermark is at least this is too late for the window of `pane` */
  windowFinish: 48,
  /** i64 least watermark of the other inputs (a union); i64 maximum for a single input */
  watermarkCap: 56,
  /** where the next snapshot of a touched row goes, and the end of that room; 0 and 0: `touch` finds some (runtime/state/operator-registry.ts) */
  snapshotCursor: 64,
  snapshotEnd: 68,
  /** the pane that was in use before (0: none) and its i64 bounds: rows out of order go back and forth between two windows */
  previousPane: 72,
  previousStart: 80,
  previousEnd: 88,
  previousFinish: 96,
  sizeBytes: 112,
} as const

/** A row touched in this batch: its address, the address of its snapshot (0: it is new), its table. At most one per row of a block. */
export const touchedEntry = { row: 0, snapshot: 4, table: 8, sizeBytes: 12 } as const

/**
 * Emit list: which rows an emit kernel shows, in order. `address` is a state row or a snapshot of one.
 * Arrays of blockRowsMax: i32 address at `addresses`, i32 weight at `weights`, i64 window start and end at `starts` and `ends`.
 */
export const emitList = { addresses: 0, weights: 4096, starts: 8192, ends: 16_384, sizeBytes: 24_576 } as const

/**
 * Before and after every instant: what stands for minus and plus infinity in watermarks and window bounds. Not the ends of i64, because one -2^63 in a
 * comparison makes V8 compare big integers on the heap from then on (docs/decisions/0008-instant-bounds.md). Years 1 to 9999 are within +-2^58 microseconds.
 */
export const instantMin: bigint = -(2n ** 62n)
export const instantMax: bigint = 2n ** 62n
/** Stands for a NULL event time in rows that callers push, where the column has no validity: ingest turns it into a row error. */
export const nullEventTime: bigint = instantMax + 1n
