import type { Expression as SqlExpression } from '../../../sql/plan/logical-plan.ts'
import { binary, constI1, constI32, unary } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { MutableLocal } from '../function-builder.ts'
import type { Value } from '../value.ts'
import { canFail, isCheap } from './traits.ts'
import type { Lowering, Of } from './lowering.ts'
import { isFalse, isTrue } from './validity.ts'

/**
 * AND, OR, NOT and the truth tests, in three-valued logic.
 *
 * AND is FALSE as soon as one side is, OR TRUE, whatever the other side is: NULL, or an error. So a side that can fail is
 * isolated, and its error counts only when the other side does not decide. The side that decides spares computing a dear other one.
 */
export function lowerNot(lowering: Lowering, operand: Value): Value {
  return { ...operand, value: lowering.builder.let('value', unary('not', operand.value)) }
}

export function lowerAndOr(lowering: Lowering, expression: Of<'binary'>): Value {
  const decides: Decides = expression.operator === 'and' ? isFalse : isTrue
  const { left, right } = cheapFirst(expression)
  if (!canFail(left) && !canFail(right) && isCheap(right)) {
    return combine(lowering, expression, [lowering.lower(left), lowering.lower(right)])
  }
  return lowerGuarded(lowering, expression, { left, right, decides })
}

type Decides = (value: Value) => Expression

/** The order of the sides means nothing, so the cheap one may go first. */
function cheapFirst({ left, right }: Of<'binary'>): { readonly left: SqlExpression; readonly right: SqlExpression } {
  const swap = isCheap(right) && !canFail(right) && !(isCheap(left) && !canFail(left))
  return swap ? { left: right, right: left } : { left, right }
}

/** Both sides known. */
function combine(
  { builder }: Lowering,
  { operator, type }: Of<'binary'>,
  [left, right]: readonly [Value, Value],
): Value {
  const value = builder.let('value', binary(operator === 'and' ? 'and' : 'or', left.value, right.value))
  if (left.valid === null && right.valid === null) return { type, value, valid: null }
  const decides = operator === 'and' ? isFalse : isTrue
  const known =
    left.valid !== null && right.valid !== null
      ? binary('or', binary('and', left.valid, right.valid), binary('or', decides(left), decides(right)))
      : left.valid === null
        ? binary('or', right.valid as Expression, decides(left))
        : binary('or', left.valid, decides(right))
  // Where one side is NULL and the other decides, and/or themselves give the deciding value.
  return { type, value, valid: builder.let('valid', known) }
}

interface Sides {
  readonly left: SqlExpression
  readonly right: SqlExpression
  readonly decides: Decides
}

function lowerGuarded(lowering: Lowering, expression: Of<'binary'>, { left, right, decides }: Sides): Value {
  const { builder, scope } = lowering
  const first = isolated(lowering, left)
  const decided = builder.let('decided', withoutError(decides(first.value), first.error))
  const value = builder.mutable('value', constI1(expression.operator === 'or'))
  const isNullable = first.value.valid !== null || right.nullable
  const valid: MutableLocal | null = isNullable ? builder.mutable('valid', constI1(true)) : null
  builder.if(unary('not', decided), () => {
    const second = isolated(lowering, right)
    const either = combine(lowering, expression, [first.value, second.value])
    builder.set(value, either.value)
    if (valid !== null) builder.set(valid, either.valid ?? constI1(true))
    if (first.error === null) {
      // The first side has not failed and does not decide: an error of the second one counts.
      if (second.error !== null) scope.failWith(second.error)
      return
    }
    const firstError = first.error
    const decidedBySecond = withoutError(decides(second.value), second.error)
    builder.if(unary('not', decidedBySecond), () => {
      scope.failWith(firstError)
      if (second.error !== null) scope.failWith(second.error)
    })
    // What a failed first side left behind must not hide that the second one decides.
    builder.if(binary('and', binary('ne', firstError, constI32(0)), decidedBySecond), () => {
      builder.set(value, constI1(expression.operator === 'or'))
      if (valid !== null) builder.set(valid, constI1(true))
    })
  })
  return { type: expression.type, value, valid }
}

function isolated(
  lowering: Lowering,
  side: SqlExpression,
): { readonly value: Value; readonly error: Expression | null } {
  if (!canFail(side)) return { value: lowering.lower(side), error: null }
  const { result, error } = lowering.scope.isolate(() => lowering.lower(side))
  return { value: result, error }
}

function withoutError(condition: Expression, error: Expression | null): Expression {
  return error === null ? condition : binary('and', binary('eq', error, constI32(0)), condition)
}
