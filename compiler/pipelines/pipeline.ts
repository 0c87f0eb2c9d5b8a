import type { Expression } from '../../sql/plan/logical-plan.ts'
import type { Edge, StreamNode } from '../streaming/stream-plan.ts'

/**
 * Pipelines: maximal chains that run as one fused loop. Cut at stateful breakers, at unions with several producers and at
 * function calls which the planner's evaluator runs batch-wise.
 */
export interface Pipeline {
  readonly id: number
  readonly input: PipelineInput
  /** The edge of the rows that come in; its schema is what step expressions refer to. */
  readonly inputEdge: Edge
  readonly steps: readonly Step[]
  readonly terminal: Terminal
  /** The edge of the rows that go out. What goes into a union has the union's: it may be wider (nullable, weighted) than the last step's rows. */
  readonly outputEdge: Edge
}

export type PipelineInput =
  | {
      readonly kind: 'object'
      readonly object: string
      readonly objectKind: 'source' | 'stream' | 'materialized_view'
      readonly columns: readonly number[]
    }
  /** More than one: UNION ALL. They all write rows of the same layout. */
  | { readonly kind: 'pipelines'; readonly ids: readonly number[] }
  | { readonly kind: 'values'; readonly rows: readonly (readonly Expression[])[] }

/** Steps are stateless and row-wise. Expressions refer to the columns after the previous step. */
export type Step =
  | { readonly kind: 'filter'; readonly node: number; readonly predicate: Expression }
  | { readonly kind: 'project'; readonly node: number; readonly expressions: readonly Expression[] }

export type Terminal =
  | { readonly kind: 'output' }
  /** Update state with each row; shown rows go through `after` (HAVING, projections over the aggregate's columns). */
  | {
      readonly kind: 'aggregate'
      readonly node: StreamNode & { readonly kind: 'aggregate' }
      readonly after: readonly Step[]
    }
  | {
      readonly kind: 'window_hold'
      readonly node: StreamNode & { readonly kind: 'window_hold' }
      readonly after: readonly Step[]
    }
  /** Rows leave to the evaluator, which appends one column per call; the consumer is another pipeline. */
  | { readonly kind: 'evaluate'; readonly calls: readonly EvaluatorCall[] }

/** A scalar function that DataFusion's module computes over columns of this pipeline's rows. Arguments are ordinals of the columns after the last step. */
export interface EvaluatorCall {
  readonly name: string
  readonly arguments: readonly (
    | { readonly kind: 'column'; readonly index: number }
    | { readonly kind: 'literal'; readonly expression: Expression & { readonly kind: 'literal' } }
  )[]
  readonly expression: Expression & { readonly kind: 'call' }
}
