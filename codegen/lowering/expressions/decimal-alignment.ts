import type { SqlType } from '../../../sql/types/sql-type.ts'
import { binary, constI64, unary } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'

/** The facts of a decimal type, and of the integer types seen as decimals of scale 0. */
export interface DecimalFacts {
  readonly precision: number
  readonly scale: number
}

export function decimalFacts(type: SqlType): DecimalFacts {
  switch (type.kind) {
    case 'decimal':
      return type
    case 'tinyint':
    case 'utinyint':
      return { precision: 3, scale: 0 }
    case 'smallint':
    case 'usmallint':
      return { precision: 5, scale: 0 }
    case 'integer':
    case 'uinteger':
      return { precision: 10, scale: 0 }
    default:
      return { precision: 20, scale: 0 }
  }
}

export function powerOfTen(exponent: number): bigint {
  return 10n ** BigInt(exponent)
}

/** Whether every value of the type, as an unscaled integer, fits i64 as it is lowered. */
export function isShort(type: SqlType): boolean {
  return type.kind === 'decimal' && type.precision <= 18
}

/** A decimal value widened to i128. */
export function widen(value: Expression, type: SqlType): Expression {
  return isShort(type) ? unary('i128_from_i64', value) : value
}

/** A short decimal times 10^up; the caller knows that it fits. */
export function scaleUp(value: Expression, up: number): Expression {
  return up === 0 ? value : binary('mul', value, constI64(powerOfTen(up)))
}
