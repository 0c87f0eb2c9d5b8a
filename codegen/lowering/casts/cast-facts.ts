import type { SqlType } from '../../../sql/types/sql-type.ts'
import { sameType } from '../../../sql/types/sql-type.ts'
import { integerFacts, integerKind } from '../expressions/integer-facts.ts'
import { decimalFacts } from '../expressions/decimal-alignment.ts'

/** Whether a cast between the types can fail for some value. Errs on the side of true. */
export function castCanFail(from: SqlType, to: SqlType): boolean {
  if (sameType(from, to) || from.kind === 'null') return false
  if (from.kind === 'varchar' || to.kind === 'null') return true
  if (to.kind === 'varchar') return false
  const [fromInteger, toInteger] = [integerKind(from), integerKind(to)]
  if (toInteger !== null) {
    if (from.kind === 'boolean') return false
    return fromInteger === null || !covers(integerFacts(toInteger), integerFacts(fromInteger))
  }
  switch (to.kind) {
    case 'double':
      return false
    case 'real':
      return from.kind === 'double' || from.kind === 'decimal'
    case 'boolean':
      return false
    case 'decimal':
      return !(fromInteger !== null || from.kind === 'decimal') || !fitsDecimal(from, to)
    case 'timestamp':
    case 'timestamptz':
      return !['date', 'timestamp', 'timestamptz'].includes(from.kind)
    case 'date':
    case 'time':
      return !['date', 'timestamp', 'timestamptz'].includes(from.kind)
    default:
      return true
  }
}

interface Range {
  readonly min: bigint
  readonly max: bigint
}

function covers(to: Range, from: Range): boolean {
  return to.min <= from.min && to.max >= from.max
}

/** Whether every value fits without rounding up into one digit more. */
export function fitsDecimal(from: SqlType, to: SqlType & { readonly kind: 'decimal' }): boolean {
  const { precision, scale } = decimalFacts(from)
  const rounds = scale > to.scale ? 1 : 0
  return precision - scale + rounds <= to.precision - to.scale
}
