/**
 * The proleptic Gregorian calendar. Years are counted from March in cycles of 400 years (146,097 days), so that the leap day comes last and
 * all is arithmetic on non-negative integers: `| 0` after a division by a constant becomes a multiplication and a shift, several times faster
 * than a floored division of doubles.
 *
 * Days are i32 numbers of the years 0 to 9999, micros i64 bigints.
 */
export interface CivilDate {
  readonly year: number
  readonly month: number
  readonly day: number
}

const daysPerCycle = 146_097
/** From 0000-03-01 to 1970-01-01. */
const epochOffset = 719_468

/** Year 0 or later; months 1 to 12. */
export function daysOf(year: number, month: number, day: number): number {
  // A cycle ahead, so that January of year 0 is not negative.
  const fromMarch = (month > 2 ? year : year - 1) + 400
  const cycle = (fromMarch / 400) | 0
  const yearOfCycle = fromMarch - cycle * 400
  const monthFromMarch = month > 2 ? month - 3 : month + 9
  const dayOfYear = (((153 * monthFromMarch + 2) / 5) | 0) + day - 1
  const dayOfCycle = yearOfCycle * 365 + (yearOfCycle >> 2) - ((yearOfCycle / 100) | 0) + dayOfYear
  return (cycle - 1) * daysPerCycle + dayOfCycle - epochOffset
}

export function civilOf(days: number): CivilDate {
  const shifted = (days + epochOffset + daysPerCycle) | 0
  const cycle = (shifted / daysPerCycle) | 0
  const dayOfCycle = shifted - cycle * daysPerCycle
  const leaps = ((dayOfCycle / 1460) | 0) - ((dayOfCycle / 36_524) | 0) + ((dayOfCycle / 146_096) | 0)
  const yearOfCycle = ((dayOfCycle - leaps) / 365) | 0
  const dayOfYear = dayOfCycle - (365 * yearOfCycle + (yearOfCycle >> 2) - ((yearOfCycle / 100) | 0))
  const monthFromMarch = ((5 * dayOfYear + 2) / 153) | 0
  const day = dayOfYear - (((153 * monthFromMarch + 2) / 5) | 0) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  return { year: (cycle - 1) * 400 + yearOfCycle + (month <= 2 ? 1 : 0), month, day }
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

export function daysInMonth(year: number, month: number): number {
  return month === 2 ? (isLeap(year) ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** The day of an instant, floored. */
export function dayOfMicros(micros: bigint): number {
  const quotient = Number(BigInt.asIntN(64, micros / 86_400_000_000n))
  return micros < 0n && BigInt.asIntN(64, micros % 86_400_000_000n) !== 0n ? quotient - 1 : quotient
}

/** Micros since midnight of an instant, 0 to a day less one. */
export function microsOfDay(micros: bigint, day: number): number {
  return Number(BigInt.asIntN(64, micros - BigInt(day) * 86_400_000_000n))
}

export function instant(day: number, micros: number): bigint {
  return BigInt.asIntN(64, BigInt(day) * 86_400_000_000n + BigInt(micros))
}
