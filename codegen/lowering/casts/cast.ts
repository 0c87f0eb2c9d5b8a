import type { Span } from '../../../sql/base/span.ts'
import { sameType } from '../../../sql/types/sql-type.ts'
import type { SqlType } from '../../../sql/types/sql-type.ts'
import { typeName } from '../../../sql/types/sql-type.ts'
import { SqlError } from '../../../sql/base/diagnostic.ts'
import { typeMismatch } from '../../../sql/messages/raise.ts'
import { isExactNumber, isFloat } from '../expressions/traits.ts'
import type { Lowering } from '../expressions/lowering.ts'
import { nullOf } from '../expressions/strict.ts'
import type { Value } from '../value.ts'
import { CastFailures } from './cast-failures.ts'
import type { CastContext } from './cast-failures.ts'
import { castFromBoolean, castToBoolean } from './boolean.ts'
import { castNumber } from './number.ts'
import { castFromText, castToText } from './text.ts'
import { castTime } from './time.ts'

export interface CastTarget {
  readonly type: SqlType
  /** TRY_CAST: NULL instead of an error. */
  readonly safe: boolean
  readonly span?: Span | undefined
}

/** The value as `target.type`. Refuses pairs of types that no cast connects (type_mismatch). */
export function castValue(lowering: Lowering, value: Value, target: CastTarget): Value {
  if (sameType(value.type, target.type)) return value
  if (value.type.kind === 'null') return nullOf(lowering, target.type)
  const failures = new CastFailures(lowering, target)
  const cast = castKnown({ lowering, failures, value, type: target.type, span: target.span })
  return { ...cast, type: target.type, valid: failures.validity(cast.valid) }
}

function castKnown(context: CastContext): Value {
  const { value, type } = context
  const from = value.type
  if (type.kind === 'varchar') return castToText(context)
  if (from.kind === 'varchar') return castFromText(context, type)
  if (isNumber(from) && isNumber(type)) return castNumber(context, type)
  if (from.kind === 'boolean' && isNumber(type)) return castFromBoolean(context)
  if (type.kind === 'boolean' && isNumber(from)) return castToBoolean(context)
  return castTime(context) ?? refuse(context)
}

function isNumber(type: SqlType): boolean {
  return isExactNumber(type) || isFloat(type)
}

function refuse({ value, type, span }: CastContext): never {
  throw new SqlError([typeMismatch({ detail: `cannot cast ${typeName(value.type)} to ${typeName(type)}` }, { span })])
}
