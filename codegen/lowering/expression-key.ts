import type { Expression } from '../../sql/plan/logical-plan.ts'
import { unreachable } from '../../sql/base/assert.ts'
import { typeName } from '../../sql/types/sql-type.ts'

/** Equal for structurally equal expressions: kinds, ordinals, types and literals; never spans. */
export function expressionKey(expression: Expression): string {
  return `(${keyOf(expression, expressionKey)})`
}

/**
 * Numbers for expressions, the same for those whose `expressionKey` is. Every node is looked at once, however often it is asked for,
 * alone and as a part of greater ones.
 */
export class ExpressionNumbers {
  readonly #byNode = new Map<Expression, number>()
  readonly #byKey = new Map<string, number>()

  readonly of = (expression: Expression): number => {
    const known = this.#byNode.get(expression)
    if (known !== undefined) return known
    const key = keyOf(expression, this.#name)
    const number = this.#byKey.get(key) ?? this.#byKey.size
    this.#byKey.set(key, number)
    this.#byNode.set(expression, number)
    return number
  }

  /** As an operand: leaves are shorter than the way to their numbers. */
  readonly #name = (expression: Expression): string | number =>
    expression.kind === 'column' || expression.kind === 'literal'
      ? `(${keyOf(expression, this.#name)})`
      : this.of(expression)
}

/** What a node is, with its operands as `operand` names them. Texts are quoted, so that no two nodes look the same. */
function keyOf(expression: Expression, operand: (inner: Expression) => string | number): string {
  const own = `${expression.kind} ${typeName(expression.type)} ${expression.nullable ? 'null ' : ''}`
  switch (expression.kind) {
    case 'column':
      return `${own}${expression.index}${expression.fallible ? ' fallible' : ''}`
    case 'literal':
      return own + JSON.stringify(expression.value)
    case 'unary':
      return `${own}${expression.operator} ${operand(expression.operand)}`
    case 'binary':
      return `${own}${expression.operator} ${operand(expression.left)} ${operand(expression.right)}`
    case 'case': {
      const branches = expression.branches.map((branch) => `${operand(branch.when)} ${operand(branch.then)}`)
      return `${own}${branches.join(', ')} else ${expression.otherwise && operand(expression.otherwise)}`
    }
    case 'in_list':
      return `${own}${expression.negated} ${operand(expression.operand)} ${expression.list.map(operand).join()}`
    case 'like': {
      const { form, escape, negated, caseInsensitive, pattern } = expression
      const how = JSON.stringify([form, escape, negated, caseInsensitive])
      return `${own}${how} ${operand(expression.operand)} ${operand(pattern)}`
    }
    case 'cast':
      return `${own}${expression.safe} ${operand(expression.operand)}`
    case 'call':
      return `${own}${JSON.stringify(expression.name)} ${expression.arguments.map(operand).join()}`
    default:
      return unreachable(expression)
  }
}
