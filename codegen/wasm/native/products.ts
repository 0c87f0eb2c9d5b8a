import type { Code, WasmModule } from '../module.ts'
import { NativeBuilder } from './native-builder.ts'
import type { NativeFunction } from './native-function.ts'

const lowMask = 0xffff_ffffn

/** The upper 64 bits of an unsigned product, from four products of halves. */
export const multiplyHighUnsigned: NativeFunction = {
  name: 'multiply_high_u',
  define(unit, internal) {
    const { i64 } = unit.code
    const b = new NativeBuilder(unit, ['i64', 'i64'])
    const [x, y] = b.parameters(2)
    const low = (value: Code): Code => i64.and(value, i64.const(lowMask))
    const high = (value: Code): Code => i64.shr_u(value, i64.const(32n))
    const lowHigh = b.let('i64', i64.mul(low(x()), high(y())))
    const middle = b.let('i64', i64.add(i64.mul(high(x()), low(y())), high(i64.mul(low(x()), low(y())))))
    const carry = high(i64.add(low(middle()), lowHigh()))
    b.define(internal, 'i64', i64.add(i64.add(i64.mul(high(x()), high(y())), high(middle())), carry))
  },
}

/** Is a signed product not a 64-bit integer? */
const productOverflows: NativeFunction = {
  name: 'product_overflows',
  define(unit, internal) {
    const { i64 } = unit.code
    const b = new NativeBuilder(unit, ['i64', 'i64'])
    const [x, y] = b.parameters(2)
    const unsigned = unit.code.call(unit.native('multiply_high_u'), [x(), y()], unit.types.i64)
    // the signed high half: subtract each operand where the other is negative
    const high = i64.sub(i64.sub(unsigned, ifNegative(unit.code, x(), y())), ifNegative(unit.code, y(), x()))
    b.define(internal, 'i32', i64.ne(high, i64.shr_s(i64.mul(x(), y()), i64.const(63n))))
  },
}

function ifNegative({ i64 }: WasmModule, sign: Code, value: Code): Code {
  return i64.and(i64.shr_s(sign, i64.const(63n)), value)
}

export const productFunctions: readonly NativeFunction[] = [multiplyHighUnsigned, productOverflows]
