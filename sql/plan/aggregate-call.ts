import { mapAll } from './expression-tree.ts'
import type { AggregateCall, Expression } from './logical-plan.ts'

/** The call with each of its expressions (arguments, FILTER, ORDER BY) replaced; the same object when none changed. */
export function mapAggregate(call: AggregateCall, change: (expression: Expression) => Expression): AggregateCall {
  const mapped = mapAll(call.arguments, change)
  const filter = call.filter && change(call.filter)
  const orderBy = mapAll(call.orderBy, (order) => {
    const expression = change(order.expression)
    return expression === order.expression ? order : { ...order, expression }
  })
  const same = mapped === call.arguments && filter === call.filter && orderBy === call.orderBy
  return same ? call : { ...call, arguments: mapped, filter, orderBy }
}

/** Every expression that stands directly in the call. */
export function expressionsOf(call: AggregateCall): readonly Expression[] {
  return [...call.arguments, ...(call.filter ? [call.filter] : []), ...call.orderBy.map((order) => order.expression)]
}
