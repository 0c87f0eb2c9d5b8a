import type { BinaryOperator, Expression } from '../../../sql/plan/logical-plan.ts'
import { isIntegerType } from '../../../sql/types/sql-type.ts'
import type { SqlType } from '../../../sql/types/sql-type.ts'
import { unreachable } from '../../../sql/base/assert.ts'
import { castCanFail } from '../casts/cast-facts.ts'
import { callFacts } from '../functions/call-facts.ts'

/**
 * What decides how an expression is lowered, read off the expression itself. `canFail` errs on the side of true:
 * an expression of which it says false must not raise.
 */
export function canFail(expression: Expression): boolean {
  switch (expression.kind) {
    case 'column':
      return expression.fallible === true
    case 'literal':
      return false
    case 'unary':
      return (expression.operator === 'negate' && !isFloat(expression.type)) || canFail(expression.operand)
    case 'binary':
      return operatorCanFail(expression) || canFail(expression.left) || canFail(expression.right)
    case 'case':
      return (
        expression.branches.some(({ when, then }) => canFail(when) || canFail(then)) ||
        (expression.otherwise !== null && canFail(expression.otherwise))
      )
    case 'in_list':
      return canFail(expression.operand) || expression.list.some(canFail)
    case 'like':
      return expression.pattern.kind !== 'literal' || canFail(expression.operand)
    case 'cast':
      return (!expression.safe && castCanFail(expression.operand.type, expression.type)) || canFail(expression.operand)
    case 'call':
      return callFacts(expression.name).fallible || expression.arguments.some(canFail)
    default:
      return unreachable(expression)
  }
}

export type Comparison = 'equal' | 'not_equal' | 'less' | 'less_or_equal' | 'greater' | 'greater_or_equal'

export function isComparisonOperator(operator: BinaryOperator): operator is Comparison {
  switch (operator) {
    case 'equal':
    case 'not_equal':
    case 'less':
    case 'less_or_equal':
    case 'greater':
    case 'greater_or_equal':
      return true
    default:
      return false
  }
}

function isComparison(operator: BinaryOperator): boolean {
  return isComparisonOperator(operator) || operator === 'is_distinct_from' || operator === 'is_not_distinct_from'
}

function operatorCanFail({ operator, type, right }: Expression & { readonly kind: 'binary' }): boolean {
  switch (operator) {
    case 'add':
    case 'subtract':
    case 'multiply':
    case 'divide':
    case 'modulo':
      return !isFloat(type)
    case 'concat':
      return true
    case 'regex_match':
    case 'regex_match_insensitive':
    case 'regex_not_match':
    case 'regex_not_match_insensitive':
      return right.kind !== 'literal'
    default:
      return false
  }
}

/** A few machine operations: no library call, so not worth a branch to avoid. */
export function isCheap(expression: Expression): boolean {
  switch (expression.kind) {
    case 'column':
    case 'literal':
      return isRegister(expression.type)
    case 'unary':
      return (
        isCheap(expression.operand) || (expression.operand.kind === 'column' && expression.operator.startsWith('is_'))
      )
    case 'binary':
      return (
        (isComparison(expression.operator) || isCheapOperator(expression)) &&
        isCheap(expression.left) &&
        isCheap(expression.right)
      )
    default:
      return false
  }
}

function isCheapOperator({ operator, type }: Expression & { readonly kind: 'binary' }): boolean {
  if (operator === 'and' || operator === 'or') return true
  return isRegister(type) && ['add', 'subtract', 'multiply', 'bit_and', 'bit_or', 'bit_xor'].includes(operator)
}

/** Held in one machine register, compared by one instruction. */
function isRegister(type: SqlType): boolean {
  switch (type.kind) {
    case 'varchar':
    case 'bytea':
    case 'interval':
      return false
    case 'decimal':
      return type.precision <= 18
    default:
      return true
  }
}

export function isFloat(type: SqlType): boolean {
  return type.kind === 'real' || type.kind === 'double'
}

export function isExactNumber(type: SqlType): boolean {
  return type.kind === 'decimal' || isIntegerType(type)
}
