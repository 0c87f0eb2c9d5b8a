import type { PhysicalType } from '../../sql/types/sql-type.ts'

/**
 * A block: up to `blockRowsMax` rows as columns at fixed offsets from one base address.
 *
 * ```
 * base + column.dataOffset   blockRowsMax elements of the physical type, 8-aligned (16-byte types 16-aligned)
 * base + column.validOffset  blockRowsMax bytes, 1 = not NULL; absent for NOT NULL columns
 * base + weightOffset        blockRowsMax i32 weights; absent on append edges (every weight is 1)
 * base + watermarkOffset     blockRowsMax i64: the watermark before each row; absent when no consumer asks
 * base + originOffset        blockRowsMax i32: index in the emit list; only on outputs of an updating aggregate
 * ```
 * Why a byte and not a bit for validity: docs/decisions. Arrow bitmaps are made at the edges.
 * Views in a block point into the producer's bytes: valid until the producer is called again.
 */
export interface BlockColumn {
  readonly physical: PhysicalType
  readonly dataOffset: number
  readonly validOffset: number | null
}

export interface BlockLayout {
  readonly columns: readonly BlockColumn[]
  readonly weightOffset: number | null
  readonly watermarkOffset: number | null
  readonly originOffset: number | null
  readonly sizeBytes: number
}

/** A column list in memory: i32 how many, then for each column where it starts in its block and the size of an element. */
export const columnList = { count: 0, entries: 4, entrySizeBytes: 8, dataOffset: 0, elementSizeBytes: 4 } as const
