import { physicalSizeBytes } from '../../sql/types/sql-type.ts'
import { must } from '../../sql/base/assert.ts'
import type { BlockColumn, BlockLayout } from '../abi/block.ts'
import type { MemoryViews } from '../abi/memory.ts'
import { viewInlineBytesMax } from '../abi/view.ts'

/**
 * Drops pairs of an old and a new row that show the same: a group changed, but not what is seen of it. `isPair[i]`: entries i
 * and i + 1 of the emit list are the old and the new state of one group. Returns the rows left.
 */
export function dropEqualPairs(
  views: MemoryViews,
  layout: BlockLayout,
  rows: { readonly block: number; readonly count: number; readonly isPair: Uint8Array },
): number {
  const { block, count, isPair } = rows
  const origins = (block + must(layout.originOffset, 'origins')) >>> 2
  let kept = 0
  for (let row = 0; row < count; row++) {
    const origin = views.i32[origins + row] as number
    if (
      isPair[origin] === 1 &&
      row + 1 < count &&
      views.i32[origins + row + 1] === origin + 1 &&
      rowsEqual(views, layout, { block, row })
    ) {
      row++
      continue
    }
    if (kept !== row) moveRow(views, layout, { block, from: row, to: kept })
    kept++
  }
  return kept
}

/** Do rows `row` and `row + 1` hold the same values? */
function rowsEqual(views: MemoryViews, { columns }: BlockLayout, at: RowInBlock): boolean {
  for (const column of columns) if (!cellsEqual(views, column, at)) return false
  return true
}

interface RowInBlock {
  readonly block: number
  readonly row: number
}

function cellsEqual(
  { u8, i32 }: MemoryViews,
  { physical, dataOffset, validOffset }: BlockColumn,
  { block, row }: { readonly block: number; readonly row: number },
): boolean {
  if (validOffset !== null) {
    const valid = u8[block + validOffset + row]
    if (valid !== u8[block + validOffset + row + 1]) return false
    if (valid === 0) return true
  }
  const size = physicalSizeBytes(physical)
  const a = block + dataOffset + row * size
  if (physical === 'view' && (i32[a >>> 2] as number) > viewInlineBytesMax) return longStringsEqual({ u8, i32 }, a)
  for (let index = 0; index < size; index++) if (u8[a + index] !== u8[a + size + index]) return false
  return true
}

/** The string of the view at `a` and that of the next view. */
function longStringsEqual({ u8, i32 }: Pick<MemoryViews, 'u8' | 'i32'>, a: number): boolean {
  const length = i32[a >>> 2] as number
  if (length !== i32[(a + 16) >>> 2]) return false
  const first = i32[(a + 8) >>> 2] as number
  const second = i32[(a + 24) >>> 2] as number
  for (let index = 0; index < length; index++) if (u8[first + index] !== u8[second + index]) return false
  return true
}

function moveRow(
  { u8 }: MemoryViews,
  layout: BlockLayout,
  { block, from, to }: { readonly block: number; readonly from: number; readonly to: number },
): void {
  for (const { physical, dataOffset, validOffset } of layout.columns) {
    const size = physicalSizeBytes(physical)
    const base = block + dataOffset
    u8.copyWithin(base + to * size, base + from * size, base + (from + 1) * size)
    if (validOffset !== null) u8[block + validOffset + to] = u8[block + validOffset + from] as number
  }
  for (const { offset, size } of hiddenColumns(layout)) {
    const base = block + offset
    u8.copyWithin(base + to * size, base + from * size, base + (from + 1) * size)
  }
}

function hiddenColumns({
  weightOffset,
  watermarkOffset,
  originOffset,
}: BlockLayout): readonly { readonly offset: number; readonly size: number }[] {
  return [
    ...(weightOffset === null ? [] : [{ offset: weightOffset, size: 4 }]),
    ...(watermarkOffset === null ? [] : [{ offset: watermarkOffset, size: 8 }]),
    ...(originOffset === null ? [] : [{ offset: originOffset, size: 4 }]),
  ]
}
