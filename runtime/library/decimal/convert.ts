import type { LibraryContext } from '../context.ts'
import { setFault } from '../context.ts'
import { shortestDigits } from '../number/digits.ts'
import { doublePowers, isSmall, powersOfTen, read, scaled, small, writeChecked } from './cell.ts'

const i64Max = 2n ** 63n - 1n
const u64Max = 2n ** 64n - 1n

/** Between decimals, integers and doubles. */
export function toI64(m: LibraryContext, a: number, scale: number): bigint {
  const value = scaled(read(m, a), -scale)
  const fits = value <= i64Max && value >= -i64Max - 1n
  setFault(m, fits ? 'none' : 'numeric_overflow')
  return fits ? value : 0n
}

/** As the bits of an i64. */
export function toU64(m: LibraryContext, a: number, scale: number): bigint {
  const value = scaled(read(m, a), -scale)
  const fits = value >= 0n && value <= u64Max
  setFault(m, fits ? 'none' : 'numeric_overflow')
  return fits ? BigInt.asIntN(64, value) : 0n
}

/** The double nearest to the cell's value / 10^scale. */
export function cellToDouble(m: LibraryContext, a: number, scale: number): number {
  const value = small(m, a)
  return isSmall(value) && scale <= 22 ? value / doublePowers[scale]! : toDouble(read(m, a), scale)
}

/** The double nearest to value / 10^scale. */
export function toDouble(value: bigint, scale: number): number {
  const whole = Number(value)
  // Both exact, so one division rounds once.
  if (Number.isSafeInteger(whole) && scale <= 22) return whole / 10 ** scale
  return Number(`${value}e-${scale}`)
}

/** The unscaled integer of a double at a scale, of its shortest text and rounded half away from zero; null for NaN and infinities. */
export function fromDouble(x: number, scale: number): bigint | null {
  if (!Number.isFinite(x)) return null
  if (Number.isSafeInteger(x)) return BigInt(x) * powersOfTen[scale]!
  const { digits, exponent } = shortestDigits(x)
  const up = exponent + scale
  // So small that nothing of it is left, or so large that no decimal holds it.
  if (up < -40) return 0n
  return up > 38 ? powersOfTen[39]! : scaled(digits, up)
}

export function fromDoubleInto(
  m: LibraryContext,
  x: number,
  { scale, precision, out }: { readonly scale: number; readonly precision: number; readonly out: number },
): void {
  const value = fromDouble(x, scale)
  if (value === null) setFault(m, 'numeric_overflow')
  else writeChecked(m, value, { precision, out })
}
