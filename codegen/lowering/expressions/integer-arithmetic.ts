import { typeName } from '../../../sql/types/sql-type.ts'
import type { IntegerKind } from '../../../sql/types/sql-type.ts'
import type { Span } from '../../../sql/base/span.ts'
import { binary, constI1, constI64, select, unary } from '../../kernel/build.ts'
import type { BinaryOperator, Expression } from '../../kernel/ir.ts'
import type { Value } from '../value.ts'
import { integerFacts, outOfRange, registerConst } from './integer-facts.ts'
import type { IntegerFacts } from './integer-facts.ts'
import type { Lowering } from './lowering.ts'
import { divisionByZero, failWhenValid, overflow } from './strict.ts'
import { allValid } from './validity.ts'

export type ArithmeticName = 'add' | 'subtract' | 'multiply' | 'divide' | 'modulo'

interface IntegerOperation {
  readonly operator: ArithmeticName
  readonly kind: IntegerKind
  readonly operands: readonly [Value, Value]
  readonly span: Span | undefined
}

/** Exact arithmetic at one integer type: a result outside of it fails the row. */
export function integerArithmetic(lowering: Lowering, operation: IntegerOperation): Value {
  const { operator, kind, operands } = operation
  const [left, right] = operands
  const valid = allValid(lowering, operands)
  const facts = integerFacts(kind)
  const value =
    operator === 'divide' || operator === 'modulo'
      ? divide(lowering, operation, { facts, valid, x: left.value, y: right.value })
      : addLike(lowering, operation, { operator, facts, valid, x: left.value, y: right.value })
  return { type: { kind }, value: lowering.builder.let('value', value), valid }
}

interface Parts {
  readonly facts: IntegerFacts
  readonly valid: Expression | null
  readonly x: Expression
  readonly y: Expression
}

const wrapping = { add: 'add', subtract: 'sub', multiply: 'mul' } as const
const overflows: Readonly<Record<keyof typeof wrapping, readonly [BinaryOperator, BinaryOperator]>> = {
  add: ['add_overflows', 'add_overflows_u'],
  subtract: ['sub_overflows', 'sub_overflows_u'],
  multiply: ['mul_overflows', 'mul_overflows_u'],
}

function addLike(
  lowering: Lowering,
  { kind, span }: IntegerOperation,
  { operator, facts, valid, x, y }: Parts & { readonly operator: keyof typeof wrapping },
): Expression {
  const { builder } = lowering
  const result = builder.let('value', binary(wrapping[operator], x, y))
  const failure = overflow(typeName({ kind }), span)
  const fits = outOfRange(result, facts)
  const mayWrap = fits === null || (operator === 'multiply' && facts.bits >= 16 && !facts.isSigned)
  const unsigned = facts.bits === 64 && !facts.isSigned
  const wraps = mayWrap
    ? ((unsigned ? null : wrapsWithConstant(operator, x, y)) ?? binary(overflows[operator][unsigned ? 1 : 0], x, y))
    : constI1(false)
  failWhenValid(lowering, valid, { condition: fits === null ? wraps : binary('or', wraps, fits), failure })
  return result
}

const least = -(2n ** 63n)
const greatest = 2n ** 63n - 1n

/** Signed 64 bits against a constant: one or two comparisons say whether the result fits. Null where that does not work. */
function wrapsWithConstant(operator: keyof typeof wrapping, x: Expression, y: Expression): Expression | null {
  if (y.kind !== 'const' || y.type !== 'i64') return null
  const constant = y.value as bigint
  if (operator === 'multiply') {
    const size = constant < 0n ? -constant : constant
    if (size < 2n) return null
    const [low, high] = constant > 0n ? [-(-least / size), greatest / size] : [-(greatest / size), -least / size]
    return binary('or', binary('gt_s', x, constI64(high)), binary('lt_s', x, constI64(low)))
  }
  const added = operator === 'add' ? constant : -constant
  if (added === 0n) return constI1(false)
  return added > 0n ? binary('gt_s', x, constI64(greatest - added)) : binary('lt_s', x, constI64(least - added))
}

function divide(
  lowering: Lowering,
  { operator, kind, span }: IntegerOperation,
  { facts, valid, x, y }: Parts,
): Expression {
  const { builder } = lowering
  const { register, isSigned } = facts
  const isZero = builder.let('zero', unary('eqz', y))
  failWhenValid(lowering, valid, { condition: isZero, failure: divisionByZero(span) })
  const divisor = builder.let('divisor', select(isZero, registerConst(register, 1n), y))
  const isWide = facts.bits === 64 && !isSigned
  if (operator === 'modulo') return binary(isWide ? 'rem_u' : 'rem_s', x, divisor)
  if (!isSigned) return binary(isWide ? 'div_u' : 'div_s', x, divisor)
  return divideSigned(lowering, { kind, span }, { facts, valid, x, y: divisor })
}

/** The one quotient that overflows: the least value by -1. */
function divideSigned(
  lowering: Lowering,
  { kind, span }: { readonly kind: IntegerKind; readonly span: Span | undefined },
  { facts, valid, x, y }: Parts,
): Expression {
  const { register, min } = facts
  const isConstant = y.kind === 'const' && y.value !== -1 && y.value !== -1n
  if (isConstant) return binary('div_s', x, y)
  const minimum = registerConst(register, min)
  const overflowing = lowering.builder.let(
    'overflows',
    binary('and', binary('eq', y, registerConst(register, -1n)), binary('eq', x, minimum)),
  )
  failWhenValid(lowering, valid, { condition: overflowing, failure: overflow(typeName({ kind }), span) })
  return binary('div_s', x, select(overflowing, registerConst(register, 1n), y))
}

export function negateInteger(
  lowering: Lowering,
  operand: Value,
  parts: { readonly kind: IntegerKind; readonly span: Span | undefined },
): Value {
  const facts = integerFacts(parts.kind)
  const zero: Value = { type: { kind: parts.kind }, value: registerConst(facts.register, 0n), valid: null }
  return integerArithmetic(lowering, {
    operator: 'subtract',
    kind: parts.kind,
    operands: [zero, operand],
    span: parts.span,
  })
}
