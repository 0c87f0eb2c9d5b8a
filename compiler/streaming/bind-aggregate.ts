import { SqlError } from '../../sql/base/diagnostic.ts'
import { unsupportedFeature } from '../../sql/messages/raise.ts'
import { mapAggregate } from '../../sql/plan/aggregate-call.ts'
import type { AggregateCall, Expression, LogicalPlan, WindowSpec } from '../../sql/plan/logical-plan.ts'
import type { GroupColumn } from './stream-plan.ts'
import { resolve, traceWindows, windowPartOf, type Origin } from './trace-windows.ts'
import { endOfWindow, lastInstantBefore, sameWindow, type WindowPart } from './window-part.ts'

export type GroupingPlan = LogicalPlan & { readonly kind: 'aggregate' | 'distinct' }

/** An aggregate with its window recognised. All expressions refer to the columns of `input`. */
export interface BoundAggregate {
  readonly input: LogicalPlan
  readonly groups: readonly GroupColumn[]
  readonly aggregates: readonly AggregateCall[]
  readonly window: WindowSpec | null
}

/** DISTINCT is an aggregate over all columns without aggregate functions. */
export function bindAggregate(plan: GroupingPlan): BoundAggregate {
  const groups = plan.kind === 'distinct' ? plan.schema.map(columnReference) : plan.groups
  const aggregates = plan.kind === 'distinct' ? [] : plan.aggregates
  const traced = traceWindows(plan.input, windowColumnsOf)
  const columns = groups.map((group) => groupColumn(group, traced.origins))
  const windows = columns.flatMap(({ window }) => window ?? [])
  const [window] = windows
  if (!window) {
    return {
      input: plan.input,
      groups: groups.map((expression) => ({ kind: 'key', expression })),
      aggregates,
      window: null,
    }
  }
  const other = windows.find((each) => !sameWindow(each, window))
  if (other) throw twoWindows(other)
  return {
    input: traced.plan,
    groups: columns.map(({ column }) => column),
    aggregates: aggregates.map((call) => mapAggregate(call, (expression) => resolve(expression, traced.origins))),
    window,
  }
}

function groupColumn(
  group: Expression,
  origins: readonly Origin[],
): { readonly column: GroupColumn; readonly window: WindowSpec | null } {
  const value = windowPartOf(group, origins)
  return value
    ? { column: { kind: value.part }, window: value.window }
    : { column: { kind: 'key', expression: resolve(group, origins) }, window: null }
}

/**
 * The window parts among the output columns of an aggregate, as windows over that output: a row of window [start, end)
 * belongs, by its window_time, to the same window again. So an aggregate over windowed rows can be windowed too.
 */
function windowColumnsOf(plan: LogicalPlan): readonly (readonly [number, WindowPart, WindowSpec])[] {
  if (plan.kind !== 'aggregate' && plan.kind !== 'distinct') return []
  const { groups, window } = bindAggregate(plan)
  if (!window) return []
  const parts = groups.flatMap(({ kind }, index) => (kind === 'key' ? [] : [[index, kind] as const]))
  const time = timeOf(plan, { parts: new Map(parts.map(([index, part]) => [part, index])), window })
  return time ? parts.map(([index, part]) => [index, part, { ...window, time }]) : []
}

/** The last instant of each row's window, from whichever window column is there. */
function timeOf(
  plan: LogicalPlan,
  { parts, window }: { readonly parts: ReadonlyMap<WindowPart, number>; readonly window: WindowSpec },
): Expression | null {
  const at = (part: WindowPart): Expression | null => {
    const index = parts.get(part)
    const column = index === undefined ? undefined : plan.schema[index]
    return index === undefined || !column ? null : columnReference(column, index)
  }
  const [start, end, time] = [at('window_start'), at('window_end'), at('window_time')]
  if (time) return time
  if (end) return lastInstantBefore(end)
  return start && lastInstantBefore(endOfWindow(start, window))
}

function columnReference({ type, nullable }: LogicalPlan['schema'][number], index: number): Expression {
  return { kind: 'column', index, type, nullable }
}

function twoWindows({ span }: WindowSpec): SqlError {
  const hint = 'compute one of the windows in a subquery in FROM and group again outside'
  return new SqlError([unsupportedFeature({ feature: 'grouping by two different windows' }, { span, hint })])
}
