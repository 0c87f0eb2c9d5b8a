import type { LibraryContext } from '../context.ts'
import { setFault } from '../context.ts'
import { divideRounded64 } from './arithmetic.ts'
import { divideRounded, powersOfTen, safeProduct, scaled, shortPowers } from './cell.ts'
import { fromDouble } from './convert.ts'

/** Decimals of at most 18 digits, as i64. */
function checked(m: LibraryContext, value: bigint, precision: number): bigint {
  const limit = shortPowers[precision]!
  const fits = value < limit && value > -limit
  setFault(m, fits ? 'none' : 'numeric_overflow')
  return fits ? value : 0n
}

export function divideShort(
  m: LibraryContext,
  [a, b]: readonly [bigint, bigint],
  { up, precision }: { readonly up: number; readonly precision: number },
): bigint {
  if (b === 0n) {
    setFault(m, 'division_by_zero')
    return 0n
  }
  if (up >= 0 && up <= 18) {
    const estimate = Number(a) * Number(shortPowers[up]!)
    if (estimate < safeProduct && estimate > -safeProduct) {
      return checked(m, divideRounded64(BigInt.asIntN(64, a * shortPowers[up]!), b), precision)
    }
  }
  return checked(
    m,
    up >= 0 ? divideRounded(a * powersOfTen[up]!, b) : divideRounded(a, b * powersOfTen[-up]!),
    precision,
  )
}

export function multiplyShort(
  m: LibraryContext,
  [a, b]: readonly [bigint, bigint],
  { down, precision }: { readonly down: number; readonly precision: number },
): bigint {
  const estimate = Number(a) * Number(b)
  if (estimate < safeProduct && estimate > -safeProduct && down <= 18) {
    const product = BigInt.asIntN(64, a * b)
    return checked(m, down === 0 ? product : divideRounded64(product, shortPowers[down]!), precision)
  }
  return checked(m, scaled(a * b, -down), precision)
}

export function rescaleShort(
  m: LibraryContext,
  a: bigint,
  { up, precision }: { readonly up: number; readonly precision: number },
): bigint {
  if (up <= 0) return checked(m, up === 0 ? a : divideRounded64(a, shortPowers[-up]!), precision)
  return checked(m, scaled(a, up), precision)
}

export function fromDoubleShort(
  m: LibraryContext,
  x: number,
  { scale, precision }: { readonly scale: number; readonly precision: number },
): bigint {
  const value = fromDouble(x, scale)
  return checked(m, value ?? powersOfTen[18]!, precision)
}
