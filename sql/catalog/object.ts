import type { Span } from '../base/span.ts'
import type { Column } from '../plan/logical-plan.ts'
import type { ColumnDefinition, FormatClause, ObjectKind, Option, Query, WatermarkClause } from '../plan/statement.ts'
import type { OnError } from './on-error.ts'

/**
 * What is known of an object's rows by whoever reads it. Computed by the compiler when the object is created, so that a
 * reader never compiles the query again.
 */
export interface StreamFacts {
  readonly mode: { readonly kind: 'append' } | { readonly kind: 'retract' }
  /** A row that comes after watermark W has `column >= W - lagMicros`. */
  readonly watermarks: readonly { readonly column: number; readonly lagMicros: string }[]
  readonly uniqueKeys: readonly (readonly number[])[]
}

interface ObjectBase {
  readonly name: string
  /** Ordinals everywhere are positions in here. */
  readonly columns: readonly Column[]
  /** The CREATE statement with secrets already shown as `***`. */
  readonly text: string
  /** Names of the objects that it reads. */
  readonly reads: readonly string[]
  readonly onError: OnError
}

export interface SourceObject extends ObjectBase {
  readonly kind: 'source'
  readonly definitions: readonly ColumnDefinition[]
  /** NOT ENFORCED: a promise of the user. */
  readonly primaryKey: readonly number[]
  readonly watermark: WatermarkClause | null
  /** null: fed by INSERT and by the API */
  readonly connector: ConnectorClause | null
  readonly format: FormatClause | null
  /** How far rows may be ahead of the clock; null: as far as they like; undefined: what suits the connector */
  readonly maxAheadMicros: number | null | undefined
}

export interface QueryObject extends ObjectBase {
  readonly kind: 'stream' | 'materialized_view'
  readonly query: Query
  readonly facts: StreamFacts
}

export interface SinkObject extends ObjectBase {
  readonly kind: 'sink'
  readonly query: Query
  readonly connector: ConnectorClause
  readonly format: FormatClause | null
}

export type CatalogObject = SourceObject | QueryObject | SinkObject

/**
 * `connector = '..'` and the options that are the connector's own. Variables have been filled in here and in the format, so
 * values may hold secrets (options/secret.ts).
 */
export interface ConnectorClause {
  readonly name: string
  readonly nameSpan: Span
  readonly options: readonly Option[]
}

/** Where in the program an object is named. */
export interface ObjectName {
  readonly name: string
  readonly span?: Span | undefined
}

/** The kind as messages spell it. */
export function kindLabel(kind: ObjectKind): string {
  return kind.replaceAll('_', ' ')
}
