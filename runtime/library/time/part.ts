import { timeUnits } from '../../abi/time-unit.ts'
import type { LibraryContext } from '../context.ts'
import { setFault } from '../context.ts'
import { civilOf, dayOfMicros, daysOf, instant, microsOfDay } from './civil.ts'
import { checkedDay, checkedTimestamp } from './shift.ts'

/** Fields of timestamps and intervals, truncation to units. */
export function truncate(m: LibraryContext, unit: number, micros: bigint): bigint {
  const fixed = fixedUnits[unit]
  if (fixed !== undefined) return checkedTimestamp(m, micros - (((micros % fixed) + fixed) % fixed))
  const day = truncateDay(m, unit, dayOfMicros(micros))
  return instant(day, 0)
}

/** First day of the unit, which is a week or longer, that holds the day. */
export function truncateDay(m: LibraryContext, unit: number, day: number): number {
  if (unit === timeUnits.week) return checkedDay(m, day - isoWeekday(day) + 1)
  const { year, month } = civilOf(day)
  switch (unit) {
    case timeUnits.month:
      return checkedDay(m, daysOf(year, month, 1))
    case timeUnits.quarter:
      return checkedDay(m, daysOf(year, Math.floor((month - 1) / 3) * 3 + 1, 1))
    case timeUnits.year:
      return checkedDay(m, daysOf(year, 1, 1))
    case timeUnits.decade:
      return checkedDay(m, daysOf(Math.floor(year / 10) * 10, 1, 1))
    // Centuries and millennia begin with a year 1.
    case timeUnits.century:
      return checkedDay(m, daysOf(Math.floor((year - 1) / 100) * 100 + 1, 1, 1))
    case timeUnits.millennium:
      return checkedDay(m, daysOf(Math.floor((year - 1) / 1000) * 1000 + 1, 1, 1))
    default:
      setFault(m, 'invalid_argument')
      return 0
  }
}

/** Sizes in microseconds by number of the unit. */
const fixedUnits: readonly (bigint | undefined)[] = [
  1n,
  1000n,
  1_000_000n,
  60_000_000n,
  3_600_000_000n,
  86_400_000_000n,
]

/** Monday is 1. */
function isoWeekday(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1
}

/** The Thursday of a week decides its year. */
function isoYearOf(day: number): number {
  return civilOf(day - isoWeekday(day) + 4).year
}

function isoWeekOf(day: number): number {
  const thursday = day - isoWeekday(day) + 4
  return Math.floor((thursday - daysOf(civilOf(thursday).year, 1, 1)) / 7) + 1
}

/** SECOND is whole; MILLISECOND and MICROSECOND count the seconds of the minute in them. */
export function part(m: LibraryContext, unit: number, micros: bigint): bigint {
  setFault(m, 'none')
  const day = dayOfMicros(micros)
  if (unit === timeUnits.epoch) return (micros - (((micros % 1_000_000n) + 1_000_000n) % 1_000_000n)) / 1_000_000n
  const clock = clockPart(unit, microsOfDay(micros, day))
  const value = clock ?? datePart(unit, day)
  if (value === null) setFault(m, 'invalid_argument')
  return BigInt(value ?? 0)
}

function clockPart(unit: number, micros: number): number | null {
  switch (unit) {
    case timeUnits.hour:
      return Math.floor(micros / 3_600_000_000)
    case timeUnits.minute:
      return Math.floor(micros / 60_000_000) % 60
    case timeUnits.second:
      return Math.floor(micros / 1_000_000) % 60
    case timeUnits.millisecond:
      return Math.floor((micros % 60_000_000) / 1000)
    case timeUnits.microsecond:
      return micros % 60_000_000
    case timeUnits.nanosecond:
      return (micros % 60_000_000) * 1000
    default:
      return null
  }
}

/** Null for units that are none of the calendar's. */
export function datePart(unit: number, day: number): number | null {
  const { year, month, day: dayOfMonth } = civilOf(day)
  switch (unit) {
    case timeUnits.day:
      return dayOfMonth
    case timeUnits.week:
      return isoWeekOf(day)
    case timeUnits.month:
      return month
    case timeUnits.quarter:
      return Math.floor((month + 2) / 3)
    case timeUnits.year:
      return year
    case timeUnits.decade:
      return Math.floor(year / 10)
    case timeUnits.century:
      return Math.floor((year + 99) / 100)
    case timeUnits.millennium:
      return Math.floor((year + 999) / 1000)
    case timeUnits.dow:
      return isoWeekday(day) % 7
    case timeUnits.isodow:
      return isoWeekday(day)
    case timeUnits.doy:
      return day - daysOf(year, 1, 1) + 1
    case timeUnits.isoyear:
      return isoYearOf(day)
    default:
      return null
  }
}

/** Fields as PostgreSQL splits them: years and months of the months, days as they are, clock of the micros. */
export function intervalPart(m: LibraryContext, unit: number, interval: number): bigint {
  setFault(m, 'none')
  const months = m.i32[interval >> 2]!
  const days = m.i32[(interval >> 2) + 1]!
  const micros = m.i64[(interval + 8) >> 3]!
  const years = Math.trunc(months / 12)
  switch (unit) {
    case timeUnits.year:
      return BigInt(years)
    case timeUnits.month:
      return BigInt(months % 12)
    case timeUnits.quarter:
      return BigInt(Math.trunc((months % 12) / 3) + 1)
    case timeUnits.decade:
      return BigInt(Math.trunc(years / 10))
    case timeUnits.century:
      return BigInt(Math.trunc(years / 100))
    case timeUnits.millennium:
      return BigInt(Math.trunc(years / 1000))
    case timeUnits.day:
      return BigInt(days)
    case timeUnits.hour:
      return micros / 3_600_000_000n
    case timeUnits.minute:
      return (micros / 60_000_000n) % 60n
    case timeUnits.second:
      return (micros / 1_000_000n) % 60n
    case timeUnits.millisecond:
      return (micros % 60_000_000n) / 1000n
    case timeUnits.microsecond:
      return micros % 60_000_000n
    // A year counts 365.25 days, a month 30
    case timeUnits.epoch:
      return (
        (BigInt(years) * 31_557_600_000_000n +
          BigInt(months % 12) * 2_592_000_000_000n +
          BigInt(days) * 86_400_000_000n +
          micros) /
        1_000_000n
      )
    default:
      setFault(m, 'invalid_argument')
      return 0n
  }
}
