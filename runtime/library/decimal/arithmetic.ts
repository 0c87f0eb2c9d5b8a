import type { LibraryContext } from '../context.ts'
import { setFault } from '../context.ts'
import {
  divideRounded,
  isNarrow,
  low,
  powersOfTen,
  read,
  safeProduct,
  scaled,
  shortPowers,
  writeChecked,
  writeNarrow,
  writeNarrowChecked,
} from './cell.ts'

/** Exact arithmetic on cells. */
export interface AddParts {
  readonly aUp: number
  readonly bUp: number
  readonly precision: number
  readonly out: number
  /** 1n to add, -1n to subtract */
  readonly sign: 1 | -1
}

export function add(m: LibraryContext, [a, b]: readonly [number, number], parts: AddParts): void {
  const { aUp, bUp, sign } = parts
  if (aUp === 0 && bUp === 0 && isNarrow(m, a) && isNarrow(m, b)) {
    const x = low(m, a)
    const y = low(m, b)
    const sum = BigInt.asIntN(64, sign > 0 ? x + y : x - y)
    const isWrapped = sign > 0 ? ((x ^ sum) & (y ^ sum)) < 0n : ((x ^ y) & (x ^ sum)) < 0n
    if (!isWrapped) {
      writeNarrowChecked(m, sum, parts)
      return
    }
  }
  const [x, y] = [scaled(read(m, a), aUp), scaled(read(m, b), bUp)]
  writeChecked(m, sign > 0 ? x + y : x - y, parts)
}

export function multiply(
  m: LibraryContext,
  [a, b]: readonly [number, number],
  parts: { readonly down: number; readonly precision: number; readonly out: number },
): void {
  if (isNarrow(m, a) && isNarrow(m, b)) {
    const x = low(m, a)
    const y = low(m, b)
    const estimate = Number(x) * Number(y)
    if (estimate < safeProduct && estimate > -safeProduct && parts.down <= 18) {
      const product = BigInt.asIntN(64, x * y)
      writeNarrowChecked(m, parts.down === 0 ? product : divideRounded64(product, shortPowers[parts.down]!), parts)
      return
    }
  }
  writeChecked(m, scaled(read(m, a) * read(m, b), -parts.down), parts)
}

/** The one i64 without an opposite. */
const leastI64 = -(2n ** 63n)

export function divide(
  m: LibraryContext,
  [a, b]: readonly [number, number],
  parts: { readonly up: number; readonly precision: number; readonly out: number },
): void {
  const { up } = parts
  if (isNarrow(m, a) && isNarrow(m, b) && up >= 0 && up <= 18) {
    const x = low(m, a)
    const y = low(m, b)
    if (y === 0n) {
      setFault(m, 'division_by_zero')
      return
    }
    const estimate = Number(x) * Number(shortPowers[up]!)
    if (estimate < safeProduct && estimate > -safeProduct && y !== leastI64) {
      writeNarrowChecked(m, divideRounded64(BigInt.asIntN(64, x * shortPowers[up]!), y), parts)
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
    up >= 0 ? divideRounded(value * powersOfTen[up]!, divisor) : divideRounded(value, divisor * powersOfTen[-up]!)
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

export function remainder(m: LibraryContext, [a, b]: readonly [number, number], parts: Omit<AddParts, 'sign'>): void {
  const { aUp, bUp, out } = parts
  if (aUp === 0 && bUp === 0 && isNarrow(m, a) && isNarrow(m, b)) {
    const divisor = low(m, b)
    setFault(m, divisor === 0n ? 'division_by_zero' : 'none')
    if (divisor !== 0n) writeNarrow(m, out, BigInt.asIntN(64, low(m, a) % divisor))
    return
  }
  const divisor = scaled(read(m, b), bUp)
  if (divisor === 0n) setFault(m, 'division_by_zero')
  else writeChecked(m, scaled(read(m, a), aUp) % divisor, parts)
}
