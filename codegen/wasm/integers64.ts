import { InternalError } from '../../sql/base/diagnostic.ts'
import type { BinaryOperator, UnaryOperator } from '../kernel/ir.ts'
import type { FunctionScope, Operands } from './function-scope.ts'
import { emitIntegerBinary, ranges } from './integers.ts'
import type { Code } from './module.ts'
import { surelyFits } from './native/products.ts'

/** i64 arithmetic: one instruction each, but for the checks of overflow. */
export function emitInteger64Unary({ code }: FunctionScope, operator: UnaryOperator, operand: Code): Code {
  const { i32, i64, f64 } = code
  switch (operator) {
    case 'eqz':
      return i64.eqz(operand)
    case 'i32_wrap_i64':
      return i32.wrap(operand)
    case 'i32_high_i64':
      return i32.wrap(i64.shr_s(operand, i64.const(32n)))
    case 'f64_from_i64_s':
      return f64.convert_s.i64(operand)
    case 'f64_from_i64_u':
      return f64.convert_u.i64(operand)
    case 'f64_from_bits':
      return f64.reinterpret(operand)
    default:
      throw new InternalError(`${operator} of i64`)
  }
}

export function emitInteger64Binary(scope: FunctionScope, operator: BinaryOperator, operands: Operands): Code {
  const { i64 } = scope.code
  const { left, right } = operands
  switch (operator) {
    case 'mul_overflows':
      return operands.constant === null
        ? emitProductOverflow(scope, operands)
        : emitConstantProductOverflow(scope, operands)
    case 'add_overflows_u':
      return emitUnsignedSumOverflow(scope, operands)
    case 'sub_overflows_u':
      return i64.lt_u(left, right)
    case 'mul_overflows_u':
      return emitUnsignedProductOverflow(scope, operands)
    default:
      return emitIntegerBinary(scope, { type: 'i64', operator }, operands)
  }
}

/** The wrapped sum is less than an operand. */
function emitUnsignedSumOverflow(scope: FunctionScope, { left, right }: Operands): Code {
  const { i64 } = scope.code
  const a = scope.temporary('i64')
  return i64.gt_u(a.tee(left), i64.add(a.get(), right))
}

/** One comparison: the factors that leave no room lie outside of an interval. */
function emitConstantProductOverflow(scope: FunctionScope, { left, constant }: Operands): Code {
  const { i64, i32 } = scope.code
  const factor = BigInt(constant ?? 0)
  if (factor === 0n || factor === 1n)
    return scope.code.block(null, [scope.code.drop(left), i32.const(0)], scope.types.i32)
  if (factor === -1n) return i64.eq(left, i64.const(ranges.i64.min))
  const bounds = [ranges.i64.min / factor, ranges.i64.max / factor] as const
  const least = bounds[0] < bounds[1] ? bounds[0] : bounds[1]
  const greatest = bounds[0] < bounds[1] ? bounds[1] : bounds[0]
  return i64.gt_u(i64.sub(left, i64.const(least)), i64.const(BigInt.asIntN(64, greatest - least)))
}

/** Only where the operands are large is the product multiplied out. */
function emitProductOverflow(scope: FunctionScope, { left, right }: Operands): Code {
  const { code, types } = scope
  const a = scope.temporary('i64')
  const b = scope.temporary('i64')
  const exact = code.call(scope.unit.native('product_overflows'), [a.get(), b.get()], types.i32)
  return code.block(
    null,
    [a.set(left), b.set(right), code.if(surelyFits(code, a.get, b.get), code.i32.const(0), exact)],
    types.i32,
  )
}

function emitUnsignedProductOverflow(scope: FunctionScope, { left, right }: Operands): Code {
  const { code, types } = scope
  const { i64 } = code
  const a = scope.temporary('i64')
  const b = scope.temporary('i64')
  const isSmall = i64.ge_u(i64.add(i64.clz(a.get()), i64.clz(b.get())), i64.const(64n))
  const high = code.call(scope.unit.native('multiply_high_u'), [a.get(), b.get()], types.i64)
  const exact = i64.ne(high, i64.const(0n))
  return code.block(null, [a.set(left), b.set(right), code.if(isSmall, code.i32.const(0), exact)], types.i32)
}
