import { SqlError } from '../../sql/base/diagnostic.ts'
import { invalidWindow } from '../../sql/messages/raise.ts'
import { columnsIn } from '../../sql/plan/expression-tree.ts'
import { fixedMicros, microsMax } from '../../sql/plan/interval.ts'
import type { Interval, WindowSpec } from '../../sql/plan/logical-plan.ts'
import type { StreamContext } from './context.ts'
import type { Edge, StateBound, WatermarkColumn, WindowBinding } from './stream-plan.ts'
import { watermarkLag } from './watermark-lag.ts'
import type { WindowPart } from './window-part.ts'

/** Errors: `invalid_window`. */
export function bindWindow(window: WindowSpec, input: Edge, context: StreamContext): WindowBinding {
  checkSize(window)
  const lag = watermarkLag(window.time, input.watermarks)
  return {
    window: window.window,
    time: window.time,
    size: window.size,
    offset: window.offset,
    lagMicros: lag && String(lag.lagMicros),
    latenessMicros: String(latenessMicros(context)),
  }
}

function checkSize({ size, span }: WindowSpec): void {
  const refuse = (detail: string): SqlError => new SqlError([invalidWindow({ detail }, { span })])
  if (size.months !== 0 && (size.days !== 0 || BigInt(size.micros) !== 0n)) {
    throw refuse('a window is either a number of months or a fixed length, not both')
  }
  if (!isPositive(size)) throw refuse('the size of a window must be positive')
}

function isPositive(size: Interval): boolean {
  return size.months > 0 || (size.months === 0 && (fixedMicros(size) ?? 0n) > 0n)
}

/** Errors: `invalid_window` for a lateness that is negative or has months. */
function latenessMicros({ lateness }: StreamContext): bigint {
  if (!lateness) return 0n
  const micros = fixedMicros(lateness.interval)
  if (micros === null || micros < 0n) {
    const detail = 'ALLOW LATENESS takes a length of time that is not negative and has no months'
    throw new SqlError([invalidWindow({ detail }, { span: lateness.span })])
  }
  return micros
}

/** The name of the column that a missing watermark should be declared on. */
export function timeColumnName(window: WindowSpec, input: Edge): string {
  const [column] = columnsIn(window.time)
  return (column && input.schema[column.index]?.name) ?? 'its time column'
}

/** The watermark frees what the windows keep; without one nothing does. */
export function windowState(window: WindowBinding, input: Edge): StateBound {
  const lag = watermarkLag(window.time, input.watermarks)
  return lag ? { kind: 'watermark', column: lag.column } : { kind: 'unbounded', by: 'number of windows' }
}

/**
 * What holds for the window columns of rows that come after watermark W, when a window is finished as soon as
 * `W - lag >= end + lateness`: only unfinished windows are shown any more, so `end > W - lag - lateness`. Hence
 * `window_end >= W - kept + 1`, `window_time = window_end - 1 >= W - kept` and `window_start >= W - kept + 1 - size`, with
 * `kept = lag + lateness`. A lag of -1 microsecond therefore says "later than W".
 */
export function windowWatermarks(
  window: WindowBinding,
  columns: readonly (readonly [part: WindowPart, column: number])[],
): readonly WatermarkColumn[] {
  if (window.lagMicros === null) return []
  const kept = BigInt(window.lagMicros) + BigInt(window.latenessMicros)
  const lags: Readonly<Record<WindowPart, bigint>> = {
    window_start: kept - 1n + microsMax(window.size),
    window_end: kept - 1n,
    window_time: kept,
  }
  return columns.map(([part, column]) => ({ column, lagMicros: String(lags[part]) }))
}
