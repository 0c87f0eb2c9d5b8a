import type { LibraryContext } from '../context.ts'
import { setFault } from '../context.ts'
import {
  divideRounded,
  divideSmall,
  doublePowers,
  isSmall,
  powersOfTen,
  read,
  scaled,
  small,
  writeChecked,
  writeSmall,
  writeSmallChecked,
} from './cell.ts'

/** Exact arithmetic on cells. */
export interface AddParts {
  readonly aUp: number
  readonly bUp: number
  readonly precision: number
  readonly out: number
  readonly sign: 1 | -1
}

/** NaN where it is not exact. */
function smallScaled(m: LibraryContext, cell: number, up: number): number {
  const value = small(m, cell) * doublePowers[up]!
  return isSmall(value) ? value : Number.NaN
}

export function add(m: LibraryContext, a: number, b: number, parts: AddParts): void {
  const { aUp, bUp, sign, precision, out } = parts
  const sum = smallScaled(m, a, aUp) + sign * smallScaled(m, b, bUp)
  if (isSmall(sum)) {
    writeSmallChecked(m, sum, precision, out)
    return
  }
  const [x, y] = [scaled(read(m, a), aUp), scaled(read(m, b), bUp)]
  writeChecked(m, sign > 0 ? x + y : x - y, parts)
}

export interface ScaleParts {
  readonly scale: number
  readonly precision: number
  readonly out: number
}

/** The product divided by 10^scale. */
export function multiply(m: LibraryContext, a: number, b: number, parts: ScaleParts): void {
  const { scale, precision, out } = parts
  const product = small(m, a) * small(m, b)
  if (isSmall(product) && scale <= 15) {
    writeSmallChecked(m, scale === 0 ? product : divideSmall(product, doublePowers[scale]!), precision, out)
    return
  }
  writeChecked(m, scaled(read(m, a) * read(m, b), -scale), parts)
}

/** a * 10^scale / b. */
export function divide(m: LibraryContext, a: number, b: number, parts: ScaleParts): void {
  const { scale, precision, out } = parts
  if (scale >= 0) {
    const dividend = smallScaled(m, a, scale)
    const divisor = small(m, b)
    if (isSmall(dividend) && isSmall(divisor) && divisor !== 0) {
      writeSmallChecked(m, divideSmall(dividend, divisor), precision, out)
      return
    }
  }
  const divisor = read(m, b)
  if (divisor === 0n) {
    setFault(m, 'division_by_zero')
    return
  }
  const value = read(m, a)
  const quotient =
    scale >= 0
      ? divideRounded(value * powersOfTen[scale]!, divisor)
      : divideRounded(value, divisor * powersOfTen[-scale]!)
  writeChecked(m, quotient, parts)
}

/** As `divideRounded`, in i64; neither operand is the least i64. */
export function divideRounded64(value: bigint, divisor: bigint): bigint {
  const quotient = BigInt.asIntN(64, value / divisor)
  const rest = BigInt.asIntN(64, value % divisor)
  const magnitude = rest < 0n ? BigInt.asIntN(64, -rest) : rest
  const size = divisor < 0n ? BigInt.asIntN(64, -divisor) : divisor
  if (magnitude < BigInt.asIntN(64, size - magnitude)) return quotient
  return BigInt.asIntN(64, value < 0n === divisor < 0n ? quotient + 1n : quotient - 1n)
}

export function remainder(m: LibraryContext, a: number, b: number, parts: Omit<AddParts, 'sign'>): void {
  const { aUp, bUp, out } = parts
  const [x, y] = [smallScaled(m, a, aUp), smallScaled(m, b, bUp)]
  if (isSmall(x) && isSmall(y) && y !== 0) {
    setFault(m, 'none')
    // + 0: not the -0 of a negative dividend
    writeSmall(m, out, (x % y) + 0)
    return
  }
  const divisor = scaled(read(m, b), bUp)
  if (divisor === 0n) setFault(m, 'division_by_zero')
  else writeChecked(m, scaled(read(m, a), aUp) % divisor, parts)
}
