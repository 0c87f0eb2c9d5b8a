import { writePair } from './digits.ts'

/**
 * Dates and times as ISO 8601 text, straight into bytes. Calendar arithmetic after Howard Hinnant, "chrono-compatible
 * low-level date algorithms" (proleptic Gregorian, eras of 400 years that start on 1 March).
 */

const dash = 45
const colon = 58
const dot = 46
const letterT = 84

/** `2026-03-31`; days since 1970-01-01. */
export function writeDate(bytes: Uint8Array, at: number, days: number): number {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  const century = (year / 100) | 0
  let next = writePair(bytes, writePair(bytes, at, century), year - century * 100)
  bytes[next++] = dash
  next = writePair(bytes, next, month)
  bytes[next++] = dash
  return writePair(bytes, next, day)
}

/** `13:45:30.123456` with as many fraction digits as needed; microseconds since midnight. */
export function writeTime(bytes: Uint8Array, at: number, micros: number): number {
  const seconds = Math.floor(micros / 1_000_000)
  const fraction = micros - seconds * 1_000_000
  let next = writePair(bytes, at, (seconds / 3600) | 0)
  bytes[next++] = colon
  next = writePair(bytes, next, ((seconds / 60) | 0) % 60)
  bytes[next++] = colon
  next = writePair(bytes, next, seconds % 60)
  if (fraction === 0) return next
  bytes[next++] = dot
  next = writePair(bytes, next, (fraction / 10_000) | 0)
  next = writePair(bytes, next, ((fraction / 100) | 0) % 100)
  next = writePair(bytes, next, fraction % 100)
  while (bytes[next - 1] === 48) next--
  return next
}

const microsPerDay = 86_400_000_000
const bigMicrosPerDay = 86_400_000_000n

/** `2026-03-31T13:45:30.123456`; microseconds since 1970-01-01, within 2^53. */
export function writeTimestamp(bytes: Uint8Array, at: number, micros: number): number {
  const days = Math.floor(micros / microsPerDay)
  const next = writeDate(bytes, at, days)
  bytes[next] = letterT
  return writeTime(bytes, next + 1, micros - days * microsPerDay)
}

/** As `writeTimestamp`, for all years from 1 to 9999. */
export function writeBigTimestamp(bytes: Uint8Array, at: number, micros: bigint): number {
  const exact = micros >= -9_007_199_254_740_991n && micros <= 9_007_199_254_740_991n
  if (exact) return writeTimestamp(bytes, at, Number(micros))
  const quotient = micros / bigMicrosPerDay
  const days = quotient * bigMicrosPerDay > micros ? quotient - 1n : quotient
  const next = writeDate(bytes, at, Number(days))
  bytes[next] = letterT
  return writeTime(bytes, next + 1, Number(micros - days * bigMicrosPerDay))
}
