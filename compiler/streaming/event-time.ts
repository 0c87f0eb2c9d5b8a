import { must } from '../../sql/base/assert.ts'
import { readableObject, type Catalog } from '../../sql/catalog/catalog.ts'
import type { Column, Expression, LogicalPlan } from '../../sql/plan/logical-plan.ts'
import type { BoundAggregate } from './bind-aggregate.ts'
import { aggregateFacts } from './aggregate-facts.ts'

/**
 * FIRST_VALUE and LAST_VALUE without ORDER BY go by event time. That order is made explicit here; where the query does
 * not read the event time otherwise, it is carried along from the source. Input without one goes by arrival, which is what no
 * order means.
 */
export function orderByEventTime(bound: BoundAggregate, catalog: Catalog): BoundAggregate {
  const unordered = bound.aggregates.filter((call) => aggregateFacts(call.name)?.ordered && call.orderBy.length === 0)
  if (unordered.length === 0) return bound
  const { input, time } = bound.window
    ? { input: bound.input, time: bound.window.time }
    : carriedTime(bound.input, catalog)
  if (!time) return bound
  const orderBy = [{ expression: time, descending: false, nullsFirst: false }]
  const aggregates = bound.aggregates.map((call) => (unordered.includes(call) ? { ...call, orderBy } : call))
  return { ...bound, input, aggregates }
}

function carriedTime(
  plan: LogicalPlan,
  catalog: Catalog,
): { readonly input: LogicalPlan; readonly time: Expression | null } {
  const carried = carryEventTime(plan, catalog)
  if (!carried) return { input: plan, time: null }
  const column = must(carried.plan.schema[carried.column], 'the event-time column')
  return { input: carried.plan, time: reference(column, carried.column) }
}

interface Carried {
  /** The same columns, and perhaps one more at the end. */
  readonly plan: LogicalPlan
  readonly column: number
}

/** Null: the rows have no event time. */
function carryEventTime(plan: LogicalPlan, catalog: Catalog): Carried | null {
  switch (plan.kind) {
    case 'scan':
      return carryFromScan(plan, catalog)
    case 'filter': {
      const input = carryEventTime(plan.input, catalog)
      return input && { plan: { ...plan, input: input.plan, schema: input.plan.schema }, column: input.column }
    }
    case 'project': {
      const input = carryEventTime(plan.input, catalog)
      return input && carryThroughProject(plan, input)
    }
    case 'window_table': {
      const input = carryEventTime(plan.input, catalog)
      return input && carryThroughWindow(plan, input)
    }
    case 'union':
      return carryThroughUnion(plan, catalog)
    case 'values':
    case 'aggregate':
    case 'distinct':
      return null
  }
}

function carryFromScan(plan: LogicalPlan & { readonly kind: 'scan' }, catalog: Catalog): Carried | null {
  const object = readableObject(catalog, { name: plan.object, span: plan.span })
  const declared = object.kind === 'source' ? object.watermark?.column : object.facts.watermarks[0]?.column
  if (declared === undefined) return null
  const present = plan.columns.indexOf(declared)
  if (present !== -1) return { plan, column: present }
  const schema = [...plan.schema, must(object.columns[declared], 'the watermarked column')]
  return { plan: { ...plan, columns: [...plan.columns, declared], schema }, column: plan.columns.length }
}

function carryThroughProject(plan: LogicalPlan & { readonly kind: 'project' }, input: Carried): Carried {
  const present = plan.expressions.findIndex((each) => each.kind === 'column' && each.index === input.column)
  if (present !== -1) return { plan: { ...plan, input: input.plan }, column: present }
  const column = must(input.plan.schema[input.column], 'the event-time column')
  const expressions = [...plan.expressions, reference(column, input.column)]
  const schema = [...plan.schema, column]
  return { plan: { ...plan, input: input.plan, expressions, schema }, column: plan.expressions.length }
}

/** Window columns follow the input's columns, so an added one is moved behind them. */
function carryThroughWindow(plan: LogicalPlan & { readonly kind: 'window_table' }, input: Carried): Carried {
  const inputCount = plan.input.schema.length
  const windowColumns = plan.schema.slice(inputCount)
  const widened = { ...plan, input: input.plan, schema: [...input.plan.schema, ...windowColumns] }
  if (input.plan.schema.length === inputCount) return { plan: widened, column: input.column }
  const order = [...plan.schema.keys()].map((index) => (index < inputCount ? index : index + 1))
  return { plan: selectColumns(widened, [...order, input.column]), column: plan.schema.length }
}

function carryThroughUnion(plan: LogicalPlan & { readonly kind: 'union' }, catalog: Catalog): Carried | null {
  const inputs = plan.inputs.map((input) => carryEventTime(input, catalog))
  const columns = [...plan.schema.keys()]
  const widened = inputs.flatMap((input) => (input ? [selectColumns(input.plan, [...columns, input.column])] : []))
  const [first] = widened
  if (!first || widened.length !== inputs.length) return null
  const time = must(first.schema.at(-1), 'the event-time column')
  if (widened.some((input) => input.schema.at(-1)?.type.kind !== time.type.kind)) return null
  return { plan: { ...plan, inputs: widened, schema: [...plan.schema, time] }, column: columns.length }
}

function selectColumns(input: LogicalPlan, ordinals: readonly number[]): LogicalPlan {
  const schema = ordinals.map((ordinal) => must(input.schema[ordinal], 'a column'))
  const expressions = schema.map((column, index) => reference(column, must(ordinals[index])))
  return { kind: 'project', input, expressions, schema, span: input.span }
}

function reference({ type, nullable }: Column, index: number): Expression {
  return { kind: 'column', index, type, nullable }
}
