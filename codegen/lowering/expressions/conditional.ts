import type { Expression as SqlExpression } from '../../../sql/plan/logical-plan.ts'
import type { SqlType } from '../../../sql/types/sql-type.ts'
import { constI1, unary } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { MutableLocal } from '../function-builder.ts'
import type { Value } from '../value.ts'
import { castValue } from '../casts/cast.ts'
import { compareValues } from './comparison.ts'
import type { Lowering, Of } from './lowering.ts'
import { neutral } from './strict.ts'
import { andValid, isNull, isTrue } from './validity.ts'

/** CASE, COALESCE, NULLIF: what they do not choose is not computed, so it cannot fail. */
export function lowerCase(lowering: Lowering, expression: Of<'case'>): Value {
  return choose(lowering, expression.type, (target) => lowerBranches(lowering, expression, { target, from: 0 }))
}

/** What one of several places fills; exactly one of them runs. */
interface Target {
  readonly give: (value: Value) => void
  readonly giveNull: () => void
}

/** The validity is declared by the first place that may give NULL: where none does, the value is never NULL. */
function choose(lowering: Lowering, type: SqlType, body: (target: Target) => void): Value {
  const { builder } = lowering
  const result = builder.mutable('value', neutral(lowering, type))
  const hole = builder.hole()
  let valid: MutableLocal | null = null
  const setValid = (value: Expression): void => {
    const variable = valid ?? builder.mutableAt(hole, 'valid', constI1(true))
    valid = variable
    builder.set(variable, value)
  }
  body({
    give: (given) => {
      const value = castValue(lowering, given, { type, safe: false, span: undefined })
      builder.set(result, value.value)
      if (value.valid !== null) setValid(value.valid)
    },
    giveNull: () => setValid(constI1(false)),
  })
  return { type, value: result, valid }
}

function lowerBranches(
  lowering: Lowering,
  expression: Of<'case'>,
  { target, from }: { readonly target: Target; readonly from: number },
): void {
  const branch = expression.branches[from]
  if (!branch) {
    if (expression.otherwise === null) target.giveNull()
    else target.give(lowering.lower(expression.otherwise))
    return
  }
  const condition = isTrue(lowering.lower(branch.when))
  lowering.builder.if(
    condition,
    () => target.give(lowering.lower(branch.then)),
    () => lowerBranches(lowering, expression, { target, from: from + 1 }),
  )
}

export function lowerCoalesce(lowering: Lowering, expression: Of<'call'>): Value {
  const parts = expression.arguments.filter((argument) => argument.type.kind !== 'null')
  return choose(lowering, expression.type, (target) => coalesceFrom(lowering, parts, target))
}

function coalesceFrom(lowering: Lowering, [first, ...rest]: readonly SqlExpression[], target: Target): void {
  if (!first) {
    target.giveNull()
    return
  }
  const value = lowering.lower(first)
  if (value.valid === null) {
    target.give(value)
    return
  }
  const { builder } = lowering
  builder.if(
    value.valid,
    () => target.give({ ...value, valid: null }),
    () => coalesceFrom(lowering, rest, target),
  )
}

/** NULL where both are equal, else the first. */
export function lowerNullif(lowering: Lowering, expression: Of<'call'>): Value {
  const [left, right] = expression.arguments as readonly [SqlExpression, SqlExpression]
  const value = lowering.lower(left)
  const equal = isTrue(compareValues(lowering, 'equal', [value, lowering.lower(right)]))
  const { builder } = lowering
  const differs = builder.let('valid', andValid(value.valid, unary('not', equal)))
  return castValue(
    lowering,
    { ...value, valid: differs },
    { type: expression.type, safe: false, span: expression.span },
  )
}

/** nvl2(x, a, b): a where x is not NULL, else b. */
export function lowerNvl2(lowering: Lowering, expression: Of<'call'>): Value {
  const [tested, present, absent] = expression.arguments as readonly [SqlExpression, SqlExpression, SqlExpression]
  const test = lowering.lower(tested)
  return choose(lowering, expression.type, (target) =>
    lowering.builder.if(
      isNull(test),
      () => target.give(lowering.lower(absent)),
      () => target.give(lowering.lower(present)),
    ),
  )
}
