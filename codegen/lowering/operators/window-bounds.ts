import type { Interval } from '../../../sql/plan/logical-plan.ts'
import { alignmentMicros, fixedMicros } from '../../../sql/plan/interval.ts'
import type { Span } from '../../../sql/base/span.ts'
import { binary, constI32, constI64, library, select } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import { intervalBytes } from '../expressions/literal.ts'
import type { Lowering } from '../expressions/lowering.ts'
import { datetimeOverflow, failOnFault } from '../expressions/strict.ts'

export interface WindowSize {
  readonly size: Interval
  readonly offset: Interval
  readonly span?: Span | undefined
}

/** Start and end (exclusive) of the tumbling window that holds `time`: [k * size + offset, ..), right for times before 1970, too. Microseconds. */
export function windowBounds(
  lowering: Lowering,
  time: Expression,
  window: WindowSize,
): { readonly start: Expression; readonly end: Expression } {
  const size = fixedMicros(window.size)
  return size === null
    ? monthBounds(lowering, time, window)
    : fixedBounds(lowering, time, { size, offset: alignmentMicros(window.offset) })
}

function fixedBounds(
  { builder }: Lowering,
  time: Expression,
  { size, offset }: { readonly size: bigint; readonly offset: bigint },
): { readonly start: Expression; readonly end: Expression } {
  const into = builder.let('into', binary('rem_s', binary('sub', time, constI64(offset % size)), constI64(size)))
  const floored = select(binary('lt_s', into, constI64(0n)), binary('add', into, constI64(size)), into)
  const start = builder.let('start', binary('sub', time, floored))
  return { start, end: builder.let('end', binary('add', start, constI64(size))) }
}

const microsPerMonthMax = 31n * 86_400_000_000n

/** The end is the start of the window that holds an instant a little after it: months have 28 to 31 days. */
function monthBounds(
  lowering: Lowering,
  time: Expression,
  { size, offset, span }: WindowSize,
): { readonly start: Expression; readonly end: Expression } {
  const { builder } = lowering
  const months = constI32(size.months)
  const cell = builder.module.constant({ kind: 'bytes', bytes: intervalBytes(offset) })
  const startOf = (instant: Expression): Expression => {
    const start = builder.let('start', library('timestamp_window_months', [instant, months, cell]))
    failOnFault(lowering, [datetimeOverflow(span)])
    return start
  }
  const start = startOf(time)
  return { start, end: startOf(binary('add', start, constI64(microsPerMonthMax * BigInt(size.months)))) }
}
