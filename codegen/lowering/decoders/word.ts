import type { Expression } from '../../kernel/ir.ts'
import { binary, constI32, load, unary } from '../../kernel/build.ts'

/**
 * i32 arithmetic in short, and work on words of four bytes (SWAR). Loads are aligned, as typed arrays demand; a word at any address is put
 * together from two of them.
 */
export const i32 = constI32
export const add = (left: Expression, right: Expression): Expression => binary('add', left, right)
export const sub = (left: Expression, right: Expression): Expression => binary('sub', left, right)
export const mul = (left: Expression, right: Expression): Expression => binary('mul', left, right)
export const and = (left: Expression, right: Expression): Expression => binary('and', left, right)
export const or = (left: Expression, right: Expression): Expression => binary('or', left, right)
export const xor = (left: Expression, right: Expression): Expression => binary('xor', left, right)
export const shl = (left: Expression, right: Expression): Expression => binary('shl', left, right)
export const shr = (left: Expression, right: Expression): Expression => binary('shr_u', left, right)
export const eq = (left: Expression, right: Expression): Expression => binary('eq', left, right)
export const ne = (left: Expression, right: Expression): Expression => binary('ne', left, right)
export const lt = (left: Expression, right: Expression): Expression => binary('lt_s', left, right)
export const le = (left: Expression, right: Expression): Expression => binary('le_s', left, right)
export const gt = (left: Expression, right: Expression): Expression => binary('gt_s', left, right)
export const ge = (left: Expression, right: Expression): Expression => binary('ge_s', left, right)
export const isZero = (value: Expression): Expression => unary('eqz', value)

/** The truth value of both; both sides are evaluated. */
export const both = (left: Expression, right: Expression): Expression => binary('and', left, right)
export const either = (left: Expression, right: Expression): Expression => binary('or', left, right)

export const byteAt = (address: Expression, offset = 0): Expression => load('u8', address, { offset })
export const wordAt = (address: Expression, offset = 0): Expression => load('i32', address, { offset })

/** The same byte four times. */
export function everyByte(byte: number): Expression {
  return i32(Math.imul(byte, 0x01010101))
}

const highBits = everyByte(0x80)

/** High bits of the bytes that are below 32 or a quote (`x ^ 2` is below 33 exactly for these): exact up to the first one. */
export function exactStops(word: Expression): Expression {
  return and(quickStops(word), xor(word, i32(-1)))
}

/** As `exactStops`, but also of some bytes above 127. */
export function quickStops(word: Expression): Expression {
  return and(sub(xor(word, everyByte(2)), everyByte(33)), highBits)
}

/** High bits of the bytes of a word of digit values (`text ^ "0000"`) that are above 9: exact up to the first one. */
export function digitStops(digits: Expression): Expression {
  return and(or(digits, add(digits, everyByte(0x76))), highBits)
}

/** Which byte (0 to 3) the lowest high bit of `stops` is in. `stops` is not 0. */
export function firstStop(stops: Expression): Expression {
  return shr(mul(shr(and(stops, sub(i32(0), stops)), i32(7)), i32(0x00010203)), i32(24))
}

/** The number that four digit values spell; the first digit is in the lowest byte. */
export function fourDigits(digits: Expression): Expression {
  const pairs = and(shr(mul(digits, i32(2561)), i32(8)), i32(0x00ff00ff))
  return shr(mul(pairs, i32(6553601)), i32(16))
}

/** Position of an address within its word, in bits. */
export function bitsWithin(address: Expression): Expression {
  return shl(and(address, i32(3)), i32(3))
}

export function alignedDown(address: Expression): Expression {
  return and(address, i32(-4))
}

/** The four bytes that start `bits` into the aligned word `low`; `high` is the next word. */
export function spliced(low: Expression, high: Expression, bits: Expression): Expression {
  return or(shr(low, bits), shl(shl(high, i32(1)), sub(i32(31), bits)))
}
