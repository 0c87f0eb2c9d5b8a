import { InternalError } from '../../sql/base/diagnostic.ts'
import type { BinaryOperator, UnaryOperator } from '../kernel/ir.ts'
import type { FunctionScope, Operands } from './function-scope.ts'
import { emitIntegerBinary } from './integers.ts'
import type { Code } from './module.ts'

/** i1 (0 or 1) and i32 arithmetic. */
export function emitInteger32Unary({ code }: FunctionScope, operator: UnaryOperator, operand: Code): Code {
  const { i32, i64, f64 } = code
  switch (operator) {
    case 'not':
    case 'eqz':
      return i32.eqz(operand)
    case 'i32_from_i1':
      return operand
    case 'i1_from_i32':
      return i32.ne(operand, i32.const(0))
    case 'i64_from_i32_s':
      return i64.extend_s(operand)
    case 'i64_from_i32_u':
      return i64.extend_u(operand)
    case 'f64_from_i32_s':
      return f64.convert_s.i32(operand)
    default:
      throw new InternalError(`${operator} of i32`)
  }
}

export function emitInteger32Binary(scope: FunctionScope, operator: BinaryOperator, operands: Operands): Code {
  return operator === 'mul_overflows'
    ? emitProductOverflow(scope, operands)
    : emitIntegerBinary(scope, { type: 'i32', operator }, operands)
}

/** The product of 64 bits is not what its low half extends to. */
function emitProductOverflow(scope: FunctionScope, { left, right }: Operands): Code {
  const { code, types } = scope
  const product = scope.temporary('i64')
  const value = code.i64.mul(code.i64.extend_s(left), code.i64.extend_s(right))
  const same = code.i64.extend_s(code.i32.wrap(product.get()))
  return code.block(null, [product.set(value), code.i64.ne(product.get(), same)], types.i32)
}
