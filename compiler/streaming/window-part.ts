import { sameExpression } from '../../sql/plan/expression-tree.ts'
import { noInterval, sameInterval } from '../../sql/plan/interval.ts'
import type { Expression, Interval, WindowSpec } from '../../sql/plan/logical-plan.ts'

/** The columns that a window gives a row, and the group columns that make an aggregate windowed. */
export type WindowPart = 'window_start' | 'window_end' | 'window_time'

export const windowParts: readonly WindowPart[] = ['window_start', 'window_end', 'window_time']

export interface WindowValue {
  readonly part: WindowPart
  /** `time` refers to the columns that the expression refers to. */
  readonly window: WindowSpec
}

/** window_time is the last instant of the window: one microsecond before its end. */
const lastInstant: Interval = { months: 0, days: 0, micros: '1' }

/**
 * Recognises the expressions that mean a part of a window: `tumble(time, size [, offset])`, `window_end(start, size, offset)`
 * of such a start, and `window_end(..) - INTERVAL '1' MICROSECOND`. `ofColumn` tells of columns that are parts themselves.
 */
export function windowValue(
  expression: Expression,
  ofColumn: (index: number) => WindowValue | null = () => null,
): WindowValue | null {
  if (expression.kind === 'column') return ofColumn(expression.index)
  if (expression.kind === 'binary' && expression.operator === 'subtract') {
    const shift = constantInterval(expression.right)
    const end = shift && sameInterval(shift, lastInstant) ? windowValue(expression.left, ofColumn) : null
    return end?.part === 'window_end' ? { ...end, part: 'window_time' } : null
  }
  if (expression.kind !== 'call') return null
  const [first] = expression.arguments
  if (expression.name === 'tumble') return tumbleCall(expression)
  if (first === undefined || expression.name !== 'window_end') return null
  const start = windowValue(first, ofColumn)
  return start?.part === 'window_start' && sameBounds(expression, start.window)
    ? { ...start, part: 'window_end' }
    : null
}

function sameBounds({ arguments: [, size, offset] }: CallExpression, window: WindowSpec): boolean {
  const [sizeValue, offsetValue] = [size && constantInterval(size), offset && constantInterval(offset)]
  if (!sizeValue || !offsetValue) return false
  return sameInterval(sizeValue, window.size) && sameInterval(offsetValue, window.offset)
}

type CallExpression = Expression & { readonly kind: 'call' }

function tumbleCall(call: CallExpression): WindowValue | null {
  const [time, sizeArgument, offsetArgument] = call.arguments
  const size = sizeArgument && constantInterval(sizeArgument)
  const offset = offsetArgument ? constantInterval(offsetArgument) : noInterval
  if (!time || !size || !offset) return null
  return { part: 'window_start', window: { window: 'tumble', time, size, offset, span: call.span } }
}

export function constantInterval(expression: Expression): Interval | null {
  return expression.kind === 'literal' && expression.value !== null && typeof expression.value === 'object'
    ? expression.value
    : null
}

/** The inverse of `windowValue`: the part as a scalar expression. */
export function windowExpression(part: WindowPart, window: WindowSpec): Expression {
  const { time, size, offset, span } = window
  const { type, nullable } = time
  const bounds = [intervalLiteral(size), intervalLiteral(offset)]
  const start: Expression = { kind: 'call', name: 'tumble', arguments: [time, ...bounds], type, nullable, span }
  switch (part) {
    case 'window_start':
      return start
    case 'window_end':
      return endOfWindow(start, window)
    case 'window_time':
      return lastInstantBefore(endOfWindow(start, window))
  }
}

/** `start`: the window's start, as a column or a call. */
export function endOfWindow(start: Expression, { size, offset, span }: WindowSpec): Expression {
  const bounds = [intervalLiteral(size), intervalLiteral(offset)]
  const { type, nullable } = start
  return { kind: 'call', name: 'window_end', arguments: [start, ...bounds], type, nullable, span }
}

export function lastInstantBefore(end: Expression): Expression {
  const { type, nullable, span } = end
  return { kind: 'binary', operator: 'subtract', left: end, right: intervalLiteral(lastInstant), type, nullable, span }
}

function intervalLiteral(value: Interval): Expression {
  return { kind: 'literal', type: { kind: 'interval' }, nullable: false, value }
}

export function sameWindow(a: WindowSpec, b: WindowSpec): boolean {
  return sameInterval(a.size, b.size) && sameInterval(a.offset, b.offset) && sameExpression(a.time, b.time)
}
