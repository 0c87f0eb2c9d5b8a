import { viewOffsets } from '../../../runtime/abi/view.ts'
import type { SqlType } from '../../../sql/types/sql-type.ts'
import { binary, constI1, constI32, library, load, unary } from '../../kernel/build.ts'
import type { CompareOperator, Expression } from '../../kernel/ir.ts'
import { valueTypeOf } from '../value.ts'
import type { Value } from '../value.ts'
import { decimalFacts, isShort, scaleUp, widen } from './decimal-alignment.ts'
import type { Lowering, Of } from './lowering.ts'
import { guarded, nullOf, strict } from './strict.ts'
import type { Comparison } from './traits.ts'
import { isNull, isNotNull } from './validity.ts'

/**
 * Comparisons. NaN equals NaN and is greater than every number; -0 equals 0; text and bytes compare by bytes, intervals by their
 * length with 30-day months.
 */
export function lowerComparison(lowering: Lowering, expression: Of<'binary'>): Value {
  const left = lowering.lower(expression.left)
  const right = lowering.lower(expression.right)
  return compareValues(lowering, expression.operator as Comparison, [left, right])
}

const booleanType: SqlType = { kind: 'boolean' }

/** Three-valued comparison. */
export function compareValues(
  lowering: Lowering,
  comparison: Comparison,
  [left, right]: readonly [Value, Value],
): Value {
  if (left.type.kind === 'null' || right.type.kind === 'null') return nullOf(lowering, booleanType)
  if (left.type.kind === 'decimal' && right.type.kind === 'decimal' && left.type.scale !== right.type.scale) {
    return compareScaled(lowering, comparison, [left, right])
  }
  const [a, b] = sameWidth(left, right)
  const lower = comparesByCall(a.type) ? guarded : strict
  return lower(lowering, booleanType, {
    operands: [a, b],
    compute: ([x, y]) => compareKnown(lowering, comparison, { type: a.type, x: x as Expression, y: y as Expression }),
  })
}

/** Decimals of different precision: both as i128 where one is. */
function sameWidth(left: Value, right: Value): readonly [Value, Value] {
  if (left.type.kind !== 'decimal' || right.type.kind !== 'decimal' || isShort(left.type) === isShort(right.type)) {
    return [left, right]
  }
  const type: SqlType = { kind: 'decimal', precision: 38, scale: left.type.scale }
  const widened = (value: Value): Value => ({ type, value: widen(value.value, value.type), valid: value.valid })
  return [widened(left), widened(right)]
}

/** Decimals of different scale: aligned in i64 when that surely fits, else by the library, which is exact beyond 38 digits. */
function compareScaled(lowering: Lowering, comparison: Comparison, [left, right]: readonly [Value, Value]): Value {
  const facts = [left.type, right.type].map(decimalFacts)
  const scale = Math.max(...facts.map((fact) => fact.scale))
  const [up, upRight] = facts.map((fact) => scale - fact.scale) as [number, number]
  const digits = Math.max(...facts.map((fact) => fact.precision + scale - fact.scale))
  if (digits <= 18) {
    return strict(lowering, booleanType, {
      operands: [left, right],
      compute: ([x, y]) =>
        binary(signedOperators[comparison], scaleUp(x as Expression, up), scaleUp(y as Expression, upRight)),
    })
  }
  return guarded(lowering, booleanType, {
    operands: [left, right],
    compute: ([x, y]) => {
      const wide = [
        widen(x as Expression, left.type),
        constI32(up),
        widen(y as Expression, right.type),
        constI32(upRight),
      ]
      return binary(signedOperators[comparison], library('decimal_compare_scaled', wide), constI32(0))
    },
  })
}

/** IS [NOT] DISTINCT FROM: never NULL. */
export function lowerDistinct(lowering: Lowering, expression: Of<'binary'>): Value {
  const { builder } = lowering
  const left = lowering.lower(expression.left)
  const right = lowering.lower(expression.right)
  const equal = compareValues(lowering, 'equal', [left, right])
  const bothNull = binary('and', isNull(left), isNull(right))
  const same = binary('or', binary('and', isNotNull(equal), equal.value), bothNull)
  const value = expression.operator === 'is_distinct_from' ? unary('not', same) : same
  return { type: booleanType, value: builder.let('value', value), valid: null }
}

function comparesByCall(type: SqlType): boolean {
  return ['varchar', 'bytea', 'interval'].includes(type.kind) || valueTypeOf(type) === 'i128'
}

interface Known {
  readonly type: SqlType
  readonly x: Expression
  readonly y: Expression
}

/** The comparison of two valid values of one type. */
export function compareKnown(lowering: Lowering, comparison: Comparison, { type, x, y }: Known): Expression {
  switch (type.kind) {
    case 'boolean':
      return comparison === 'equal' || comparison === 'not_equal'
        ? binary(signedOperators[comparison], x, y)
        : binary(signedOperators[comparison], unary('i32_from_i1', x), unary('i32_from_i1', y))
    case 'real':
    case 'double':
      return compareFloats(comparison, x, y)
    case 'varchar':
    case 'bytea':
      return compareViews(lowering, comparison, { type, x, y })
    case 'interval':
      return binary(signedOperators[comparison], library('interval_compare', [x, y]), constI32(0))
    case 'ubigint':
      return binary(unsignedOperators[comparison], x, y)
    case 'null':
      // no value of that type is known: this never runs
      return constI1(false)
    case 'decimal':
      if (type.precision <= 18) return binary(signedOperators[comparison], x, y)
      if (comparison === 'equal') return library('decimal_equal', [x, y])
      return binary(signedOperators[comparison], library('decimal_compare', [x, y]), constI32(0))
    default:
      return binary(signedOperators[comparison], x, y)
  }
}

const signedOperators: Readonly<Record<Comparison, CompareOperator>> = {
  equal: 'eq',
  not_equal: 'ne',
  less: 'lt_s',
  less_or_equal: 'le_s',
  greater: 'gt_s',
  greater_or_equal: 'ge_s',
}

const unsignedOperators: Readonly<Record<Comparison, CompareOperator>> = {
  equal: 'eq',
  not_equal: 'ne',
  less: 'lt_u',
  less_or_equal: 'le_u',
  greater: 'gt_u',
  greater_or_equal: 'ge_u',
}

export function isNan(x: Expression): Expression {
  return binary('ne', x, x)
}

/** With NaN as the greatest value; a constant that is not NaN spares half of the tests. */
function compareFloats(comparison: Comparison, x: Expression, y: Expression): Expression {
  switch (comparison) {
    case 'equal':
      return neverNan(x) || neverNan(y)
        ? binary('eq', x, y)
        : binary('or', binary('eq', x, y), binary('and', isNan(x), isNan(y)))
    case 'not_equal':
      return unary('not', compareFloats('equal', x, y))
    // x < y: an IEEE less, or a number before NaN
    case 'less':
      return neverNan(y)
        ? binary('lt', x, y)
        : binary('or', binary('lt', x, y), binary('and', isNan(y), unary('not', isNan(x))))
    case 'greater':
      return compareFloats('less', y, x)
    case 'less_or_equal':
      return neverNan(x) && neverNan(y)
        ? binary('le', x, y)
        : neverNan(y)
          ? binary('le', x, y)
          : binary('or', binary('le', x, y), isNan(y))
    case 'greater_or_equal':
      return compareFloats('less_or_equal', y, x)
  }
}

function neverNan(x: Expression): boolean {
  return (x.kind === 'const' && !Number.isNaN(x.value)) || (x.kind === 'unary' && x.operator === 'f64_from_i32_s')
}

/** The length and the first four bytes, tested at once, decide most comparisons for equality without a call. */
function compareViews(lowering: Lowering, comparison: Comparison, { x, y }: Known): Expression {
  if (comparison !== 'equal' && comparison !== 'not_equal') {
    return binary(signedOperators[comparison], library('string_compare', [x, y]), constI32(0))
  }
  const { builder } = lowering
  const word = (view: Expression, offset: number): Expression => load('i32', view, { offset })
  const equal = builder.mutable('equal', constI1(false))
  const differs = (offset: number): Expression => binary('xor', word(x, offset), word(y, offset))
  const start = binary('or', differs(viewOffsets.length), differs(viewOffsets.prefix))
  builder.if(unary('eqz', start), () => builder.set(equal, library('string_equal', [x, y])))
  return comparison === 'equal' ? equal : unary('not', equal)
}
