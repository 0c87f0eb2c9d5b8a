import { unreachable } from '../base/assert.ts'
import type { Expression } from './logical-plan.ts'

/** The direct operands of an expression, in the order in which they are written. */
export function operandsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'column':
    case 'literal':
      return []
    case 'unary':
    case 'cast':
      return [expression.operand]
    case 'binary':
      return [expression.left, expression.right]
    case 'case':
      return [
        ...expression.branches.flatMap((branch) => [branch.when, branch.then]),
        ...(expression.otherwise ? [expression.otherwise] : []),
      ]
    case 'in_list':
      return [expression.operand, ...expression.list]
    case 'like':
      return [expression.operand, expression.pattern]
    case 'call':
      return expression.arguments
    default:
      return unreachable(expression)
  }
}

type Change = (expression: Expression) => Expression

/** The expression with each direct operand replaced by what `change` gives; the same object when none changed. */
export function mapOperands(expression: Expression, change: Change): Expression {
  switch (expression.kind) {
    case 'column':
    case 'literal':
      return expression
    case 'unary':
    case 'cast': {
      const operand = change(expression.operand)
      return operand === expression.operand ? expression : { ...expression, operand }
    }
    case 'binary': {
      const [left, right] = [change(expression.left), change(expression.right)]
      return left === expression.left && right === expression.right ? expression : { ...expression, left, right }
    }
    case 'case':
      return mapCase(expression, change)
    case 'in_list': {
      const operand = change(expression.operand)
      const list = mapAll(expression.list, change)
      return operand === expression.operand && list === expression.list ? expression : { ...expression, operand, list }
    }
    case 'like': {
      const [operand, pattern] = [change(expression.operand), change(expression.pattern)]
      const same = operand === expression.operand && pattern === expression.pattern
      return same ? expression : { ...expression, operand, pattern }
    }
    case 'call': {
      const mapped = mapAll(expression.arguments, change)
      return mapped === expression.arguments ? expression : { ...expression, arguments: mapped }
    }
    default:
      return unreachable(expression)
  }
}

function mapCase(expression: Expression & { readonly kind: 'case' }, change: Change): Expression {
  const branches = mapAll(expression.branches, (branch) => {
    const [when, then] = [change(branch.when), change(branch.then)]
    return when === branch.when && then === branch.then ? branch : { when, then }
  })
  const otherwise = expression.otherwise && change(expression.otherwise)
  const same = branches === expression.branches && otherwise === expression.otherwise
  return same ? expression : { ...expression, branches, otherwise }
}

/** Like `map`, but the same array when every element stayed the same. */
export function mapAll<T>(items: readonly T[], change: (item: T) => T): readonly T[] {
  const mapped = items.map((item) => change(item))
  return mapped.every((item, index) => item === items[index]) ? items : mapped
}

type ColumnExpression = Expression & { readonly kind: 'column' }

/** Replaces every column reference. The same object when all stayed the same. */
export function mapColumns(expression: Expression, change: (column: ColumnExpression) => Expression): Expression {
  if (expression.kind === 'column') return change(expression)
  return mapOperands(expression, (operand) => mapColumns(operand, change))
}

/** The column references of an expression, left to right, repeated as often as they stand there. */
export function columnsIn(expression: Expression): readonly ColumnExpression[] {
  return expression.kind === 'column' ? [expression] : operandsOf(expression).flatMap(columnsIn)
}

/** Same meaning by structure; spans do not count. */
export function sameExpression(a: Expression, b: Expression): boolean {
  return a === b || (a.kind === b.kind && textOf(a) === textOf(b))
}

function textOf(expression: Expression): string {
  return JSON.stringify(expression, (key, value: unknown) => (key === 'span' ? undefined : value))
}
