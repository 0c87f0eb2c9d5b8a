import { dayMax, dayMin, timestampMax, timestampMin } from '../../abi/time-unit.ts'
import type { LibraryContext } from '../context.ts'
import { setFault } from '../context.ts'
import { civilOf, dayOfMicros, daysInMonth, daysOf, instant, microsOfDay } from './civil.ts'

/** Timestamps moved by intervals, differences, windows of calendar months. */
export function checkedTimestamp(m: LibraryContext, micros: bigint): bigint {
  const fits = micros >= timestampMin && micros <= timestampMax
  setFault(m, fits ? 'none' : 'datetime_overflow')
  return fits ? micros : 0n
}

export function checkedDay(m: LibraryContext, day: number): number {
  const fits = day >= dayMin && day <= dayMax
  setFault(m, fits ? 'none' : 'datetime_overflow')
  return fits ? day : 0
}

/** Months first, the day clamped to the month's last; then days, then micros. sign: 1 or -1. */
export function shift(
  m: LibraryContext,
  micros: bigint,
  { interval, sign }: { readonly interval: number; readonly sign: 1 | -1 },
): bigint {
  const months = m.i32[interval >> 2]! * sign
  const days = m.i32[(interval >> 2) + 1]! * sign
  const rest = m.i64[(interval + 8) >> 3]!
  const moved = months === 0 ? micros : addMonths(micros, months)
  // Beyond 64 bits only where the row fails anyway: plain integers, no wrapping.
  return checkedTimestamp(m, moved + BigInt(days) * 86_400_000_000n + (sign > 0 ? rest : -rest))
}

function addMonths(micros: bigint, months: number): bigint {
  const day = dayOfMicros(micros)
  return instant(addMonthsToDay(day, months), microsOfDay(micros, day))
}

/** Months since year 0 for which the calendar's arithmetic holds, and a day beyond. */
const monthsMin = -4700
const monthsMax = 360_000
const daysFar = 20_000_000

/** The day of the month clamped to the last of the new one. May lie outside of the years 1 to 9999. */
export function addMonthsToDay(day: number, months: number): number {
  const { year, month, day: dayOfMonth } = civilOf(day)
  const count = year * 12 + month - 1 + months
  // Further out than any number of days brings back.
  if (count < monthsMin || count > monthsMax) return count < 0 ? -daysFar : daysFar
  const newYear = (((count + 4800) / 12) | 0) - 400
  const newMonth = count - newYear * 12 + 1
  return daysOf(newYear, newMonth, Math.min(dayOfMonth, daysInMonth(newYear, newMonth)))
}

/** Days and micros of a - b, both of the same sign. */
export function difference(m: LibraryContext, [a, b]: readonly [bigint, bigint], out: number): void {
  const micros = a - b
  m.i32[out >> 2] = 0
  m.i32[(out >> 2) + 1] = Number(micros / 86_400_000_000n)
  m.i64[(out + 8) >> 3] = micros % 86_400_000_000n
}

/** Start of the window of `months` calendar months that holds the instant; windows are aligned at 1970-01-01 moved by `offset`. */
export function windowOfMonths(
  m: LibraryContext,
  micros: bigint,
  { months, offset }: { readonly months: number; readonly offset: number },
): bigint {
  const rest = m.i64[(offset + 8) >> 3]! + BigInt(m.i32[(offset >> 2) + 1]!) * 86_400_000_000n
  const shiftMonths = m.i32[offset >> 2]!
  const { year, month } = civilOf(dayOfMicros(micros - rest))
  const count = year * 12 + month - 1 - 1970 * 12 - shiftMonths
  const start = Math.floor(count / months) * months + shiftMonths + 1970 * 12
  // A window may begin before the calendar.
  if (start < 0) return checkedTimestamp(m, timestampMin - 1n)
  const startYear = (start / 12) | 0
  return checkedTimestamp(m, instant(daysOf(startYear, start - startYear * 12 + 1, 1), 0) + rest)
}

/** date_bin: down to a multiple of the interval, counted from the origin. */
export function bin(
  m: LibraryContext,
  micros: bigint,
  { interval, origin }: { readonly interval: number; readonly origin: bigint },
): bigint {
  const months = m.i32[interval >> 2]!
  const rest = m.i64[(interval + 8) >> 3]! + BigInt(m.i32[(interval >> 2) + 1]!) * 86_400_000_000n
  if ((months !== 0 && rest !== 0n) || (months === 0 && rest <= 0n) || months < 0) {
    setFault(m, 'invalid_argument')
    return 0n
  }
  if (months > 0) return checkedTimestamp(m, binMonths(micros, months, origin))
  const past = micros - origin
  const back = ((past % rest) + rest) % rest
  return checkedTimestamp(m, micros - back)
}

function binMonths(micros: bigint, months: number, origin: bigint): bigint {
  const monthOf = (at: bigint): number => {
    const { year, month } = civilOf(dayOfMicros(at))
    return year * 12 + month - 1
  }
  let bins = Math.floor((monthOf(micros) - monthOf(origin)) / months)
  // The origin's day may lie later in its month than the instant's.
  if (addMonths(origin, bins * months) > micros) bins -= 1
  return addMonths(origin, bins * months)
}

/** A time of day moved by the micros of an interval, round midnight. */
export function shiftTime(
  m: LibraryContext,
  micros: bigint,
  { interval, sign }: { readonly interval: number; readonly sign: 1 | -1 },
): bigint {
  const day = 86_400_000_000n
  const moved = micros + (m.i64[(interval + 8) >> 3]! % day) * BigInt(sign)
  return ((moved % day) + day) % day
}
