import type { SqlType } from '../../../sql/types/sql-type.ts'
import { binary, unary } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { Value } from '../value.ts'
import type { ArithmeticName } from './integer-arithmetic.ts'
import type { Lowering } from './lowering.ts'
import { strict } from './strict.ts'

const operators = { add: 'add', subtract: 'sub', multiply: 'mul', divide: 'div', modulo: 'rem' } as const

/** IEEE 754. REAL is computed in double and rounded once, which for one operation gives the float result exactly. */
export function floatArithmetic(
  lowering: Lowering,
  operation: { readonly operator: ArithmeticName; readonly type: SqlType; readonly operands: readonly [Value, Value] },
): Value {
  const { type, operands } = operation
  return strict(lowering, type, {
    operands,
    compute: ([x, y]) => rounded(type, binary(operators[operation.operator], x as Expression, y as Expression)),
  })
}

export function negateFloat(lowering: Lowering, operand: Value): Value {
  return strict(lowering, operand.type, { operands: [operand], compute: ([x]) => unary('neg', x as Expression) })
}

/** A double as a value of REAL or DOUBLE. */
export function rounded(type: SqlType, value: Expression): Expression {
  return type.kind === 'real' ? unary('to_f32', value) : value
}
