import type { BlockLayout } from '../../../runtime/abi/block.ts'
import type { OutputFormat } from '../../../runtime/abi/format.ts'
import type { SqlType } from '../../../sql/types/sql-type.ts'

/** What an encoder is compiled from. */
export interface EncoderSink {
  readonly format: OutputFormat
  readonly layout: BlockLayout
  /** By the layout's column order. */
  readonly columns: readonly EncoderColumn[]
}

export interface EncoderColumn {
  readonly name: string
  readonly type: SqlType
}
