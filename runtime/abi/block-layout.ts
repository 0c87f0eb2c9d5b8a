import type { PhysicalType } from '../../sql/types/sql-type.ts'
import { physicalSizeBytes } from '../../sql/types/sql-type.ts'
import type { BlockColumn, BlockLayout } from './block.ts'
import { blockRowsMax } from './memory.ts'

export interface LayoutColumn {
  readonly physical: PhysicalType
  readonly nullable: boolean
}

/** Which hidden columns a block has (block.ts). */
export interface LayoutParts {
  readonly weight?: boolean
  readonly watermark?: boolean
  readonly origin?: boolean
}

/**
 * Columns are 16-aligned. Without the spacing every 8-byte column would start at the same cache set (1,024 rows of 8 bytes are two
 * 4 KiB strides), and a row of many columns would evict itself.
 */
const spacingBytes = 64

/** The layout of a block with these columns. The same arguments give the same layout for ever: it is part of the ABI. */
export function layoutBlock(columns: readonly LayoutColumn[], parts: LayoutParts = {}): BlockLayout {
  let end = 0
  const place = (elementBytes: number): number => {
    const offset = end
    end = alignUp(offset + elementBytes * blockRowsMax) + spacingBytes
    return offset
  }
  const placed = columns.map(({ physical, nullable }): BlockColumn => ({
    physical,
    dataOffset: place(physicalSizeBytes(physical)),
    validOffset: nullable ? place(1) : null,
  }))
  const weightOffset = parts.weight ? place(4) : null
  const watermarkOffset = parts.watermark ? place(8) : null
  const originOffset = parts.origin ? place(4) : null
  return { columns: placed, weightOffset, watermarkOffset, originOffset, sizeBytes: Math.max(16, end) }
}

function alignUp(offset: number): number {
  return (offset + 15) & ~15
}
