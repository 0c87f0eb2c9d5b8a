import { timestampMax, timestampMin, timeUnits, unitNamed } from '../../abi/time-unit.ts'
import type { timeSignatures } from '../../abi/library/time.ts'
import type { LibraryContext } from '../context.ts'
import { setFault } from '../context.ts'
import type { Implementations } from '../../abi/library/implementation.ts'
import { textOf, writeText } from '../view/view.ts'
import { civilOf, daysInMonth, daysOf } from './civil.ts'
import { add, compare, divide, hash, multiply, negate } from './interval.ts'
import { datePart, intervalPart, part, truncate, truncateDay } from './part.ts'
import {
  addMonthsToDay,
  bin,
  checkedDay,
  checkedTimestamp,
  difference,
  shift,
  shiftTime,
  windowOfMonths,
} from './shift.ts'
import { formatTimestamp } from './to-char.ts'

/** The family of dates and times, bound to one memory. */
export function timeLibrary(m: LibraryContext): Implementations<typeof timeSignatures> {
  return {
    time_unit: (name) => unitOf(m, name),
    day_part: (unit, days) => datePart(unit, days) ?? 0,
    day_truncate: (unit, days) => truncateDay(m, unit, days),
    day_add_months: addMonthsToDay,
    timestamp_truncate: (unit, micros) => truncate(m, unit, micros),
    timestamp_part: (unit, micros) => part(m, unit, micros),
    timestamp_add: (micros, interval) => shift(m, micros, { interval, sign: 1 }),
    timestamp_subtract: (micros, interval) => shift(m, micros, { interval, sign: -1 }),
    timestamp_bin: (interval, micros, origin) => bin(m, micros, { interval, origin }),
    timestamp_window_months: (micros, months, offset) => windowOfMonths(m, micros, { months, offset }),
    make_date: (year, month, day) => makeDate(m, { year, month, day }),
    make_time: (hour, minute, second) => makeTime(m, { hour, minute, second }),
    last_day: (days) => lastDay(days),
    time_add: (micros, interval) => shiftTime(m, micros, { interval, sign: 1 }),
    time_subtract: (micros, interval) => shiftTime(m, micros, { interval, sign: -1 }),
    timestamp_difference: (a, b, out) => difference(m, [a, b], out),
    timestamp_from_f64: (seconds) => fromSeconds(m, seconds),
    timestamp_to_char: (micros, format, out) => toChar(m, micros, { format, out }),
    interval_compare: (a, b) => compare(m, a, b),
    interval_hash: (a) => hash(m, a),
    interval_add: (a, b, out) => add(m, [a, b], { sign: 1, out }),
    interval_subtract: (a, b, out) => add(m, [a, b], { sign: -1, out }),
    interval_negate: (a, out) => negate(m, a, out),
    interval_multiply: (a, factor, out) => multiply(m, a, { factor, out }),
    interval_divide: (a, divisor, out) => divide(m, a, { divisor, out }),
    interval_part: (unit, interval) => intervalPart(m, unit, interval),
  }
}

function unitOf(m: LibraryContext, name: number): number {
  const unit = unitNamed(textOf(m, name))
  setFault(m, unit === null ? 'invalid_argument' : 'none')
  return unit === null ? 0 : timeUnits[unit]
}

function makeDate(
  m: LibraryContext,
  { year, month, day }: { readonly year: number; readonly month: number; readonly day: number },
): number {
  const isDate = year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)
  if (isDate) return checkedDay(m, daysOf(year, month, day))
  setFault(m, 'datetime_overflow')
  return 0
}

function makeTime(
  m: LibraryContext,
  { hour, minute, second }: { readonly hour: number; readonly minute: number; readonly second: number },
): bigint {
  const isTime = hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 59
  setFault(m, isTime ? 'none' : 'datetime_overflow')
  return isTime ? BigInt((hour * 60 + minute) * 60 + second) * 1_000_000n : 0n
}

function lastDay(days: number): number {
  const { year, month } = civilOf(days)
  return daysOf(year, month, daysInMonth(year, month))
}

/** Beyond the range of i64 every double is beyond the range of timestamps. */
function fromSeconds(m: LibraryContext, seconds: number): bigint {
  const micros = seconds * 1e6
  if (!(Math.abs(micros) < 2 ** 62)) {
    setFault(m, 'datetime_overflow')
    return 0n
  }
  const below = Math.floor(micros)
  const rest = micros - below
  const isUp = rest > 0.5 || (rest === 0.5 && below % 2 !== 0)
  return checkedTimestamp(m, BigInt(isUp ? below + 1 : below))
}

function toChar(
  m: LibraryContext,
  micros: bigint,
  { format, out }: { readonly format: number; readonly out: number },
): void {
  // beyond the calendar lies only what has failed before: that is the row's error, whatever comes of it here
  const shown = micros >= timestampMin && micros <= timestampMax ? micros : 0n
  const text = formatTimestamp(shown, textOf(m, format))
  setFault(m, text === null ? 'invalid_argument' : 'none')
  if (text !== null) writeText(m, out, text)
}
