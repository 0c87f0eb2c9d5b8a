import type { IntegerKind } from '../../../sql/types/sql-type.ts'
import { binary } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { Value } from '../value.ts'
import { integerFacts, registerConst } from './integer-facts.ts'
import type { IntegerFacts } from './integer-facts.ts'
import type { Lowering } from './lowering.ts'
import { strict } from './strict.ts'

export type BitOperator = 'bit_and' | 'bit_or' | 'bit_xor' | 'shift_left' | 'shift_right'

/** Bitwise operators never fail: shift counts are taken modulo the type's width, bits shifted out are gone. */
export function lowerBitwise(
  lowering: Lowering,
  operation: { readonly operator: BitOperator; readonly kind: IntegerKind; readonly operands: readonly [Value, Value] },
): Value {
  const facts = integerFacts(operation.kind)
  return strict(
    lowering,
    { kind: operation.kind },
    {
      operands: operation.operands,
      compute: ([x, y]) => compute(operation.operator, facts, [x as Expression, y as Expression]),
    },
  )
}

function compute(operator: BitOperator, facts: IntegerFacts, [x, y]: readonly [Expression, Expression]): Expression {
  switch (operator) {
    case 'bit_and':
      return binary('and', x, y)
    case 'bit_or':
      return binary('or', x, y)
    case 'bit_xor':
      return binary('xor', x, y)
    case 'shift_left':
      return wrap(binary('shl', x, shiftCount(facts, y)), facts)
    case 'shift_right':
      return binary(facts.isSigned ? 'shr_s' : 'shr_u', x, shiftCount(facts, y))
  }
}

function shiftCount({ register, bits }: IntegerFacts, count: Expression): Expression {
  return binary('and', count, registerConst(register, BigInt(bits - 1)))
}

/** The low bits of the register as a value of the type. */
function wrap(value: Expression, { register, bits, isSigned, max }: IntegerFacts): Expression {
  const registerBits = register === 'i32' ? 32 : 64
  if (bits === registerBits) return value
  if (!isSigned) return binary('and', value, registerConst(register, max))
  const spare = registerConst(register, BigInt(registerBits - bits))
  return binary('shr_s', binary('shl', value, spare), spare)
}

export function bitNot(lowering: Lowering, operand: Value, kind: IntegerKind): Value {
  const facts = integerFacts(kind)
  const mask = registerConst(facts.register, facts.isSigned ? -1n : facts.max)
  return strict(lowering, { kind }, { operands: [operand], compute: ([x]) => binary('xor', x as Expression, mask) })
}
