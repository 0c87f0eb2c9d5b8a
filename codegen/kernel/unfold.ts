import { hasEffect, letVariable, local, typeOf } from './build.ts'
import { expressionCostBytes } from './cost.ts'
import type { Expression, Statement, ValueType, Variable } from './ir.ts'
import { replaceExpressions, withOperands } from './rewrite.ts'
import { expressionsOf, forEachExpression, operandsOf } from './walk.ts'

/** Makes variables that nothing else uses. */
export type FreshVariable = (role: string, like: { readonly type: ValueType; readonly mutable: boolean }) => Variable

/**
 * Takes a statement whose expressions are great apart: sub-expressions go into variables before it, so that it can be cut between
 * them. Where an expression has effects every operand goes, in order, so that nothing is evaluated earlier or later than it was.
 * The condition of a `while` is evaluated again and again and stays as it is.
 */
export function unfoldStatement(
  statement: Statement,
  sizeBytesMax: number,
  fresh: FreshVariable,
): readonly Statement[] {
  if (statement.kind === 'while') return [statement]
  const own = expressionsOf(statement)
  const cost = own.reduce((total, expression) => total + expressionCostBytes(expression), 0)
  if (cost <= sizeBytesMax) return [statement]
  const unfolder = new Unfolder(own.some(containsEffect) ? 0 : sizeBytesMax / 4, fresh)
  const operands = own.map((expression) => unfolder.unfold(expression))
  return [...unfolder.statements, replaceExpressions(statement, operands)]
}

class Unfolder {
  readonly statements: Statement[] = []
  readonly #sizeBytesMax: number
  readonly #fresh: FreshVariable

  constructor(sizeBytesMax: number, fresh: FreshVariable) {
    this.#sizeBytesMax = sizeBytesMax
    this.#fresh = fresh
  }

  unfold(expression: Expression): Expression {
    const operands = operandsOf(expression).map((operand) => this.unfold(operand))
    if (operands.length === 0) return expression
    const rebuilt = withOperands(expression, operands)
    if (expressionCostBytes(rebuilt) <= this.#sizeBytesMax) return rebuilt
    const variable = this.#fresh('t', { type: typeOf(rebuilt), mutable: false })
    this.statements.push(letVariable(variable, rebuilt))
    return local(variable)
  }
}

function containsEffect(expression: Expression): boolean {
  let found = false
  forEachExpression(expression, (inner) => {
    if (inner.kind === 'call' || (inner.kind === 'library' && hasEffect(inner.name))) found = true
  })
  return found
}
