import type { LibraryContext } from '../context.ts'
import { setFault } from '../context.ts'

/**
 * 128-bit cells: low i64, high i64, two's complement.
 *
 * Nearly all values fit 64 bits, so each operation has a path on one i64 (which V8 keeps in a register: no heap BigInt) and a
 * plain exact one on big integers for everything else. Both are exact; only speed differs.
 */
export function low(m: LibraryContext, cell: number): bigint {
  return m.i64[cell >> 3]!
}

/** Whether the cell's value fits i64. */
export function isNarrow(m: LibraryContext, cell: number): boolean {
  const at = cell >> 3
  return m.i64[at + 1] === m.i64[at]! >> 63n
}

export function writeNarrow(m: LibraryContext, cell: number, value: bigint): void {
  const at = cell >> 3
  m.i64[at] = value
  m.i64[at + 1] = value >> 63n
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

/** As `writeChecked`, for a value known to fit i64. */
export function writeNarrowChecked(
  m: LibraryContext,
  value: bigint,
  { precision, out }: { readonly precision: number; readonly out: number },
): void {
  // 19 digits and more hold every i64.
  const fits = precision > 18 || (value < shortPowers[precision]! && value > -shortPowers[precision]!)
  setFault(m, fits ? 'none' : 'numeric_overflow')
  if (fits) writeNarrow(m, out, value)
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
