import type { Expression } from '../../sql/plan/logical-plan.ts'

/**
 * What must hold for the operand at `index` (as `operandsOf` counts) to be used by the expression: CASE and COALESCE
 * use only what they choose; AND and OR give FALSE and TRUE whatever the other side is.
 */
export function guardsOf(expression: Expression, index: number): readonly Expression[] {
  switch (expression.kind) {
    case 'case':
      return caseGuards(expression, index)
    case 'call':
      return expression.name === 'coalesce' ? expression.arguments.slice(0, index).map(isNull) : []
    case 'binary': {
      const other = index === 0 ? expression.right : expression.left
      if (expression.operator === 'and') return [truth('is_not_false', other)]
      return expression.operator === 'or' ? [truth('is_not_true', other)] : []
    }
    default:
      return []
  }
}

/** Operands are WHEN, THEN, WHEN, THEN, .., ELSE: each comes after the WHENs before it have not held. */
function caseGuards({ branches }: Expression & { readonly kind: 'case' }, index: number): readonly Expression[] {
  const branch = Math.floor(index / 2)
  const passed = branches.slice(0, branch).map(({ when }) => truth('is_not_true', when))
  const isThen = branch < branches.length && index % 2 === 1
  const chosen = isThen ? branches[branch] : undefined
  return chosen ? [...passed, chosen.when] : passed
}

function truth(operator: 'is_not_true' | 'is_not_false', operand: Expression): Expression {
  return { kind: 'unary', operator, operand, type: { kind: 'boolean' }, nullable: false }
}

function isNull(operand: Expression): Expression {
  return { kind: 'unary', operator: 'is_null', operand, type: { kind: 'boolean' }, nullable: false }
}
