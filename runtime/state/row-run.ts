import { pageSizeBytes } from '../abi/memory.ts'
import { rowFreeBit, rowOffsets, rowRun, tableHeader } from '../abi/state.ts'
import { orderOf } from '../memory/page-allocator.ts'

/** Where the rows of a table lie: page runs in a chain, each aligned to its size (layout: runtime/abi/state.ts). */
const h = tableHeader

/** Pages of a run: as many as one row and the first run's index need. */
export function runSizeOf(rowSizeBytes: number): number {
  return pageSizeBytes << orderOf(rowRun.firstRowOffset + rowSizeBytes)
}

export function firstPlace(i32: Int32Array, table: number): number {
  return (i32[(table + h.firstPage) >>> 2] as number) + rowRun.firstRowOffset
}

/** The live row at the place `from` (which may be the end of its run) or behind it, 0 at the end. */
export function liveFrom(i32: Int32Array, table: number, from: number): number {
  const size = i32[(table + h.rowSizeBytes) >>> 2] as number
  const cursor = i32[(table + h.cursor) >>> 2] as number
  const last = i32[(table + h.lastPage) >>> 2] as number
  const runSize = runSizeOf(size)
  let row = from
  for (;;) {
    const run = (row - 1) & -runSize
    const end = run === last ? cursor : run + runSize
    for (; row + size <= end; row += size) {
      if (((i32[(row + rowOffsets.flags) >>> 2] as number) & rowFreeBit) === 0) return row
    }
    if (run === last) return 0
    row = (i32[(run + rowRun.next) >>> 2] as number) + rowRun.rows
  }
}

/** Puts the addresses of the live rows from the place `from` on into `rows`, as many as fit: how many, and the place behind them (0: there are no more). */
export function listRows(
  i32: Int32Array,
  table: number,
  { from, rows }: { readonly from: number; readonly rows: Int32Array },
): { readonly count: number; readonly next: number } {
  const size = i32[(table + h.rowSizeBytes) >>> 2] as number
  const cursor = i32[(table + h.cursor) >>> 2] as number
  const last = i32[(table + h.lastPage) >>> 2] as number
  const runSize = runSizeOf(size)
  let row = from
  let count = 0
  for (;;) {
    const run = (row - 1) & -runSize
    const end = run === last ? cursor : run + runSize
    for (; row + size <= end && count < rows.length; row += size) {
      if (((i32[(row + rowOffsets.flags) >>> 2] as number) & rowFreeBit) === 0) rows[count++] = row
    }
    if (row + size <= end) return { count, next: row }
    if (run === last) return { count, next: 0 }
    row = (i32[(run + rowRun.next) >>> 2] as number) + rowRun.rows
  }
}
