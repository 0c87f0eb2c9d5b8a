import type { Span } from '../base/span.ts'
import type { Column, Expression, Interval, LogicalPlan } from './logical-plan.ts'

/** What `parse` tells of a statement before it is bound: enough for ordering and for sending the tables it reads. */
export interface StatementHead {
  readonly kind: Statement['kind']
  readonly name?: string | undefined
  readonly span: Span
  readonly reads: readonly { readonly name: string; readonly span: Span }[]
}

/** A key and a literal value of WITH (..), FORMAT f (..) or SET, spelled as the user did (text without quotes). */
export interface Option {
  readonly key: string
  readonly value: string
  readonly span: Span
  readonly valueSpan: Span
}

export interface FormatClause {
  /** lower case */
  readonly name: string
  readonly options: readonly Option[]
  readonly span: Span
}

export interface ColumnDefinition extends Column {
  readonly span: Span
  /** DEFAULT e: over no columns */
  readonly defaultValue?: Expression | undefined
  /** `col TYPE AS e`: over the declared columns of the source, by ordinal */
  readonly computed?: Expression | undefined
}

export interface WatermarkClause {
  /** ordinal of the event-time column */
  readonly column: number
  /** over the declared columns; absent when the producer sends watermarks; for PROCTIME() `processingTime` is true */
  readonly expression?: Expression | undefined
  readonly processingTime: boolean
  readonly span: Span
}

export type EmitPolicy =
  | { readonly kind: 'default' }
  | { readonly kind: 'on_window_close'; readonly span: Span }
  | { readonly kind: 'changes'; readonly span: Span }

export interface Query {
  readonly plan: LogicalPlan
  readonly emit: EmitPolicy
  readonly lateness?: { readonly interval: Interval; readonly span: Span } | undefined
  readonly span: Span
}

interface Located {
  readonly span: Span
}

interface Creation extends Located {
  readonly name: string
  readonly nameSpan: Span
  readonly orReplace: boolean
  readonly ifNotExists: boolean
}

export type ObjectKind = 'source' | 'stream' | 'materialized_view' | 'sink'

export type ExplainLevel = 'logical' | 'stream' | 'pipelines' | 'code' | 'wasm' | 'state' | 'all'

export type Statement =
  | (Creation & {
      readonly kind: 'create_source'
      readonly columns: readonly ColumnDefinition[]
      readonly primaryKey: readonly number[]
      readonly watermark?: WatermarkClause | undefined
      readonly format?: FormatClause | undefined
      readonly options: readonly Option[]
    })
  | (Creation & { readonly kind: 'create_stream'; readonly query: Query; readonly options: readonly Option[] })
  | (Creation & {
      readonly kind: 'create_materialized_view'
      readonly query: Query
      readonly options: readonly Option[]
    })
  /** FROM s is planned as the query SELECT * FROM s. */
  | (Creation & {
      readonly kind: 'create_sink'
      readonly query: Query
      readonly format?: FormatClause | undefined
      readonly options: readonly Option[]
    })
  | (Located & {
      readonly kind: 'drop'
      readonly object: ObjectKind
      readonly name: string
      readonly nameSpan: Span
      readonly ifExists: boolean
      readonly cascade: boolean
    })
  /**
   * The query's columns are already cast to, and in the order of, the columns of the target that are not computed; `absent` are the ordinals of
   * those that the statement does not name: the query has NULL there, and they get their DEFAULT.
   */
  | (Located & {
      readonly kind: 'insert'
      readonly target: string
      readonly targetSpan: Span
      readonly absent: readonly number[]
      readonly query: Query
    })
  | (Located & { readonly kind: 'select'; readonly query: Query })
  | (Located & {
      readonly kind: 'explain'
      readonly analyze: boolean
      readonly levels: readonly ExplainLevel[]
      readonly format: 'text' | 'json' | 'dot' | 'html'
      readonly statement: Statement
    })
  | (Located & {
      readonly kind: 'show'
      readonly what: 'sources' | 'streams' | 'materialized_views' | 'sinks' | 'queries' | 'functions' | 'create'
      readonly name?: string | undefined
      readonly nameSpan?: Span | undefined
    })
  | (Located & {
      readonly kind: 'describe'
      readonly name: string
      readonly nameSpan: Span
      readonly extended: boolean
    })
  | (Located & { readonly kind: 'set'; readonly option: Option })

/** A table as the planner must know it. */
export interface PlannerTable {
  readonly name: string
  readonly columns: readonly Column[]
}
