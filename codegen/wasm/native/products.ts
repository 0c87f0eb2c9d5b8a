import type { Code, WasmModule } from '../module.ts'
import { NativeBuilder } from './native-builder.ts'
import type { Read } from './native-builder.ts'
import type { NativeFunction } from '../unit-scope.ts'

const lowMask = 0xffff_ffffn

/** The upper 64 bits of an unsigned product, from four products of halves. */
const multiplyHighUnsigned: NativeFunction = {
  name: 'multiply_high_u',
  define(unit, internal) {
    const { i64 } = unit.code
    const b = new NativeBuilder(unit, ['i64', 'i64'])
    const [x, y] = b.two()
    const low = (value: Code): Code => i64.and(value, i64.const(lowMask))
    const high = (value: Code): Code => i64.shr_u(value, i64.const(32n))
    const lowHigh = b.let('i64', i64.mul(low(x()), high(y())))
    const middle = b.let('i64', i64.add(i64.mul(high(x()), low(y())), high(i64.mul(low(x()), low(y())))))
    const carry = high(i64.add(low(middle()), lowHigh()))
    b.define(internal, 'i64', i64.add(i64.add(i64.mul(high(x()), high(y())), high(middle())), carry))
  },
}

/** The signed one: each operand is subtracted where the other is negative. */
const multiplyHighSigned: NativeFunction = {
  name: 'multiply_high_s',
  define(unit, internal) {
    const { i64 } = unit.code
    const b = new NativeBuilder(unit, ['i64', 'i64'])
    const [x, y] = b.two()
    const unsigned = unit.code.call(unit.native('multiply_high_u'), [x(), y()], unit.types.i64)
    const ifNegative = (sign: Code, value: Code): Code => i64.and(i64.shr_s(sign, i64.const(63n)), value)
    b.define(internal, 'i64', i64.sub(i64.sub(unsigned, ifNegative(x(), y())), ifNegative(y(), x())))
  },
}

/** Is a signed product not a 64-bit integer? */
const productOverflows: NativeFunction = {
  name: 'product_overflows',
  define(unit, internal) {
    const { i64 } = unit.code
    const b = new NativeBuilder(unit, ['i64', 'i64'])
    const [x, y] = b.two()
    const high = unit.code.call(unit.native('multiply_high_s'), [x(), y()], unit.types.i64)
    b.define(internal, 'i32', i64.ne(high, i64.shr_s(i64.mul(x(), y()), i64.const(63n))))
  },
}

/** Surely within 64 bits when the operands have 66 redundant sign bits together. */
const signBitsEnough = 66n

/** i32: may the product be taken for exact without looking further? False says nothing. */
export function surelyFits({ i64 }: WasmModule, x: Read, y: Read): Code {
  const signBits = (value: Read): Code => i64.clz(i64.xor(value(), i64.shr_s(value(), i64.const(63n))))
  return i64.ge_u(i64.add(signBits(x), signBits(y)), i64.const(signBitsEnough))
}

export const productFunctions: readonly NativeFunction[] = [multiplyHighUnsigned, multiplyHighSigned, productOverflows]
