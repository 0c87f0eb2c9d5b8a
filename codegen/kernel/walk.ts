import { unreachable } from '../../sql/base/assert.ts'
import type { Expression, Statement } from './ir.ts'

const noExpressions: readonly Expression[] = []

/** The operands of an expression, in the order of evaluation. */
export function operandsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'const':
    case 'local':
    case 'constant':
    case 'scratch':
      return noExpressions
    case 'load':
      return expression.index ? [expression.address, expression.index] : [expression.address]
    case 'unary':
      return [expression.operand]
    case 'binary':
      return [expression.left, expression.right]
    case 'select':
      return [expression.condition, expression.yes, expression.no]
    case 'library':
    case 'call':
      return expression.arguments
    default:
      return unreachable(expression)
  }
}

/** The expressions directly in a statement (not in its blocks), in the order of evaluation. */
export function expressionsOf(statement: Statement): readonly Expression[] {
  switch (statement.kind) {
    case 'let':
    case 'set':
      return [statement.value]
    case 'store':
      return statement.index
        ? [statement.address, statement.index, statement.value]
        : [statement.address, statement.value]
    case 'add_wide':
      return [statement.address, statement.value]
    case 'copy':
      return [statement.to, statement.from]
    case 'if':
    case 'while':
      return [statement.condition]
    case 'for':
      return [statement.from, statement.to]
    case 'do':
      return statement.call.arguments
    case 'return':
      return statement.value ? [statement.value] : noExpressions
    case 'break':
    case 'continue':
    case 'mark':
      return noExpressions
    default:
      return unreachable(statement)
  }
}

const noBlocks: readonly (readonly Statement[])[] = []

/** The blocks nested directly in a statement. */
export function blocksOf(statement: Statement): readonly (readonly Statement[])[] {
  switch (statement.kind) {
    case 'if':
      return [statement.then, statement.otherwise]
    case 'for':
    case 'while':
      return [statement.body]
    default:
      return noBlocks
  }
}

/** Every statement of a block and of the blocks in it, outermost first. */
export function forEachStatement(block: readonly Statement[], visit: (statement: Statement) => void): void {
  for (const statement of block) {
    visit(statement)
    for (const inner of blocksOf(statement)) forEachStatement(inner, visit)
  }
}

/** An expression and everything under it, operands first. */
export function forEachExpression(expression: Expression, visit: (expression: Expression) => void): void {
  for (const operand of operandsOf(expression)) forEachExpression(operand, visit)
  visit(expression)
}
