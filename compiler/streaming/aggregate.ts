import { must } from '../../sql/base/assert.ts'
import type { AggregateCall, Expression } from '../../sql/plan/logical-plan.ts'
import { aggregateFacts } from './aggregate-facts.ts'
import type { BoundAggregate, GroupingPlan } from './bind-aggregate.ts'
import { checkAggregate } from './check-aggregate.ts'
import type { StreamContext } from './context.ts'
import { emitMode, type EmitMode } from './emit-mode.ts'
import { checkState } from './state-bound.ts'
import type { Edge, GroupColumn, StateBound, StreamNode, WindowBinding } from './stream-plan.ts'
import { bindWindow, windowState, windowWatermarks } from './window-binding.ts'

/**
 * GROUP BY and DISTINCT. Under CHANGES the output retracts the old row of a group and inserts the new one; under ON WINDOW
 * CLOSE each group is shown once, so the output only appends.
 */
export function lowerAggregate(
  plan: GroupingPlan,
  { bound, input }: { readonly bound: BoundAggregate; readonly input: StreamNode },
  context: StreamContext,
): StreamNode {
  const { groups, aggregates, window: spec } = bound
  for (const call of aggregates) checkAggregate(call)
  const window = spec && bindWindow(spec, input.edge, context)
  const windowed = spec && window && { spec, binding: window }
  const emit = emitMode({ windowed, input: input.edge, span: plan.span, shows: 'groups' }, context)
  const state = stateOf(bound, window, input.edge)
  checkState(state, { label: labelOf(plan, bound, input.edge), span: plan.span }, context)
  return {
    kind: 'aggregate',
    id: context.nextId(),
    edge: outputEdge(plan, { groups, window, emit }),
    state,
    span: plan.span,
    input,
    groups,
    aggregates,
    window,
    emit,
  }
}

function outputEdge(
  plan: GroupingPlan,
  {
    groups,
    window,
    emit,
  }: { readonly groups: readonly GroupColumn[]; readonly window: WindowBinding | null; readonly emit: EmitMode },
): Edge {
  const parts = groups.flatMap(({ kind }, column) => (kind === 'key' ? [] : [[kind, column] as const]))
  const keys = groups.flatMap(({ kind }, column) => (kind === 'key' ? [column] : []))
  const [firstPart] = parts
  return {
    schema: plan.schema,
    mode: { kind: emit === 'on_window_close' ? 'append' : 'retract' },
    watermarks: window ? windowWatermarks(window, parts) : [],
    uniqueKeys: [firstPart ? [...keys, firstPart[1]].toSorted((a, b) => a - b) : keys],
    partitioning: keys,
    emit: emit === 'changes' ? 'changes' : 'on_window_close',
  }
}

function stateOf({ groups, aggregates }: BoundAggregate, window: WindowBinding | null, input: Edge): StateBound {
  if (window) return windowState(window, input)
  const keys = groups.flatMap((group) => (group.kind === 'key' ? [expressionLabel(group.expression, input)] : []))
  if (keys.length > 0) return { kind: 'unbounded', by: `number of different ${keys.join(', ')}` }
  const keeping = aggregates.find((call) => keepsValues(call, input))
  if (!keeping) return { kind: 'constant' }
  const values = keeping.arguments.map((argument) => expressionLabel(argument, input)).join(', ')
  return { kind: 'unbounded', by: `number of different ${values}` }
}

/** State of its own for each different value: DISTINCT, and where rows are taken out again what shows one of them. */
function keepsValues(call: AggregateCall, { mode }: Edge): boolean {
  return call.distinct || (mode.kind === 'retract' && aggregateFacts(call.name)?.invertible === false)
}

function expressionLabel(expression: Expression, input: Edge): string {
  return expression.kind === 'column'
    ? must(input.schema[expression.index], 'a column of the input').name
    : 'values of an expression'
}

function labelOf(plan: GroupingPlan, { groups, aggregates }: BoundAggregate, input: Edge): string {
  if (plan.kind === 'distinct') return 'DISTINCT'
  if (groups.length === 0) {
    const keeping = aggregates.find((call) => keepsValues(call, input))
    return keeping && !keeping.distinct ? `${keeping.name.toUpperCase()} over rows that change` : 'a DISTINCT aggregate'
  }
  return `GROUP BY ${groups.map((_, index) => plan.schema[index]?.name ?? '').join(', ')}`
}
