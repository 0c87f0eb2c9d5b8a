import { must } from '../../sql/base/assert.ts'
import { columnsIn, mapColumns, sameExpression } from '../../sql/plan/expression-tree.ts'
import type { Column, Expression, LogicalPlan, WindowSpec } from '../../sql/plan/logical-plan.ts'
import { windowExpression, windowParts, windowValue, type WindowPart, type WindowValue } from './window-part.ts'

/**
 * GROUP BY over window columns makes a windowed aggregate, wherever those columns were made: by a window table function
 * below filters and projections, or by a `tumble(..)` in a projection. Tracing rewrites such an input so that the window
 * columns disappear from it (each is a function of the time column) and the time column reaches the top:
 *
 *     aggregate [window_start, k]             aggregate [window_start of tumble(#1, 10 s), #0]
 *       project [k, window_start]      ->       project [k, ts]
 *         window_table tumble(ts, 10 s)           scan [ts, k]
 *           scan [ts, k]
 *
 * Other uses of a window column on the way (a filter on window_end) become the scalar expression that it stands for.
 */
export interface TracedInput {
  readonly plan: LogicalPlan
  /** For each column of the plan before tracing. */
  readonly origins: readonly Origin[]
}

/** Where a column is now: a column of the traced plan, and a part of a window, or both. */
export interface Origin {
  readonly column: number | null
  readonly value: WindowValue | null
}

/** `windowsOfAggregate` tells which output columns of an aggregate are window parts, for windows over windowed aggregates. */
export function traceWindows(
  plan: LogicalPlan,
  windowsOfAggregate: (plan: LogicalPlan) => readonly (readonly [number, WindowPart, WindowSpec])[],
): TracedInput {
  switch (plan.kind) {
    case 'window_table': {
      const inputs = plan.input.schema.map((_, index): Origin => ({ column: index, value: null }))
      const parts = windowParts.map((part): Origin => ({ column: null, value: { part, window: plan.window } }))
      return { plan: plan.input, origins: [...inputs, ...parts] }
    }
    case 'filter': {
      const { plan: input, origins } = traceWindows(plan.input, windowsOfAggregate)
      if (input === plan.input) return { plan, origins }
      return { plan: { ...plan, input, schema: input.schema, predicate: resolve(plan.predicate, origins) }, origins }
    }
    case 'project':
      return traceProject(plan, traceWindows(plan.input, windowsOfAggregate))
    case 'aggregate':
    case 'distinct':
      return { plan, origins: aggregateOrigins(plan, windowsOfAggregate(plan)) }
    case 'scan':
    case 'values':
    case 'union':
      return { plan, origins: identity(plan) }
  }
}

/** The expression over the columns of the traced plan; window columns that are gone become scalar expressions. */
export function resolve(expression: Expression, origins: readonly Origin[]): Expression {
  return mapColumns(expression, (column) => {
    const origin = origins[column.index]
    if (!origin) return column
    if (origin.column !== null) return origin.column === column.index ? column : { ...column, index: origin.column }
    return origin.value ? windowExpression(origin.value.part, origin.value.window) : column
  })
}

function identity(plan: LogicalPlan): readonly Origin[] {
  return plan.schema.map((_, index) => ({ column: index, value: null }))
}

function aggregateOrigins(
  plan: LogicalPlan,
  windows: readonly (readonly [number, WindowPart, WindowSpec])[],
): readonly Origin[] {
  const byColumn = new Map(windows.map(([column, part, window]) => [column, { part, window }]))
  return plan.schema.map((_, index) => ({ column: index, value: byColumn.get(index) ?? null }))
}

/** Window columns leave the projection; the time that they need is carried along. */
function traceProject(plan: LogicalPlan & { readonly kind: 'project' }, input: TracedInput): TracedInput {
  const values = plan.expressions.map((expression) => windowPartOf(expression, input.origins))
  if (input.plan === plan.input && values.every((value) => value === null)) return { plan, origins: identity(plan) }
  const output = new ProjectionBuilder()
  const columns = plan.expressions.map((expression, index) =>
    values[index] && !readsPhysical(expression, input.origins)
      ? null
      : output.add(resolve(expression, input.origins), must(plan.schema[index], 'a column for each expression')),
  )
  const origins = columns.map((column, index): Origin => {
    const value = values[index] ?? null
    return { column, value: value && { part: value.part, window: output.carry(value.window, input.plan) } }
  })
  const { expressions, schema } = output
  return { plan: { ...plan, input: input.plan, expressions, schema }, origins }
}

class ProjectionBuilder {
  readonly expressions: Expression[] = []
  readonly schema: Column[] = []

  /** The ordinal of the new column. */
  add(expression: Expression, column: Column): number {
    this.schema.push(column)
    return this.expressions.push(expression) - 1
  }

  /** The window over the projection's output; its time becomes a column unless it is one. */
  carry(window: WindowSpec, input: LogicalPlan): WindowSpec {
    const { type, nullable, span } = window.time
    const present = this.expressions.findIndex((each) => sameExpression(each, window.time))
    const column = window.time.kind === 'column' ? input.schema[window.time.index] : undefined
    const index = present === -1 ? this.add(window.time, column ?? { name: 'time', type, nullable }) : present
    return { ...window, time: { kind: 'column', index, type, nullable, span } }
  }
}

/** The window part that an expression over the columns before tracing means, over the traced columns. */
export function windowPartOf(expression: Expression, origins: readonly Origin[]): WindowValue | null {
  const ofTraced = (column: number): WindowValue | null =>
    origins.find((origin) => origin.column === column)?.value ?? null
  return windowValue(resolve(expression, origins), ofTraced)
}

/** Does the expression read a window column that is still there? Then it stays as it is. */
function readsPhysical(expression: Expression, origins: readonly Origin[]): boolean {
  return columnsIn(expression).some(({ index }) => origins[index]?.value && origins[index].column !== null)
}
