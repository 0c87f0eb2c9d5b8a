import type { LibraryContext } from '../context.ts'
import { setFault } from '../context.ts'

const limit = 2n ** 63n

function checked(m: LibraryContext, value: bigint): bigint {
  const fits = value < limit && value >= -limit
  setFault(m, fits ? 'none' : 'numeric_overflow')
  return fits ? value : 0n
}

/** Exact functions of i64. */
export function powerOfInteger(m: LibraryContext, base: bigint, exponent: bigint): bigint {
  if (exponent < 0n) {
    setFault(m, 'invalid_argument')
    return 0n
  }
  const isUnit = base >= -1n && base <= 1n
  if (!isUnit && exponent > 63n) return checked(m, limit)
  if (isUnit) return checked(m, exponent === 0n ? 1n : base === -1n && exponent % 2n === 0n ? 1n : base)
  return checked(m, base ** exponent)
}

export function greatestDivisor(m: LibraryContext, a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b]
  while (y !== 0n) [x, y] = [y, x % y]
  return checked(m, x)
}

export function leastMultiple(m: LibraryContext, a: bigint, b: bigint): bigint {
  if (a === 0n || b === 0n) return checked(m, 0n)
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b]
  const product = x * y
  while (y !== 0n) [x, y] = [y, x % y]
  return checked(m, product / x)
}

export function factorial(m: LibraryContext, n: bigint): bigint {
  if (n < 0n) {
    setFault(m, 'invalid_argument')
    return 0n
  }
  if (n > 20n) return checked(m, limit)
  let product = 1n
  for (let factor = 2n; factor <= n; factor++) product *= factor
  return checked(m, product)
}
