import type { SqlType } from '../../sql/types/sql-type.ts'
import type { BlockLayout } from '../abi/block.ts'
import type { MemoryViews } from '../abi/memory.ts'
import type { OutputBuffer } from './output-buffer.ts'

export interface EncodedColumn {
  readonly name: string
  readonly type: SqlType
}

/** What is encoded: blocks of one layout. */
export interface EncodedRows {
  readonly views: MemoryViews
  readonly layout: BlockLayout
  readonly columns: readonly EncodedColumn[]
}

/** Rows to bytes, without JavaScript strings for text. */
export interface Encoder {
  readonly out: OutputBuffer
  /** Writes what stands before the first row (a CSV header). */
  begin(): void
  encodeRow(block: number, row: number): void
}
