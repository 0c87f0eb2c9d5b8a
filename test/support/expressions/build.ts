import type { BinaryOperator, Expression, LiteralValue, UnaryOperator } from '../../../sql/plan/logical-plan.ts'
import { parseTypeName } from '../../../sql/types/sql-type.ts'
import type { SqlType } from '../../../sql/types/sql-type.ts'
import { must } from '../../../sql/base/assert.ts'

/** Typed expressions by hand, as the planner would give them. */
export function typed(name: string): SqlType {
  return must(parseTypeName(name), `type ${name}`)
}

export function column(index: number, type: string, nullable = true): Expression {
  return { kind: 'column', index, type: typed(type), nullable }
}

export function literal(type: string, value: LiteralValue): Expression {
  return { kind: 'literal', type: typed(type), value, nullable: value === null }
}

/** Of the left side's type; other results by `as`. */
export function binary(operator: BinaryOperator, left: Expression, right: Expression): Expression {
  return { kind: 'binary', operator, left, right, type: left.type, nullable: true }
}

/** The expression as planned with another type. */
export function as(expression: Expression, type: string): Expression {
  return { ...expression, type: typed(type) }
}

export function compare(operator: BinaryOperator, left: Expression, right: Expression): Expression {
  return as(binary(operator, left, right), 'BOOLEAN')
}

export function unary(operator: UnaryOperator, operand: Expression, type = operand.type): Expression {
  return { kind: 'unary', operator, operand, type, nullable: true }
}

export function cast(operand: Expression, type: string, safe = false): Expression {
  return { kind: 'cast', operand, type: typed(type), safe, nullable: true }
}

export function call(name: string, type: string, ...parameters: Expression[]): Expression {
  return { kind: 'call', name, arguments: parameters, type: typed(type), nullable: true }
}
