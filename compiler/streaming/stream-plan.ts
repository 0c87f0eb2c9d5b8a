import type { Span } from '../../sql/base/span.ts'
import type { AggregateCall, Column, Expression, Interval } from '../../sql/plan/logical-plan.ts'

/**
 * The stream plan: the logical plan as a dataflow whose every edge says what kind of stream it is. Specialisation,
 * refusals and EXPLAIN all read these properties; nothing downstream infers them again.
 */
export type ChangeMode =
  /** Rows are only added; no weight column. */
  | { readonly kind: 'append' }
  /** Rows carry weights -1 and +1. */
  | { readonly kind: 'retract' }

/** A promise on a column: a row that comes after watermark W has `column >= W - lagMicros`. */
export interface WatermarkColumn {
  readonly column: number
  /** decimal digits of microseconds; may be negative (-1: the column is later than W) */
  readonly lagMicros: string
}

export interface Edge {
  readonly schema: readonly Column[]
  readonly mode: ChangeMode
  readonly watermarks: readonly WatermarkColumn[]
  /** Each is a set of columns whose values no two rows with positive weight share. */
  readonly uniqueKeys: readonly (readonly number[])[]
  /** Columns that decide a row's key group; [] = any worker. */
  readonly partitioning: readonly number[]
  readonly emit: 'as_it_comes' | 'on_window_close' | 'changes'
}

/** What state an operator keeps and what bounds it. */
export type StateBound =
  | { readonly kind: 'none' }
  | { readonly kind: 'constant' }
  | { readonly kind: 'watermark'; readonly column: number }
  | { readonly kind: 'unbounded'; readonly by: string }

interface NodeBase {
  /** Unique in the plan; what generated code and EXPLAIN call this node. */
  readonly id: number
  readonly edge: Edge
  readonly state: StateBound
  readonly span?: Span | undefined
}

/** Where a group column of an aggregate comes from. */
export type GroupColumn =
  | { readonly kind: 'key'; readonly expression: Expression }
  | { readonly kind: 'window_start' }
  | { readonly kind: 'window_end' }
  | { readonly kind: 'window_time' }

export interface WindowBinding {
  readonly window: 'tumble'
  readonly time: Expression
  readonly size: Interval
  readonly offset: Interval
  /** of the time column's watermark; null when the input has no watermark (EMIT CHANGES only) */
  readonly lagMicros: string | null
  readonly latenessMicros: string
}

export type StreamNode =
  /** A declared source or a deployed stream or view; `columns` are ordinals of its declared columns. */
  | (NodeBase & {
      readonly kind: 'scan'
      readonly object: string
      readonly objectKind: 'source' | 'stream' | 'materialized_view'
      readonly columns: readonly number[]
    })
  | (NodeBase & { readonly kind: 'values'; readonly rows: readonly (readonly Expression[])[] })
  | (NodeBase & { readonly kind: 'filter'; readonly input: StreamNode; readonly predicate: Expression })
  | (NodeBase & { readonly kind: 'project'; readonly input: StreamNode; readonly expressions: readonly Expression[] })
  /** Adds window_start, window_end, window_time to the input's columns. */
  | (NodeBase & { readonly kind: 'window_assign'; readonly input: StreamNode; readonly window: WindowBinding })
  /** Holds rows until the window in columns `startColumn`, `endColumn` closes (a window without an aggregate, ON WINDOW CLOSE). */
  | (NodeBase & {
      readonly kind: 'window_hold'
      readonly input: StreamNode
      readonly window: WindowBinding
      readonly startColumn: number
      readonly endColumn: number
    })
  /** Output columns: `groups`, then `aggregates`. With `window`, one pane per window; else one table for ever. `emit` says when rows are shown. */
  | (NodeBase & {
      readonly kind: 'aggregate'
      readonly input: StreamNode
      readonly groups: readonly GroupColumn[]
      readonly aggregates: readonly AggregateCall[]
      readonly window: WindowBinding | null
      readonly emit: 'on_window_close' | 'close_then_changes' | 'changes'
    })
  | (NodeBase & { readonly kind: 'union'; readonly inputs: readonly StreamNode[] })
