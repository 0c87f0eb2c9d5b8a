import type { MemoryType } from '../../runtime/abi/library.ts'
import type { BinaryOperator, UnaryOperator, ValueType } from './ir.ts'

/**
 * The type rules of operators, as data: what the verifier checks, what `typeOf` reads and what the tests enumerate.
 */
export interface UnaryRule {
  readonly operands: readonly ValueType[]
  readonly result: ValueType
}

export interface BinaryRule {
  /** Both operands have the same one of these types. */
  readonly operands: readonly ValueType[]
  /** `same`: the operands' type. */
  readonly result: 'same' | 'i1'
}

const f64ToF64: UnaryRule = { operands: ['f64'], result: 'f64' }

export const unaryRules: Readonly<Record<UnaryOperator, UnaryRule>> = {
  not: { operands: ['i1'], result: 'i1' },
  eqz: { operands: ['i32', 'i64'], result: 'i1' },
  i32_from_i1: { operands: ['i1'], result: 'i32' },
  i1_from_i32: { operands: ['i32'], result: 'i1' },
  i64_from_i32_s: { operands: ['i32'], result: 'i64' },
  i64_from_i32_u: { operands: ['i32'], result: 'i64' },
  i32_wrap_i64: { operands: ['i64'], result: 'i32' },
  i32_high_i64: { operands: ['i64'], result: 'i32' },
  f64_from_i32_s: { operands: ['i32'], result: 'f64' },
  f64_from_i64_s: { operands: ['i64'], result: 'f64' },
  f64_from_i64_u: { operands: ['i64'], result: 'f64' },
  i32_trunc_f64: { operands: ['f64'], result: 'i32' },
  i64_trunc_f64: { operands: ['f64'], result: 'i64' },
  f64_bits: { operands: ['f64'], result: 'i64' },
  f64_from_bits: { operands: ['i64'], result: 'f64' },
  to_f32: f64ToF64,
  neg: f64ToF64,
  abs: f64ToF64,
  sqrt: f64ToF64,
  floor: f64ToF64,
  ceil: f64ToF64,
  trunc: f64ToF64,
  nearest: f64ToF64,
  i128_from_i64: { operands: ['i64'], result: 'i128' },
  i64_wrap_i128: { operands: ['i128'], result: 'i64' },
}

const numbers: BinaryRule = { operands: ['i32', 'i64', 'f64'], result: 'same' }
const integers: BinaryRule = { operands: ['i32', 'i64'], result: 'same' }
const bits: BinaryRule = { operands: ['i1', 'i32', 'i64'], result: 'same' }
const floats: BinaryRule = { operands: ['f64'], result: 'same' }
const equality: BinaryRule = { operands: ['i1', 'i32', 'i64', 'f64'], result: 'i1' }
const integerOrder: BinaryRule = { operands: ['i32', 'i64'], result: 'i1' }
const floatOrder: BinaryRule = { operands: ['f64'], result: 'i1' }
const unsignedOverflow: BinaryRule = { operands: ['i64'], result: 'i1' }

export const binaryRules: Readonly<Record<BinaryOperator, BinaryRule>> = {
  add: numbers,
  sub: numbers,
  mul: numbers,
  div_s: integers,
  div_u: integers,
  rem_s: integers,
  rem_u: integers,
  and: bits,
  or: bits,
  xor: bits,
  shl: integers,
  shr_s: integers,
  shr_u: integers,
  div: floats,
  rem: floats,
  min: floats,
  max: floats,
  eq: equality,
  ne: equality,
  lt_s: integerOrder,
  le_s: integerOrder,
  gt_s: integerOrder,
  ge_s: integerOrder,
  lt_u: integerOrder,
  le_u: integerOrder,
  gt_u: integerOrder,
  ge_u: integerOrder,
  lt: floatOrder,
  le: floatOrder,
  gt: floatOrder,
  ge: floatOrder,
  add_overflows: integerOrder,
  sub_overflows: integerOrder,
  mul_overflows: integerOrder,
  add_overflows_u: unsignedOverflow,
  sub_overflows_u: unsignedOverflow,
  mul_overflows_u: unsignedOverflow,
}

/** What a load of the memory type gives and a store of it takes. */
export const memoryValueTypes: Readonly<Record<MemoryType, ValueType>> = {
  bool: 'i1',
  i8: 'i32',
  u8: 'i32',
  i16: 'i32',
  u16: 'i32',
  i32: 'i32',
  u32: 'i64',
  i64: 'i64',
  i128: 'i128',
  f32: 'f64',
  f64: 'f64',
}

/** Distance of array elements; also the alignment, except that i128 is 8-aligned at least. */
export const memorySizeBytes: Readonly<Record<MemoryType, number>> = {
  bool: 1,
  i8: 1,
  u8: 1,
  i16: 2,
  u16: 2,
  i32: 4,
  u32: 4,
  i64: 8,
  i128: 16,
  f32: 4,
  f64: 8,
}
