import { SqlError } from '../../sql/base/diagnostic.ts'
import { unsupportedFeature } from '../../sql/messages/raise.ts'
import { mapOperands, operandsOf } from '../../sql/plan/expression-tree.ts'
import type { Column, Expression } from '../../sql/plan/logical-plan.ts'
import type { Edge } from '../streaming/stream-plan.ts'
import { guardsOf } from './guards.ts'
import { extend, type OpenPipeline, type PipelineList } from './open-pipeline.ts'
import type { EvaluatorCall } from './pipeline.ts'

/**
 * Scalar functions that are not lowered natively run in the planner's evaluator, a batch at a time:
 *
 *     project [f(a + 1), b]   ->   project [a, b, a + 1], evaluate f(#2)   |   project [#3, #1]
 *
 * The rows that leave for the evaluator are the original columns, then the arguments that had to be computed, then one column
 * per call. Calls within arguments go first, in a pipeline before. A call's failure is kept beside its result and raised
 * where the result is used, so CASE, COALESCE, AND and OR protect as always; arguments are computed under the same guards.
 */
export type CallExpression = Expression & { readonly kind: 'call' }

/** True for a function that generated code computes itself. */
export type IsNative = (call: CallExpression) => boolean

export interface Evaluation {
  readonly list: PipelineList
  readonly isNative: IsNative
  /** The plan node whose expressions they are. */
  readonly node: number
}

export interface Evaluated<T> {
  readonly open: OpenPipeline
  /** What was asked for, with calls replaced by columns of `open`. */
  readonly expressions: T
}

/** The columns that were there keep their ordinals; results are added behind them. */
export function evaluateCalls(
  open: OpenPipeline,
  expressions: readonly Expression[],
  evaluation: Evaluation,
): Evaluated<readonly Expression[]> {
  const { list, isNative, node } = evaluation
  const guarded = expressions.flatMap((expression) => evaluatorCallsIn(expression, isNative))
  if (guarded.length === 0) return { open, expressions }
  for (const { call } of guarded) if (asksTheClock(call.name)) throw askingTheClock(call)
  const source = list.beforeBreaker(open)
  const columnCount = source.edge.schema.length
  const computed = guarded.flatMap(({ call, guards }) =>
    call.arguments.filter(needsColumn).map((argument) => underGuards(argument, guards)),
  )
  const inner = evaluateCalls(source, computed, evaluation)
  const widened = withColumns(inner, { original: source.edge, node })
  const calls = evaluatorCalls(guarded, columnCount)
  const edge: Edge = { ...widened.edge, schema: [...widened.edge.schema, ...guarded.map(resultColumn)] }
  const id = list.close({ ...widened, edge }, { kind: 'evaluate', calls })
  const results = new Map<Expression, Expression>(
    guarded.map((each, index) => [each.call, resultReference(each, columnCount + computed.length + index)]),
  )
  return {
    open: list.reading([id], edge),
    expressions: expressions.map((expression) => replaceCalls(expression, results)),
  }
}

/** Their value would be another one each time a row is computed. */
const clocks = new Set(['now', 'current_timestamp', 'current_date', 'current_time', 'today'])

/** Functions that are refused because of that. */
export function asksTheClock(name: string): boolean {
  return clocks.has(name)
}

function askingTheClock({ name, span }: CallExpression): SqlError {
  const hint = 'put the time into the rows, as a column of the source'
  return new SqlError([unsupportedFeature({ feature: `the clock (${name.toUpperCase()}) in a query` }, { span, hint })])
}

export interface GuardedCall {
  readonly call: CallExpression
  /** All of them must hold for the call's result to be used. */
  readonly guards: readonly Expression[]
}

/** Calls that are not within another evaluator call. */
function evaluatorCallsIn(expression: Expression, isNative: IsNative): readonly GuardedCall[] {
  if (expression.kind === 'call' && !isNative(expression)) return [{ call: expression, guards: [] }]
  return operandsOf(expression).flatMap((operand, index) =>
    evaluatorCallsIn(operand, isNative).map(({ call, guards }) => ({
      call,
      guards: [...guardsOf(expression, index).filter((guard) => !callsEvaluator(guard, isNative)), ...guards],
    })),
  )
}

/** True where some part of it runs in the evaluator. */
export function callsEvaluator(expression: Expression, isNative: IsNative): boolean {
  return evaluatorCallsIn(expression, isNative).length > 0
}

function needsColumn({ kind }: Expression): boolean {
  return kind !== 'column' && kind !== 'literal'
}

/** NULL where the call's result will not be used, so that an error in an argument stays behind its guard. */
function underGuards(argument: Expression, guards: readonly Expression[]): Expression {
  const [first, ...rest] = guards
  if (!first) return argument
  const when = rest.reduce<Expression>(
    (left, right) => ({
      kind: 'binary',
      operator: 'and',
      left,
      right,
      type: { kind: 'boolean' },
      nullable: left.nullable || right.nullable,
    }),
    first,
  )
  const { type } = argument
  return { kind: 'case', branches: [{ when, then: argument }], otherwise: null, type, nullable: true }
}

/** The original columns, then the computed ones; nothing to do where there are none. */
function withColumns(
  { open, expressions }: Evaluated<readonly Expression[]>,
  { original, node }: { readonly original: Edge; readonly node: number },
): OpenPipeline {
  const columnCount = original.schema.length
  if (expressions.length === 0 && open.edge.schema.length === columnCount) return open
  const kept = original.schema.map(({ type, nullable }, index): Expression => ({
    kind: 'column',
    index,
    type,
    nullable,
  }))
  const added = expressions.map(({ type, nullable }): Column => ({ name: 'argument', type, nullable }))
  const edge: Edge = { ...original, schema: [...original.schema, ...added] }
  return extend(open, { kind: 'project', node, expressions: [...kept, ...expressions] }, edge)
}

function evaluatorCalls(guarded: readonly GuardedCall[], columnCount: number): readonly EvaluatorCall[] {
  let next = columnCount
  return guarded.map(({ call }) => ({
    name: call.name,
    expression: call,
    arguments: call.arguments.map((argument) => {
      if (argument.kind === 'literal') return { kind: 'literal', expression: argument } as const
      if (argument.kind === 'column') return { kind: 'column', index: argument.index } as const
      return { kind: 'column', index: next++ } as const
    }),
  }))
}

function resultColumn({ call, guards }: GuardedCall): Column {
  return { name: call.name, type: call.type, nullable: call.nullable || guards.length > 0 }
}

function resultReference(guarded: GuardedCall, index: number): Expression {
  const { type, nullable } = resultColumn(guarded)
  return { kind: 'column', index, type, nullable, fallible: true, span: guarded.call.span }
}

function replaceCalls(expression: Expression, results: ReadonlyMap<Expression, Expression>): Expression {
  return results.get(expression) ?? mapOperands(expression, (operand) => replaceCalls(operand, results))
}
