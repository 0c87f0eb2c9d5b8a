import type { Expression, Statement } from './ir.ts'
import { expressionsOf, operandsOf } from './walk.ts'

/** What becomes of the parts of a block when it is rewritten. */
export interface Rewrite {
  /** Of an expression whose operands have been rewritten. */
  expression(expression: Expression): Expression
  /** Of a statement whose expressions and blocks have been rewritten. */
  statement(statement: Statement): readonly Statement[]
}

/** Whatever does not change stays the same object: what is known about it stays known. */
export function rewriteBlock(block: readonly Statement[], rewrite: Rewrite): readonly Statement[] {
  const result: Statement[] = []
  let isSame = true
  for (const statement of block) {
    const rewritten = rewriteStatement(statement, rewrite)
    if (rewritten.length !== 1 || rewritten[0] !== statement) isSame = false
    result.push(...rewritten)
  }
  return isSame ? block : result
}

function rewriteStatement(statement: Statement, rewrite: Rewrite): readonly Statement[] {
  const replaced = rewriteExpressionsOf(statement, rewrite)
  switch (replaced.kind) {
    case 'if': {
      const then = rewriteBlock(replaced.then, rewrite)
      const otherwise = rewriteBlock(replaced.otherwise, rewrite)
      const isSame = then === replaced.then && otherwise === replaced.otherwise
      return rewrite.statement(isSame ? replaced : { ...replaced, then, otherwise })
    }
    case 'for':
    case 'while': {
      const body = rewriteBlock(replaced.body, rewrite)
      return rewrite.statement(body === replaced.body ? replaced : { ...replaced, body })
    }
    default:
      return rewrite.statement(replaced)
  }
}

function rewriteExpressionsOf(statement: Statement, rewrite: Rewrite): Statement {
  if (statement.kind === 'let' || statement.kind === 'set') {
    const value = rewriteExpression(statement.value, rewrite)
    return value === statement.value ? statement : { ...statement, value }
  }
  const before = expressionsOf(statement)
  const after = rewriteAll(before, rewrite)
  return after === before ? statement : replaceExpressions(statement, after)
}

function rewriteAll(expressions: readonly Expression[], rewrite: Pick<Rewrite, 'expression'>): readonly Expression[] {
  let isSame = true
  const rewritten = expressions.map((expression) => {
    const after = rewriteExpression(expression, rewrite)
    if (after !== expression) isSame = false
    return after
  })
  return isSame ? expressions : rewritten
}

export function rewriteExpression(expression: Expression, rewrite: Pick<Rewrite, 'expression'>): Expression {
  switch (expression.kind) {
    case 'const':
    case 'local':
    case 'constant':
    case 'scratch':
      return rewrite.expression(expression)
    case 'binary': {
      const left = rewriteExpression(expression.left, rewrite)
      const right = rewriteExpression(expression.right, rewrite)
      const isSame = left === expression.left && right === expression.right
      return rewrite.expression(isSame ? expression : { ...expression, left, right })
    }
    default: {
      const before = operandsOf(expression)
      const after = rewriteAll(before, rewrite)
      return rewrite.expression(after === before ? expression : withOperands(expression, after))
    }
  }
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
