import type { LibraryContext } from '../context.ts'
import { setFault } from '../context.ts'
import { scaled } from '../decimal/cell.ts'
import { bytesOf, lengthOf } from '../view/view.ts'

/** Text to numbers: all of the text but white space around it must be the number. */
export interface Trimmed {
  readonly start: number
  readonly end: number
}

function trimmed(m: LibraryContext, view: number): Trimmed {
  let start = bytesOf(m, view)
  let end = start + lengthOf(m, view)
  while (start < end && isSpace(m.u8[start]!)) start += 1
  while (end > start && isSpace(m.u8[end - 1]!)) end -= 1
  return { start, end }
}

/** Space, tab, line feed, vertical tab, form feed, carriage return. */
function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)
}

/** The trimmed text as a JavaScript string. */
export function trimmedText(m: LibraryContext, view: number): string {
  const { start, end } = trimmed(m, view)
  return m.buffer.toString('utf8', start, end)
}

export function toI64(m: LibraryContext, view: number): bigint {
  const { start, end } = trimmed(m, view)
  const { u8 } = m
  const sign = u8[start]
  const isNegative = start < end && sign === 0x2d
  const first = start < end && (sign === 0x2d || sign === 0x2b) ? start + 1 : start
  if (end - first > 15 || first === end)
    return longInteger(m, { first, end, isNegative }, [-(2n ** 63n), 2n ** 63n - 1n])
  let value = 0
  for (let at = first; at < end; at++) {
    const digit = u8[at]! - 0x30
    if (digit < 0 || digit > 9) return failed(m, 'invalid_cast', 0n)
    value = value * 10 + digit
  }
  setFault(m, 'none')
  return BigInt(isNegative ? -value : value)
}

/** As the bits of an i64. */
export function toU64(m: LibraryContext, view: number): bigint {
  const { start, end } = trimmed(m, view)
  const sign = m.u8[start]
  const first = start < end && (sign === 0x2d || sign === 0x2b) ? start + 1 : start
  const value = longInteger(m, { first, end, isNegative: start < end && sign === 0x2d }, [0n, 2n ** 64n - 1n])
  return BigInt.asIntN(64, value)
}

function longInteger(
  m: LibraryContext,
  { first, end, isNegative }: { readonly first: number; readonly end: number; readonly isNegative: boolean },
  [min, max]: readonly [bigint, bigint],
): bigint {
  const digits = m.buffer.toString('latin1', first, end)
  if (!/^[0-9]+$/.test(digits)) return failed(m, 'invalid_cast', 0n)
  // Leading zeros apart, more than 20 digits are out of every range; no need to build a huge integer.
  const significant = digits.replace(/^0+(?=.)/, '')
  if (significant.length > 20) return failed(m, 'numeric_overflow', 0n)
  const value = isNegative ? -BigInt(significant) : BigInt(significant)
  if (value < min || value > max) return failed(m, 'numeric_overflow', 0n)
  setFault(m, 'none')
  return value
}

function failed<T>(m: LibraryContext, fault: 'invalid_cast' | 'numeric_overflow', value: T): T {
  setFault(m, fault)
  return value
}

const number = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d+))?$/
const special: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ['inf', Infinity],
  ['+inf', Infinity],
  ['-inf', -Infinity],
  ['infinity', Infinity],
  ['+infinity', Infinity],
  ['-infinity', -Infinity],
])

/** A number whose text is too large for the type, or that becomes zero though it is not, is numeric_overflow. */
export function toDouble(m: LibraryContext, view: number, round: (x: number) => number): number {
  const text = trimmedText(m, view)
  const parts = number.exec(text)
  if (!parts) {
    const known = special.get(text.toLowerCase())
    if (known === undefined) return failed(m, 'invalid_cast', 0)
    setFault(m, 'none')
    return known
  }
  const value = round(Number(text))
  const isZero = !/[1-9]/.test(text.replace(/[eE].*$/, ''))
  if (!Number.isFinite(value) || (value === 0 && !isZero)) return failed(m, 'numeric_overflow', 0)
  setFault(m, 'none')
  return value
}

/** The unscaled integer of the text at a scale, rounded half away from zero; null and a fault when there is none. */
export function toUnscaled(m: LibraryContext, view: number, scale: number): bigint | null {
  const parts = number.exec(trimmedText(m, view))
  if (!parts) return failed(m, 'invalid_cast', null)
  const [, sign = '', whole = '', fraction = '', onlyFraction = '', power = '0'] = parts
  const decimals = fraction + onlyFraction
  const digits = (whole + decimals).replace(/^0+(?=.)/, '')
  if (digits === '0') {
    setFault(m, 'none')
    return 0n
  }
  const up = Number(power) - decimals.length + scale
  if (digits.length + up > 39) return failed(m, 'numeric_overflow', null)
  setFault(m, 'none')
  // Digits so far behind the scale that not even one is left
  if (digits.length + up < 0) return 0n
  const kept = up < -70 ? digits.slice(0, digits.length + up + 70) : digits
  const value = scaled(BigInt(kept), Math.max(up, -70))
  return sign === '-' ? -value : value
}
