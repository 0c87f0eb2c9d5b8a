import type { Span } from '../base/span.ts'
import type { SqlType } from '../types/sql-type.ts'

/**
 * The typed plan that the planner hands to the compiler. Names are only labels for output: every
 * reference is an ordinal into the input node's columns (for two inputs: left columns, then right).
 *
 * On the wire (JSON from the planner module) `type` is the canonical type name and `span` is
 * `[startLine, startColumn, endLine, endColumn]`; sql/planner decodes both.
 */
export interface Column {
  readonly name: string
  readonly type: SqlType
  readonly nullable: boolean
}

export type LogicalPlan =
  /** Columns `columns` (ordinals of the declared columns) of a source, stream, view or table. */
  | {
      readonly kind: 'scan'
      readonly object: string
      readonly columns: readonly number[]
      readonly schema: readonly Column[]
      readonly span?: Span | undefined
    }
  | {
      readonly kind: 'values'
      readonly rows: readonly (readonly Expression[])[]
      readonly schema: readonly Column[]
      readonly span?: Span | undefined
    }
  | {
      readonly kind: 'filter'
      readonly input: LogicalPlan
      readonly predicate: Expression
      readonly schema: readonly Column[]
      readonly span?: Span | undefined
    }
  | {
      readonly kind: 'project'
      readonly input: LogicalPlan
      readonly expressions: readonly Expression[]
      readonly schema: readonly Column[]
      readonly span?: Span | undefined
    }
  /** Output columns: group keys, then aggregates. A group key may be the scalar call `tumble`. */
  | {
      readonly kind: 'aggregate'
      readonly input: LogicalPlan
      readonly groups: readonly Expression[]
      readonly aggregates: readonly AggregateCall[]
      readonly schema: readonly Column[]
      readonly span?: Span | undefined
    }
  /** Window table function. Output: input columns, then window_start, window_end, window_time. */
  | {
      readonly kind: 'window_table'
      readonly input: LogicalPlan
      readonly window: WindowSpec
      readonly schema: readonly Column[]
      readonly span?: Span | undefined
    }
  /** UNION ALL, by position; inputs are cast to the common schema. */
  | {
      readonly kind: 'union'
      readonly inputs: readonly LogicalPlan[]
      readonly schema: readonly Column[]
      readonly span?: Span | undefined
    }
  /** SELECT DISTINCT and UNION. */
  | {
      readonly kind: 'distinct'
      readonly input: LogicalPlan
      readonly schema: readonly Column[]
      readonly span?: Span | undefined
    }

/** `TUMBLE(time, size [, offset])`. Sizes are intervals; months are calendar months. */
export interface WindowSpec {
  readonly window: 'tumble'
  readonly time: Expression
  readonly size: Interval
  readonly offset: Interval
  readonly span?: Span | undefined
}

export interface Interval {
  readonly months: number
  readonly days: number
  /** decimal digits of an i64 */
  readonly micros: string
}

export type UnaryOperator =
  | 'not'
  | 'negate'
  | 'bit_not'
  | 'is_null'
  | 'is_not_null'
  | 'is_true'
  | 'is_not_true'
  | 'is_false'
  | 'is_not_false'
  | 'is_unknown'
  | 'is_not_unknown'

export type BinaryOperator =
  | 'add'
  | 'subtract'
  | 'multiply'
  | 'divide'
  | 'modulo'
  | 'equal'
  | 'not_equal'
  | 'less'
  | 'less_or_equal'
  | 'greater'
  | 'greater_or_equal'
  | 'is_distinct_from'
  | 'is_not_distinct_from'
  | 'and'
  | 'or'
  | 'bit_and'
  | 'bit_or'
  | 'bit_xor'
  | 'shift_left'
  | 'shift_right'
  | 'concat'
  | 'regex_match'
  | 'regex_match_insensitive'
  | 'regex_not_match'
  | 'regex_not_match_insensitive'

/** Common to every expression: operand types are equal where an operator asks for it (casts are explicit). */
interface Typed {
  readonly type: SqlType
  readonly nullable: boolean
  readonly span?: Span | undefined
}

export type Expression =
  /** `fallible`: a result of the planner's evaluator, whose failure is raised where it is used. Never from the planner. */
  | (Typed & { readonly kind: 'column'; readonly index: number; readonly fallible?: true | undefined })
  | (Typed & { readonly kind: 'literal'; readonly value: LiteralValue })
  | (Typed & { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: Expression })
  | (Typed & {
      readonly kind: 'binary'
      readonly operator: BinaryOperator
      readonly left: Expression
      readonly right: Expression
    })
  /** Searched CASE: `CASE x WHEN v` arrives as `x = v`. */
  | (Typed & {
      readonly kind: 'case'
      readonly branches: readonly { readonly when: Expression; readonly then: Expression }[]
      readonly otherwise: Expression | null
    })
  | (Typed & {
      readonly kind: 'in_list'
      readonly operand: Expression
      readonly list: readonly Expression[]
      readonly negated: boolean
    })
  /** escape: one character, or '' for none */
  | (Typed & {
      readonly kind: 'like'
      readonly operand: Expression
      readonly pattern: Expression
      readonly form: 'like' | 'similar'
      readonly escape: string
      readonly negated: boolean
      readonly caseInsensitive: boolean
    })
  | (Typed & { readonly kind: 'cast'; readonly operand: Expression; readonly safe: boolean })
  /** A scalar function by its canonical (DataFusion) lower-case name; `coalesce`, `nullif`, `tumble` and `window_end` are among them. */
  | (Typed & { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[] })

/**
 * By type: null; boolean; integers, date (days), time, timestamp and timestamptz (microseconds) as decimal digits;
 * decimal as the digits of the unscaled integer; real and double as the shortest text (`NaN`, `Infinity`, `-Infinity`);
 * varchar as text; bytea as lower-case hex; interval as an object.
 */
export type LiteralValue = null | boolean | string | Interval

export interface AggregateCall {
  /** Canonical lower-case name: count, sum, avg, min, max, bool_and, bool_or, stddev, stddev_pop, var, var_pop, first_value, last_value. COUNT(*) has no arguments. */
  readonly name: string
  readonly arguments: readonly Expression[]
  readonly distinct: boolean
  readonly filter: Expression | null
  readonly orderBy: readonly {
    readonly expression: Expression
    readonly descending: boolean
    readonly nullsFirst: boolean
  }[]
  readonly ignoreNulls: boolean
  readonly type: SqlType
  readonly nullable: boolean
  readonly span?: Span | undefined
}
