import type { Expression as SqlExpression } from '../../../sql/plan/logical-plan.ts'
import { unreachable } from '../../../sql/base/assert.ts'
import type { Expression } from '../../kernel/ir.ts'
import { castValue } from '../casts/cast.ts'
import { lowerCall } from '../functions/call.ts'
import type { RowScope } from '../row-scope.ts'
import type { Value } from '../value.ts'
import { lowerCase } from './conditional.ts'
import { lowerInList } from './in-list.ts'
import { lowerLiteral } from './literal.ts'
import type { Lowering } from './lowering.ts'
import { lowerBinary, lowerUnary } from './operators.ts'
import { lowerLike } from './pattern.ts'
import { isTrue } from './validity.ts'

/**
 * Lowers a SQL expression for the row of `scope`: emits what is needed into the scope's builder and returns the value.
 * Row errors end up in the scope; equal expressions in open blocks are computed once.
 */
export function lowerExpression(expression: SqlExpression, scope: RowScope): Value {
  const lowering: Lowering = {
    scope,
    builder: scope.builder,
    lower: (operand) => lowerShared(operand, lowering),
  }
  return lowerShared(expression, lowering)
}

/** As a condition: TRUE, neither FALSE nor NULL. What WHERE, HAVING and FILTER keep. */
export function lowerCondition(expression: SqlExpression, scope: RowScope): Expression {
  return isTrue(lowerExpression(expression, scope))
}

function lowerShared(expression: SqlExpression, lowering: Lowering): Value {
  switch (expression.kind) {
    case 'column':
      return lowering.scope.column(expression.index)
    case 'literal':
      return lowerLiteral(lowering, expression)
    default:
      return lowering.scope.share(expression, () => lowerNode(expression, lowering))
  }
}

type Node = Exclude<SqlExpression, { readonly kind: 'column' | 'literal' }>

function lowerNode(expression: Node, lowering: Lowering): Value {
  switch (expression.kind) {
    case 'unary':
      return lowerUnary(lowering, expression)
    case 'binary':
      return lowerBinary(lowering, expression)
    case 'case':
      return lowerCase(lowering, expression)
    case 'in_list':
      return lowerInList(lowering, expression)
    case 'like':
      return lowerLike(lowering, expression)
    case 'cast':
      return castValue(lowering, lowering.lower(expression.operand), expression)
    case 'call':
      return lowerCall(lowering, expression)
    default:
      return unreachable(expression)
  }
}
