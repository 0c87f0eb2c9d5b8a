import { InternalError } from '../../sql/base/diagnostic.ts'
import type { BinaryOperator, UnaryOperator } from '../kernel/ir.ts'
import type { FunctionScope, Operands } from './function-scope.ts'
import type { Code } from './module.ts'

/** f64 arithmetic. Conversions to integers saturate instead of trapping; the generator has checked their range before. */
export function emitFloatUnary(scope: FunctionScope, operator: UnaryOperator, operand: Code): Code {
  const { i32, i64, f32, f64 } = scope.code
  switch (operator) {
    case 'i32_trunc_f64':
      return i32.trunc_s_sat.f64(operand)
    case 'i64_trunc_f64':
      return i64.trunc_s_sat.f64(operand)
    case 'f64_bits':
      return emitBits(scope, operand)
    case 'to_f32':
      return f64.promote(f32.demote(operand))
    case 'neg':
    case 'abs':
    case 'sqrt':
    case 'floor':
    case 'ceil':
    case 'trunc':
    case 'nearest':
      return f64[operator](operand)
    default:
      throw new InternalError(`${operator} of f64`)
  }
}

const canonicalNan = 0x7ff8_0000_0000_0000n

/** Every NaN has the same bits. */
function emitBits(scope: FunctionScope, operand: Code): Code {
  const { code, types } = scope
  const value = scope.temporary('f64')
  const isNan = code.f64.ne(value.get(), value.get())
  return code.block(
    null,
    [value.set(operand), code.select(isNan, code.i64.const(canonicalNan), code.i64.reinterpret(value.get()))],
    types.i64,
  )
}

export function emitFloatBinary(scope: FunctionScope, operator: BinaryOperator, { left, right }: Operands): Code {
  const { code, types } = scope
  switch (operator) {
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
    case 'min':
    case 'max':
    case 'eq':
    case 'ne':
    case 'lt':
    case 'le':
    case 'gt':
    case 'ge':
      return code.f64[operator](left, right)
    case 'rem':
      return code.call(scope.unit.floatRemainder(), [left, right], types.f64)
    default:
      throw new InternalError(`${operator} of f64`)
  }
}
