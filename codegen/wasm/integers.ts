import { InternalError } from '../../sql/base/diagnostic.ts'
import type { BinaryOperator } from '../kernel/ir.ts'
import type { FunctionScope, Operands } from './function-scope.ts'
import type { Code } from './module.ts'

/** What i32 and i64 have in common. */
type IntegerType = 'i32' | 'i64'

function constantOf({ code }: FunctionScope, type: IntegerType, value: bigint): Code {
  return type === 'i32' ? code.i32.const(Number(value)) : code.i64.const(value)
}

export const ranges = {
  i32: { min: -(2n ** 31n), max: 2n ** 31n - 1n },
  i64: { min: -(2n ** 63n), max: 2n ** 63n - 1n },
} as const

/** What is the same for both widths. */
export function emitIntegerBinary(
  scope: FunctionScope,
  { type, operator }: { readonly type: IntegerType; readonly operator: BinaryOperator },
  operands: Operands,
): Code {
  const { left, right } = operands
  switch (operator) {
    case 'add':
    case 'sub':
    case 'mul':
    case 'div_u':
    case 'rem_s':
    case 'rem_u':
    case 'and':
    case 'or':
    case 'xor':
    case 'shl':
    case 'shr_s':
    case 'shr_u':
    case 'eq':
    case 'ne':
    case 'lt_s':
    case 'le_s':
    case 'gt_s':
    case 'ge_s':
    case 'lt_u':
    case 'le_u':
    case 'gt_u':
    case 'ge_u':
      return scope.code[type][operator](left, right)
    case 'div_s':
      return emitSignedDivision(scope, type, operands)
    case 'add_overflows':
    case 'sub_overflows':
      return emitAdditiveOverflow(scope, { type, operator }, operands)
    default:
      throw new InternalError(`${operator} of ${type}`)
  }
}

/** The least integer divided by -1 wraps in the IR and would trap here. */
function emitSignedDivision(scope: FunctionScope, type: IntegerType, { left, right, constant }: Operands): Code {
  const { code, types } = scope
  const integer = code[type]
  if (constant !== null && BigInt(constant) !== -1n) return integer.div_s(left, right)
  const dividend = scope.temporary(type)
  const divisor = scope.temporary(type)
  const isMinusOne = integer.eq(divisor.get(), constantOf(scope, type, -1n))
  const negated = integer.sub(constantOf(scope, type, 0n), dividend.get())
  return code.block(
    null,
    [
      dividend.set(left),
      divisor.set(right),
      code.if(isMinusOne, negated, integer.div_s(dividend.get(), divisor.get())),
    ],
    types[type],
  )
}

/** Against a constant: is the left operand beyond what leaves room for it? Else: does the sign of the result differ from what it must be? */
function emitAdditiveOverflow(
  scope: FunctionScope,
  { type, operator }: { readonly type: IntegerType; readonly operator: 'add_overflows' | 'sub_overflows' },
  { left, right, constant }: Operands,
): Code {
  const { code, types } = scope
  const integer = code[type]
  if (constant !== null) {
    const step = operator === 'add_overflows' ? BigInt(constant) : -BigInt(constant)
    const { min, max } = ranges[type]
    return step >= 0n
      ? integer.gt_s(left, constantOf(scope, type, max - step))
      : integer.lt_s(left, constantOf(scope, type, min - step))
  }
  const a = scope.temporary(type)
  const b = scope.temporary(type)
  const result = scope.temporary(type)
  const setup = [
    a.set(left),
    b.set(right),
    result.set(integer[operator === 'add_overflows' ? 'add' : 'sub'](a.get(), b.get())),
  ]
  const other = operator === 'add_overflows' ? integer.xor(b.get(), result.get()) : integer.xor(a.get(), b.get())
  const wrong = integer.and(integer.xor(a.get(), result.get()), other)
  return code.block(null, [...setup, integer.lt_s(wrong, constantOf(scope, type, 0n))], types.i32)
}
