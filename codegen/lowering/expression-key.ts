import type { Expression, LiteralValue } from '../../sql/plan/logical-plan.ts'
import { unreachable } from '../../sql/base/assert.ts'
import { typeName } from '../../sql/types/sql-type.ts'

/** Equal for structurally equal expressions: kinds, ordinals, types and literals; never spans. */
export function expressionKey(expression: Expression): string {
  return `(${keyOf(expression, expressionKey)})`
}

/**
 * Numbers for expressions, the same for those whose `expressionKey` is. Every node is looked at once, however often it is asked for,
 * alone and as a part of greater ones. Texts are made of those that look alike only: most expressions of a query stand in it once.
 */
export class ExpressionNumbers {
  readonly #byNode = new Map<Expression, number>()
  /** The first of each number, by their looks. */
  readonly #byLooks = new Map<number, Expression[]>()
  #count = 0

  readonly of = (expression: Expression): number => {
    const known = this.#byNode.get(expression)
    if (known !== undefined) return known
    const looks = this.#looks(expression)
    const alike = this.#byLooks.get(looks)
    const same = alike?.length ? this.#find(alike, expression) : undefined
    const number = same === undefined ? this.#count++ : this.of(same)
    this.#byNode.set(expression, number)
    if (same !== undefined) return number
    if (alike) alike.push(expression)
    else this.#byLooks.set(looks, [expression])
    return number
  }

  #find(alike: readonly Expression[], expression: Expression): Expression | undefined {
    const key = keyOf(expression, this.#name)
    return alike.find((other) => keyOf(other, this.#name) === key)
  }

  /** Equal for equal expressions, and for few others. */
  #looks(expression: Expression): number {
    switch (expression.kind) {
      case 'column':
        return expression.index
      case 'literal':
        return looksOf(expression.value)
      case 'unary':
      case 'cast':
        return mix(1, this.#part(expression.operand))
      case 'binary':
        return mix(mix(textLooks(expression.operator), this.#part(expression.left)), this.#part(expression.right))
      case 'case':
        return expression.branches.reduce(
          (looks, { when, then }) => mix(mix(looks, this.#part(when)), this.#part(then)),
          expression.otherwise ? this.#part(expression.otherwise) : 0,
        )
      case 'in_list':
        return this.#parts(expression.list, this.#part(expression.operand))
      case 'like':
        return mix(this.#part(expression.operand), this.#part(expression.pattern))
      case 'call':
        return this.#parts(expression.arguments, textLooks(expression.name))
      default:
        return unreachable(expression)
    }
  }

  #parts(expressions: readonly Expression[], before: number): number {
    return expressions.reduce((looks, each) => mix(looks, this.#part(each)), before)
  }

  #part(expression: Expression): number {
    return expression.kind === 'column' || expression.kind === 'literal' ? this.#looks(expression) : this.of(expression)
  }

  /** As an operand: leaves are shorter than the way to their numbers. */
  readonly #name = (expression: Expression): string | number =>
    expression.kind === 'column' || expression.kind === 'literal'
      ? `(${keyOf(expression, this.#name)})`
      : this.of(expression)
}

function mix(looks: number, part: number): number {
  return (Math.imul(looks, 31) + part) | 0
}

function looksOf(value: LiteralValue): number {
  return typeof value === 'string' ? textLooks(value) : typeof value === 'boolean' ? Number(value) : -1
}

/** Long texts by their ends. */
function textLooks(text: string): number {
  let looks = text.length
  const skipped = Math.max(0, text.length - 16)
  for (let index = skipped; index < text.length; index++) looks = mix(looks, text.charCodeAt(index))
  return looks
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
