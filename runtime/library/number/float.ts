import { scaled } from '../decimal/cell.ts'
import { shortestDigits } from './digits.ts'

/** Rounding of doubles to decimals, as their shortest text reads: ROUND(1.005, 2) is 1.01. */
export function roundTo(x: number, digits: number): number {
  if (!Number.isFinite(x) || x === 0) return x
  if (digits === 0 && Math.abs(x) < 2 ** 52) {
    const magnitude = Math.abs(x)
    const whole = Math.floor(magnitude)
    return withSign(x, magnitude - whole >= 0.5 ? whole + 1 : whole)
  }
  return roundFast(x, digits) ?? decimalOf(x, digits, (value, up) => scaled(value, up))
}

/** By multiplying, where the product is so far from a half that its own rounding error cannot matter; else null. */
function roundFast(x: number, digits: number): number | null {
  if (digits < 0 || digits > 15) return null
  const power = 10 ** digits
  const product = Math.abs(x) * power
  if (product >= 2 ** 49) return null
  const whole = Math.floor(product)
  const fraction = product - whole
  if (Math.abs(fraction - 0.5) <= product * 2 ** -50) return null
  return withSign(x, (fraction > 0.5 ? whole + 1 : whole) / power)
}

export function truncateTo(x: number, digits: number): number {
  if (!Number.isFinite(x) || x === 0) return x
  if (digits === 0) return Math.trunc(x)
  return decimalOf(x, digits, (value, up) => value / 10n ** BigInt(-up))
}

function decimalOf(x: number, digits: number, cut: (value: bigint, up: number) => bigint): number {
  const shortest = shortestDigits(x)
  const up = shortest.exponent + digits
  // No digit of the number stands behind the place, or all of them do.
  if (up >= 0) return x
  if (up < -40) return withSign(x, 0)
  return withSign(x, Math.abs(Number(`${cut(shortest.digits, up)}e${-digits}`)))
}

function withSign(x: number, magnitude: number): number {
  return x < 0 ? -magnitude : magnitude
}

/** x to the power of y as C defines it: 1 to any power, and anything to the power of 0, is 1; (-1) to an infinity too. */
export function power(x: number, y: number): number {
  if (x === 1 || (x === -1 && Math.abs(y) === Infinity)) return 1
  return x ** y
}

/** Exact for powers of the base that are integers, as far as Math has a function of its own. */
export function logarithm(base: number, x: number): number {
  if (base === 10) return Math.log10(x)
  if (base === 2) return Math.log2(x)
  return Math.log(x) / Math.log(base)
}
