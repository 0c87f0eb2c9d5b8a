import { unreachable } from '../../../sql/base/assert.ts'
import type { SqlType } from '../../../sql/types/sql-type.ts'
import { sameType, typeName } from '../../../sql/types/sql-type.ts'
import { InternalError } from '../../../sql/base/diagnostic.ts'
import { unary } from '../../kernel/build.ts'
import { castValue } from '../casts/cast.ts'
import type { Value } from '../value.ts'
import { fixedMicros } from '../../../sql/plan/interval.ts'
import type { Interval } from '../../../sql/plan/logical-plan.ts'
import { bitNot, lowerBitwise } from './bitwise.ts'
import { lowerComparison, lowerDistinct } from './comparison.ts'
import { decimalArithmetic, negateDecimal } from './decimal-arithmetic.ts'
import type { DecimalType } from './decimal-arithmetic.ts'
import { floatArithmetic, negateFloat } from './float-arithmetic.ts'
import { integerArithmetic, negateInteger } from './integer-arithmetic.ts'
import type { ArithmeticName } from './integer-arithmetic.ts'
import { integerKind } from './integer-facts.ts'
import { lowerAndOr, lowerNot } from './logic.ts'
import type { Lowering, Of } from './lowering.ts'
import { lowerRegexOperator } from './pattern.ts'
import { doFallible, made, nullOf } from './strict.ts'
import { isOfTime, negateInterval, timeArithmetic } from './time-arithmetic.ts'
import { isComparisonOperator, isFloat } from './traits.ts'
import { isFalse, isNotNull, isNull, isTrue } from './validity.ts'

/** Dispatch of operators by what they do and on which types. */
export function lowerUnary(lowering: Lowering, expression: Of<'unary'>): Value {
  const operand = lowering.lower(expression.operand)
  const truth = (value: Value['value']): Value => ({
    type: { kind: 'boolean' },
    value: lowering.builder.let('value', value),
    valid: null,
  })
  switch (expression.operator) {
    case 'not':
      return operand.type.kind === 'null' ? nullOf(lowering, { kind: 'boolean' }) : lowerNot(lowering, operand)
    case 'negate':
      return lowerNegate(lowering, expression, operand)
    case 'bit_not':
      if (operand.type.kind === 'null') return nullOf(lowering, expression.type)
      return bitNot(lowering, operand, integerKind(operand.type) ?? refuse(expression.operator, operand.type))
    case 'is_null':
    case 'is_unknown':
      return truth(isNull(operand))
    case 'is_not_null':
    case 'is_not_unknown':
      return truth(isNotNull(operand))
    case 'is_true':
      return truth(isTrue(operand))
    case 'is_not_true':
      return truth(unary('not', isTrue(operand)))
    case 'is_false':
      return truth(isFalse(operand))
    case 'is_not_false':
      return truth(unary('not', isFalse(operand)))
  }
}

function lowerNegate(lowering: Lowering, expression: Of<'unary'>, operand: Value): Value {
  const { type } = operand
  if (type.kind === 'null') return nullOf(lowering, expression.type)
  if (isFloat(type)) return negateFloat(lowering, operand)
  if (type.kind === 'decimal') return negateDecimal(lowering, { ...operand, type })
  if (type.kind === 'interval') return negateInterval(lowering, operand, expression.span)
  const kind = integerKind(expression.type) ?? refuse('negate', type)
  return negateInteger(lowering, convert(lowering, operand, expression), { kind, span: expression.span })
}

export function lowerBinary(lowering: Lowering, expression: Of<'binary'>): Value {
  const { operator } = expression
  if (isComparisonOperator(operator)) return lowerComparison(lowering, expression)
  switch (operator) {
    case 'and':
    case 'or':
      return lowerAndOr(lowering, expression)
    case 'is_distinct_from':
    case 'is_not_distinct_from':
      return lowerDistinct(lowering, expression)
    case 'add':
    case 'subtract':
    case 'multiply':
    case 'divide':
    case 'modulo':
      return lowerArithmetic(lowering, expression, operator)
    case 'bit_and':
    case 'bit_or':
    case 'bit_xor':
    case 'shift_left':
    case 'shift_right': {
      const kind = integerKind(expression.type) ?? refuse(operator, expression.type)
      return lowerBitwise(lowering, { operator, kind, operands: sidesAs(lowering, expression, expression.type) })
    }
    case 'concat':
      return lowerConcat(lowering, expression)
    case 'regex_match':
    case 'regex_match_insensitive':
    case 'regex_not_match':
    case 'regex_not_match_insensitive':
      return lowerRegexOperator(lowering, expression, {
        ignoreCase: operator.endsWith('insensitive'),
        negated: operator.startsWith('regex_not'),
      })
    default:
      return unreachable(operator)
  }
}

/** Micros of an interval literal without months. */
function fixedInterval(expression: Of<'binary'>['right']): bigint | null {
  if (expression.kind !== 'literal' || expression.type.kind !== 'interval') return null
  return expression.value === null ? null : fixedMicros(expression.value as Interval)
}

function lowerArithmetic(lowering: Lowering, expression: Of<'binary'>, operator: ArithmeticName): Value {
  const { type, span } = expression
  const left = lowering.lower(expression.left)
  const right = lowering.lower(expression.right)
  if (left.type.kind === 'null' || right.type.kind === 'null') return nullOf(lowering, type)
  if (isOfTime(left.type) || isOfTime(right.type)) {
    const fixed = fixedInterval(expression.right)
    const time = timeArithmetic(lowering, { operator, type, operands: [left, right], fixed, span })
    if (time) return time
  }
  if (type.kind === 'decimal') {
    return decimalArithmetic(lowering, {
      operator,
      type,
      operands: [asDecimal(lowering, left, type), asDecimal(lowering, right, type)],
      span,
    })
  }
  const operands = [convert(lowering, left, expression), convert(lowering, right, expression)] as const
  if (isFloat(type)) return floatArithmetic(lowering, { operator, type, operands })
  return integerArithmetic(lowering, { operator, kind: integerKind(type) ?? refuse(operator, type), operands, span })
}

function asDecimal(lowering: Lowering, value: Value, result: DecimalType): Value & { readonly type: DecimalType } {
  if (value.type.kind === 'decimal') return { ...value, type: value.type }
  const cast = castValue(lowering, value, { type: result, safe: false, span: undefined })
  return { ...cast, type: result }
}

function sidesAs(lowering: Lowering, expression: Of<'binary'>, type: SqlType): readonly [Value, Value] {
  const side = (value: Value): Value => castValue(lowering, value, { type, safe: false, span: expression.span })
  return [side(lowering.lower(expression.left)), side(lowering.lower(expression.right))]
}

/** The planner casts operands to the operation's type; where it leaves one out, the type is still the operation's own. */
function convert(
  lowering: Lowering,
  value: Value,
  { type, span }: { readonly type: SqlType; readonly span?: Of<'binary'>['span'] },
): Value {
  return sameType(value.type, type) ? value : castValue(lowering, value, { type, safe: false, span })
}

function lowerConcat(lowering: Lowering, expression: Of<'binary'>): Value {
  const [left, right] = sidesAs(lowering, expression, expression.type)
  return made(lowering, expression.type, {
    operands: [left, right],
    write: (values, out) =>
      doFallible(lowering, { name: 'string_concat', parameters: [...values, out], failures: [tooLong(expression)] }),
  })
}

function tooLong({ span }: Of<'binary'>): {
  readonly code: 'invalid_argument'
  readonly span: Of<'binary'>['span']
  readonly arguments: Readonly<Record<string, string>>
} {
  return { code: 'invalid_argument', span, arguments: { name: '||', detail: 'the text becomes too long' } }
}

function refuse(operator: string, type: SqlType): never {
  throw new InternalError(`operator ${operator} on ${typeName(type)}`)
}
