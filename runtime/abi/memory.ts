/**
 * One linear memory per worker. It is reserved at its full size and never grows: the operating system gives
 * pages when they are first touched, so an unused gigabyte costs nothing, and no typed array ever goes stale.
 * All addresses are byte offsets below 2^31, so that they stay small non-negative integers in JavaScript.
 */
export interface MemoryViews {
  readonly memory: WebAssembly.Memory
  readonly u8: Uint8Array<ArrayBufferLike>
  readonly i8: Int8Array<ArrayBufferLike>
  readonly u16: Uint16Array<ArrayBufferLike>
  readonly i16: Int16Array<ArrayBufferLike>
  readonly i32: Int32Array<ArrayBufferLike>
  readonly u32: Uint32Array<ArrayBufferLike>
  readonly f32: Float32Array<ArrayBufferLike>
  readonly f64: Float64Array<ArrayBufferLike>
  readonly i64: BigInt64Array<ArrayBufferLike>
}

/** The unit of state: what a dirty flag covers and a checkpoint copies. */
export const pageSizeBytes = 65_536

/** Rows of one block: scratch and column data of a block stay in the first two cache levels (kernels.md section 2). Batches of callers are cut into blocks. */
export const blockRowsMax = 1024
/** Blocks of a batch at most: what changes within a batch is shown at its end, once. */
export const batchBlocksMax = 8

/**
 * The first page: fixed cells that every room knows by address.
 *
 * | address | size | what |
 * |---|---|---|
 * | 0 | 64 | never used: address 0 means none |
 * | 64 | 4 | fault cell (library.ts) |
 * | 4096 | 32768 | dirty map: one byte a page, 1 = written since the last checkpoint |
 */
export const dirtyMapAddress = 4096

/** Most pages that a memory has: addresses stay below 2^31. */
export const pageCountMax = 32_767
