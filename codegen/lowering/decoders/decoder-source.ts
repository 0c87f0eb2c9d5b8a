import type { BlockLayout } from '../../../runtime/abi/block.ts'
import type { DecodeColumn, InputFormat } from '../../../runtime/abi/format.ts'
import type { Span } from '../../../sql/base/span.ts'

/** What a decoder is compiled from. */
export interface DecoderSource {
  readonly format: InputFormat
  readonly layout: BlockLayout
  /** By the layout's column order; null where the block has a column that is not decoded (nobody reads it, or ingest computes it). */
  readonly columns: readonly (DecoderColumn | null)[]
  /** Names of all declared columns that are not computed, in order. */
  readonly stored: readonly string[]
  /** Where the source is declared. */
  readonly span: Span | null
}

export interface DecoderColumn extends DecodeColumn {
  /** Among `stored`. */
  readonly ordinal: number
  /** Without a value it is a null event time, whatever NOT NULL says. */
  readonly isEventTime?: boolean | undefined
  readonly span: Span | null
}
