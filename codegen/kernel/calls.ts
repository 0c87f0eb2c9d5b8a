import type { Expression, FunctionIr } from './ir.ts'
import { expressionsOf, forEachExpression, forEachStatement } from './walk.ts'

/** Names of the functions that a function calls. */
export function calleesOf(subject: FunctionIr): ReadonlySet<string> {
  const names = new Set<string>()
  const visit = (expression: Expression): void => {
    if (expression.kind === 'call') names.add(expression.function)
  }
  forEachStatement(subject.body, (statement) => {
    if (statement.kind === 'do') visit(statement.call)
    for (const expression of expressionsOf(statement)) forEachExpression(expression, visit)
  })
  return names
}
