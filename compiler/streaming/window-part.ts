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
 * Recognises the expressions that mean a part of a window: `tumble(time, size [, offset])`, `window_start` and
 * `window_end` of it, and `window_end(..) - INTERVAL '1' MICROSECOND`.
 */
export function windowValue(expression: Expression): WindowValue | null {
  if (expression.kind === 'binary' && expression.operator === 'subtract') {
    const shift = constantInterval(expression.right)
    const end = shift && sameInterval(shift, lastInstant) ? windowValue(expression.left) : null
    return end?.part === 'window_end' ? { ...end, part: 'window_time' } : null
  }
  if (expression.kind !== 'call') return null
  const [first] = expression.arguments
  if (expression.name === 'tumble') return tumbleCall(expression)
  if (first === undefined || (expression.name !== 'window_start' && expression.name !== 'window_end')) return null
  const inner = windowValue(first)
  return inner?.part === 'window_start' ? { ...inner, part: expression.name } : null
}

function tumbleCall(call: Expression & { readonly kind: 'call' }): WindowValue | null {
  const [time, sizeArgument, offsetArgument] = call.arguments
  const size = sizeArgument && constantInterval(sizeArgument)
  const offset = offsetArgument ? constantInterval(offsetArgument) : noInterval
  if (!time || !size || !offset) return null
  return { part: 'window_start', window: { window: 'tumble', time, size, offset, span: call.span } }
}

function constantInterval(expression: Expression): Interval | null {
  return expression.kind === 'literal' && expression.value !== null && typeof expression.value === 'object'
    ? expression.value
    : null
}

/** The inverse of `windowValue`: the part as a scalar expression. */
export function windowExpression(part: WindowPart, window: WindowSpec): Expression {
  const { type, nullable } = window.time
  const typed = { type, nullable, span: window.span }
  const interval = (value: Interval): Expression => ({
    kind: 'literal',
    type: { kind: 'interval' },
    nullable: false,
    value,
  })
  const start: Expression = {
    ...typed,
    kind: 'call',
    name: 'tumble',
    arguments: [window.time, interval(window.size), interval(window.offset)],
  }
  if (part === 'window_start') return start
  const end: Expression = { ...typed, kind: 'call', name: 'window_end', arguments: [start] }
  return part === 'window_end'
    ? end
    : { ...typed, kind: 'binary', operator: 'subtract', left: end, right: interval(lastInstant) }
}

export function sameWindow(a: WindowSpec, b: WindowSpec): boolean {
  return sameInterval(a.size, b.size) && sameInterval(a.offset, b.offset) && sameExpression(a.time, b.time)
}
