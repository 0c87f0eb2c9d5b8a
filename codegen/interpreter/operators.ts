import type { BinaryOperator, UnaryOperator, ValueType } from '../kernel/ir.ts'

/**
 * The meaning of every operator, one plain function each: what the other back ends are compared with. Integers of 64 and 128
 * bits are BigInts here, in range before and after.
 */
export type Value = number | bigint | boolean

type Unary<T> = (operand: T) => Value
type Binary<T> = (left: T, right: T) => Value

const wrap = (value: bigint): bigint => BigInt.asIntN(64, value)
const unsigned = (value: bigint): bigint => BigInt.asUintN(64, value)

const unaryOfI1: Partial<Record<UnaryOperator, Unary<boolean>>> = {
  not: (operand) => !operand,
  i32_from_i1: (operand) => (operand ? 1 : 0),
}

const unaryOfI32: Partial<Record<UnaryOperator, Unary<number>>> = {
  eqz: (operand) => operand === 0,
  i1_from_i32: (operand) => operand !== 0,
  i64_from_i32_s: (operand) => BigInt(operand),
  i64_from_i32_u: (operand) => BigInt(operand >>> 0),
  f64_from_i32_s: (operand) => operand,
}

const unaryOfI64: Partial<Record<UnaryOperator, Unary<bigint>>> = {
  eqz: (operand) => operand === 0n,
  i32_wrap_i64: (operand) => Number(BigInt.asIntN(32, operand)),
  i32_high_i64: (operand) => Number(operand >> 32n),
  f64_from_i64_s: Number,
  f64_from_i64_u: (operand) => Number(unsigned(operand)),
  f64_from_bits: (operand) => new Float64Array(BigInt64Array.of(operand).buffer)[0] as number,
  i128_from_i64: (operand) => operand,
}

const unaryOfF64: Partial<Record<UnaryOperator, Unary<number>>> = {
  i32_trunc_f64: (operand) => Math.trunc(operand) | 0,
  i64_trunc_f64: (operand) => wrap(BigInt(Math.trunc(operand))),
  /** Every NaN has the same bits. */
  f64_bits: (operand) =>
    Number.isNaN(operand) ? 0x7ff8_0000_0000_0000n : (new BigInt64Array(Float64Array.of(operand).buffer)[0] as bigint),
  to_f32: Math.fround,
  neg: (operand) => -operand,
  abs: Math.abs,
  sqrt: Math.sqrt,
  floor: Math.floor,
  ceil: Math.ceil,
  trunc: Math.trunc,
  nearest,
}

const unaryOfI128: Partial<Record<UnaryOperator, Unary<bigint>>> = { i64_wrap_i128: wrap }

/** To the nearest integer, halves to the even one; zeros keep the sign of the operand. */
function nearest(operand: number): number {
  const below = Math.floor(operand)
  const rest = operand - below
  const isUp = rest > 0.5 || (rest === 0.5 && below % 2 !== 0)
  const rounded = isUp ? below + 1 : below
  return rounded === 0 && (operand < 0 || Object.is(operand, -0)) ? -0 : rounded
}

const binaryOfI1: Partial<Record<BinaryOperator, Binary<boolean>>> = {
  and: (left, right) => left && right,
  or: (left, right) => left || right,
  xor: (left, right) => left !== right,
  eq: (left, right) => left === right,
  ne: (left, right) => left !== right,
}

const isI32 = (value: number): boolean => value === (value | 0)

const binaryOfI32: Partial<Record<BinaryOperator, Binary<number>>> = {
  add: (left, right) => (left + right) | 0,
  sub: (left, right) => (left - right) | 0,
  mul: Math.imul,
  div_s: (left, right) => (left / right) | 0,
  div_u: (left, right) => ((left >>> 0) / (right >>> 0)) | 0,
  rem_s: (left, right) => (left % right) | 0,
  rem_u: (left, right) => ((left >>> 0) % (right >>> 0)) | 0,
  and: (left, right) => left & right,
  or: (left, right) => left | right,
  xor: (left, right) => left ^ right,
  shl: (left, right) => left << (right & 31),
  shr_s: (left, right) => left >> (right & 31),
  shr_u: (left, right) => (left >>> (right & 31)) | 0,
  eq: (left, right) => left === right,
  ne: (left, right) => left !== right,
  lt_s: (left, right) => left < right,
  le_s: (left, right) => left <= right,
  gt_s: (left, right) => left > right,
  ge_s: (left, right) => left >= right,
  lt_u: (left, right) => left >>> 0 < right >>> 0,
  le_u: (left, right) => left >>> 0 <= right >>> 0,
  gt_u: (left, right) => left >>> 0 > right >>> 0,
  ge_u: (left, right) => left >>> 0 >= right >>> 0,
  add_overflows: (left, right) => !isI32(left + right),
  sub_overflows: (left, right) => !isI32(left - right),
  mul_overflows: (left, right) => !isI32(left * right + 0),
}

const binaryOfI64: Partial<Record<BinaryOperator, Binary<bigint>>> = {
  add: (left, right) => wrap(left + right),
  sub: (left, right) => wrap(left - right),
  mul: (left, right) => wrap(left * right),
  div_s: (left, right) => wrap(left / right),
  div_u: (left, right) => wrap(unsigned(left) / unsigned(right)),
  rem_s: (left, right) => left % right,
  rem_u: (left, right) => wrap(unsigned(left) % unsigned(right)),
  and: (left, right) => left & right,
  or: (left, right) => left | right,
  xor: (left, right) => left ^ right,
  shl: (left, right) => wrap(left << (right & 63n)),
  shr_s: (left, right) => left >> (right & 63n),
  shr_u: (left, right) => wrap(unsigned(left) >> (right & 63n)),
  eq: (left, right) => left === right,
  ne: (left, right) => left !== right,
  lt_s: (left, right) => left < right,
  le_s: (left, right) => left <= right,
  gt_s: (left, right) => left > right,
  ge_s: (left, right) => left >= right,
  lt_u: (left, right) => unsigned(left) < unsigned(right),
  le_u: (left, right) => unsigned(left) <= unsigned(right),
  gt_u: (left, right) => unsigned(left) > unsigned(right),
  ge_u: (left, right) => unsigned(left) >= unsigned(right),
  add_overflows: (left, right) => wrap(left + right) !== left + right,
  sub_overflows: (left, right) => wrap(left - right) !== left - right,
  mul_overflows: (left, right) => wrap(left * right) !== left * right,
  add_overflows_u: (left, right) => unsigned(left) + unsigned(right) >= 1n << 64n,
  sub_overflows_u: (left, right) => unsigned(left) < unsigned(right),
  mul_overflows_u: (left, right) => unsigned(left) * unsigned(right) >= 1n << 64n,
}

const binaryOfF64: Partial<Record<BinaryOperator, Binary<number>>> = {
  add: (left, right) => left + right,
  sub: (left, right) => left - right,
  mul: (left, right) => left * right,
  div: (left, right) => left / right,
  rem: (left, right) => left % right,
  min: Math.min,
  max: Math.max,
  eq: (left, right) => left === right,
  ne: (left, right) => left !== right,
  lt: (left, right) => left < right,
  le: (left, right) => left <= right,
  gt: (left, right) => left > right,
  ge: (left, right) => left >= right,
}

/** Operators by the type of their operands. */
export const unaryMeanings = {
  i1: unaryOfI1,
  i32: unaryOfI32,
  i64: unaryOfI64,
  i128: unaryOfI128,
  f64: unaryOfF64,
} as unknown as Readonly<Record<ValueType, Partial<Record<UnaryOperator, Unary<Value>>>>>
export const binaryMeanings = {
  i1: binaryOfI1,
  i32: binaryOfI32,
  i64: binaryOfI64,
  i128: {},
  f64: binaryOfF64,
} as unknown as Readonly<Record<ValueType, Partial<Record<BinaryOperator, Binary<Value>>>>>
