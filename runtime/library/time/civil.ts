/**
 * The proleptic Gregorian calendar. Years are counted from March in cycles of 400 years (146,097 days), so that the leap day comes last and
 * all is integer arithmetic. Days are i32 numbers, micros i64 bigints.
 */
export interface CivilDate {
  readonly year: number
  readonly month: number
  readonly day: number
}

const daysPerCycle = 146_097
/** From 0000-03-01 to 1970-01-01. */
const epochOffset = 719_468

export function daysOf(year: number, month: number, day: number): number {
  const fromMarch = month > 2 ? year : year - 1
  const cycle = Math.floor(fromMarch / 400)
  const yearOfCycle = fromMarch - cycle * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const dayOfCycle = yearOfCycle * 365 + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100) + dayOfYear
  return cycle * daysPerCycle + dayOfCycle - epochOffset
}

export function civilOf(days: number): CivilDate {
  const shifted = days + epochOffset
  const cycle = Math.floor(shifted / daysPerCycle)
  const dayOfCycle = shifted - cycle * daysPerCycle
  const leaps = Math.floor(dayOfCycle / 1460) - Math.floor(dayOfCycle / 36_524) + Math.floor(dayOfCycle / 146_096)
  const yearOfCycle = Math.floor((dayOfCycle - leaps) / 365)
  const dayOfYear = dayOfCycle - (365 * yearOfCycle + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  return { year: cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0), month, day }
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
