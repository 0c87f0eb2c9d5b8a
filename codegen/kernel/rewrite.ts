import type { Expression, Statement } from './ir.ts'
import { expressionsOf, operandsOf } from './walk.ts'

/** What becomes of the parts of a block when it is rewritten. */
export interface Rewrite {
  /** Of an expression whose operands have been rewritten. */
  expression(expression: Expression): Expression
  /** Of a statement whose expressions and blocks have been rewritten. */
  statement(statement: Statement): readonly Statement[]
}

export function rewriteBlock(block: readonly Statement[], rewrite: Rewrite): readonly Statement[] {
  return block.flatMap((statement) => rewriteStatement(statement, rewrite))
}

function rewriteStatement(statement: Statement, rewrite: Rewrite): readonly Statement[] {
  const replaced = replaceExpressions(
    statement,
    expressionsOf(statement).map((expression) => rewriteExpression(expression, rewrite)),
  )
  switch (replaced.kind) {
    case 'if':
      return rewrite.statement({
        ...replaced,
        then: rewriteBlock(replaced.then, rewrite),
        otherwise: rewriteBlock(replaced.otherwise, rewrite),
      })
    case 'for':
    case 'while':
      return rewrite.statement({ ...replaced, body: rewriteBlock(replaced.body, rewrite) })
    default:
      return rewrite.statement(replaced)
  }
}

export function rewriteExpression(expression: Expression, rewrite: Pick<Rewrite, 'expression'>): Expression {
  const operands = operandsOf(expression)
  if (operands.length === 0) return rewrite.expression(expression)
  return rewrite.expression(
    withOperands(
      expression,
      operands.map((operand) => rewriteExpression(operand, rewrite)),
    ),
  )
}

/** The expression with other operands, given in the order of `operandsOf`. */
export function withOperands(expression: Expression, operands: readonly Expression[]): Expression {
  const [first = expression, second = expression, third = expression] = operands
  switch (expression.kind) {
    case 'load':
      return { ...expression, address: first, index: expression.index ? second : null }
    case 'unary':
      return { ...expression, operand: first }
    case 'binary':
      return { ...expression, left: first, right: second }
    case 'select':
      return { ...expression, condition: first, yes: second, no: third }
    case 'library':
    case 'call':
      return { ...expression, arguments: operands }
    default:
      return expression
  }
}

/** The statement with other expressions, given in the order of `expressionsOf`. */
export function replaceExpressions(statement: Statement, expressions: readonly Expression[]): Statement {
  const [first, second, third] = expressions
  if (!first) return statement
  switch (statement.kind) {
    case 'let':
    case 'set':
      return { ...statement, value: first }
    case 'return':
      return { ...statement, value: first }
    case 'store':
      return statement.index
        ? { ...statement, address: first, index: second ?? first, value: third ?? first }
        : { ...statement, address: first, value: second ?? first }
    case 'add_wide':
      return { ...statement, address: first, value: second ?? first }
    case 'copy':
      return { ...statement, to: first, from: second ?? first }
    case 'if':
    case 'while':
      return { ...statement, condition: first }
    case 'for':
      return { ...statement, from: first, to: second ?? first }
    case 'do':
      return { ...statement, call: { ...statement.call, arguments: expressions } }
    default:
      return statement
  }
}
