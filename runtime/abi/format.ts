import type { SqlType } from '../../sql/types/sql-type.ts'

/**
 * FORMAT clauses as plain data: what the decoder generator (codegen) and the encoders (runtime/format) share.
 * runtime/format/format-options.ts makes them from a clause.
 */

/** How numbers become timestamps when the input holds epoch numbers instead of text. */
export type TimestampFormat = 'rfc3339' | 'epoch_seconds' | 'epoch_millis' | 'epoch_micros' | 'epoch_nanos'

export interface CsvDialect {
  readonly header: boolean
  /** one ASCII byte each */
  readonly delimiter: number
  readonly quote: number
  readonly escape: number
  /** the text that stands for NULL when it is not quoted */
  readonly nullText: string
}

export type InputFormat =
  | { readonly kind: 'json'; readonly timestampFormat: TimestampFormat; readonly lineBytesMax: number }
  | {
      readonly kind: 'csv'
      readonly timestampFormat: TimestampFormat
      readonly lineBytesMax: number
      readonly csv: CsvDialect
    }

/** A declared column as decoders see it. */
export interface DecodeColumn {
  readonly name: string
  readonly type: SqlType
  readonly nullable: boolean
  /** An absent field gets validity `validityAbsent`; the ingest kernel puts the default there. Such a column has a validity array even when NOT NULL. */
  readonly hasDefault: boolean
}

/** Third value of a validity byte, between decode and ingest only: the field was absent and the column has a DEFAULT. */
export const validityAbsent = 2

/** How changes are written. `auto`: plain rows when the result is append-only, else the format's own form. */
export type ChangelogForm = 'auto' | 'insert_delete' | 'weight' | 'upsert'

export type OutputFormat =
  | {
      readonly kind: 'json'
      readonly changelog: ChangelogForm
      readonly decimalAsText: boolean
      readonly bigintAsText: boolean
    }
  | { readonly kind: 'csv'; readonly changelog: ChangelogForm; readonly csv: CsvDialect }
