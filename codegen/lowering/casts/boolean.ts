import { constF64, constI128, constI32, constI64, select, unary, binary } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import { valueTypeOf } from '../value.ts'
import type { Value } from '../value.ts'
import { powerOfTen } from '../expressions/decimal-alignment.ts'
import { strict } from '../expressions/strict.ts'
import type { CastContext } from './cast-failures.ts'

/** TRUE is 1. */
export function castFromBoolean({ lowering, value, type }: CastContext): Value {
  const one = type.kind === 'decimal' ? powerOfTen(type.scale) : 1n
  return strict(lowering, type, {
    operands: [value],
    compute: ([x]) => select(x as Expression, number(type, one), number(type, 0n)),
  })
}

function number(type: Value['type'], value: bigint): Expression {
  switch (valueTypeOf(type)) {
    case 'i128':
      return constI128(value)
    case 'i64':
      return constI64(value)
    case 'f64':
      return constF64(Number(value))
    default:
      return constI32(Number(value))
  }
}

/** Everything but zero is TRUE, NaN too. */
export function castToBoolean({ lowering, value }: CastContext): Value {
  return strict(
    lowering,
    { kind: 'boolean' },
    {
      operands: [value],
      compute: ([x]) => {
        const known = x as Expression
        switch (valueTypeOf(value.type)) {
          case 'f64':
            return binary('ne', known, constF64(0))
          case 'i128':
            return unary('not', { kind: 'library', name: 'decimal_equal', arguments: [known, constI128(0)] })
          default:
            return unary('not', unary('eqz', known))
        }
      },
    },
  )
}
