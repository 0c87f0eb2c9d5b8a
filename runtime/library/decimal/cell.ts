import type { LibraryContext } from '../context.ts'
import { setFault } from '../context.ts'

/**
 * 128-bit cells: low i64, high i64, two's complement.
 *
 * Nearly all values are exact as doubles, so each operation has a path on numbers, which makes no heap object, and a plain one on big integers
 * for everything else. Both are exact; only speed differs.
 */
/** Up to here doubles are exact integers, and no integer beyond rounds to one of them. */
const smallMax = Number.MAX_SAFE_INTEGER

/** The value as a double when it is small, else NaN, which fails every later test for being small. */
export function small(m: LibraryContext, cell: number): number {
  const { i32 } = m
  const at = cell >> 2
  const high = i32[at + 1]!
  const sign = high >> 31
  if (i32[at + 2] !== sign || i32[at + 3] !== sign || high > 0x1fffff || high < -0x200000) return Number.NaN
  return high * 4_294_967_296 + (i32[at]! >>> 0)
}

/** Whether a result of doubles is exact; never for NaN. */
export function isSmall(value: number): boolean {
  return value <= smallMax && value >= -smallMax
}

export function writeSmall(m: LibraryContext, cell: number, value: number): void {
  const { i32 } = m
  const at = cell >> 2
  const high = Math.floor(value / 4_294_967_296)
  i32[at] = (value - high * 4_294_967_296) | 0
  i32[at + 1] = high
  i32[at + 2] = high >> 31
  i32[at + 3] = high >> 31
}

export function read(m: LibraryContext, cell: number): bigint {
  const at = cell >> 3
  return (m.i64[at + 1]! << 64n) | BigInt.asUintN(64, m.i64[at]!)
}

export function write(m: LibraryContext, cell: number, value: bigint): void {
  const at = cell >> 3
  m.i64[at] = BigInt.asIntN(64, value)
  m.i64[at + 1] = BigInt.asIntN(64, value >> 64n)
}

/** 10^0 .. 10^76: enough to align any two decimals. */
export const powersOfTen: readonly bigint[] = Array.from({ length: 77 }, (_, exponent) => 10n ** BigInt(exponent))

/** 10^0 .. 10^18 as i64. */
export const shortPowers = BigInt64Array.from(powersOfTen.slice(0, 19))

/** 10^0 .. 10^38 as doubles, exact up to 10^22. */
export const doublePowers = Float64Array.from(powersOfTen.slice(0, 39), Number)

/** Beyond this a double that stands for an integer may lie above the i64 it estimates. */
export const safeProduct = 9.2e18

/** Writes an exact result, or faults when it has more digits than the precision. */
export function writeChecked(
  m: LibraryContext,
  value: bigint,
  { precision, out }: { readonly precision: number; readonly out: number },
): void {
  const limit = powersOfTen[precision]!
  const fits = value < limit && value > -limit
  setFault(m, fits ? 'none' : 'numeric_overflow')
  if (fits) write(m, out, value)
}

/** As `writeChecked`, for a small value. */
export function writeSmallChecked(m: LibraryContext, value: number, precision: number, out: number): void {
  const fits = precision > 15 || Math.abs(value) < doublePowers[precision]!
  setFault(m, fits ? 'none' : 'numeric_overflow')
  if (fits) writeSmall(m, out, value)
}

/** value / divisor of small integers, rounded half away from zero. The divisor is not zero. */
export function divideSmall(value: number, divisor: number): number {
  let quotient = Math.trunc(value / divisor)
  // The division rounds, so the quotient may be one too far from zero.
  let rest = value - quotient * divisor
  if (rest !== 0 && rest < 0 !== value < 0) {
    quotient -= value < 0 === divisor < 0 ? 1 : -1
    rest = value - quotient * divisor
  }
  const isUp = Math.abs(rest) >= Math.abs(divisor) - Math.abs(rest)
  return isUp ? quotient + (value < 0 === divisor < 0 ? 1 : -1) : quotient
}

/** value / divisor, rounded half away from zero. The divisor is not zero. */
export function divideRounded(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor
  const rest = value % divisor
  const magnitude = rest < 0n ? -rest : rest
  const size = divisor < 0n ? -divisor : divisor
  if (magnitude < size - magnitude) return quotient
  return value < 0n === divisor < 0n ? quotient + 1n : quotient - 1n
}

/** value * 10^up exactly; for negative `up` divided and rounded half away from zero. */
export function scaled(value: bigint, up: number): bigint {
  return up >= 0 ? value * powersOfTen[up]! : divideRounded(value, powersOfTen[-up]!)
}
