import { columnsIn, mapColumns } from '../../sql/plan/expression-tree.ts'
import type { Expression, LogicalPlan } from '../../sql/plan/logical-plan.ts'
import type { Rule } from './rule.ts'

/**
 * A projection over a projection becomes one, unless a computed column would be computed more than once.
 */
export const mergeProjects: Rule = {
  name: 'merge_projects',
  apply(plan) {
    if (plan.kind !== 'project' || plan.input.kind !== 'project') return plan
    const inner = plan.input
    if (!usedOnce(plan.expressions, inner)) return plan
    const expressions = plan.expressions.map((expression) =>
      mapColumns(expression, (column) => inner.expressions[column.index] ?? column),
    )
    return { ...plan, input: inner.input, expressions }
  },
}

function usedOnce(outer: readonly Expression[], inner: LogicalPlan & { readonly kind: 'project' }): boolean {
  const computed = outer
    .flatMap(columnsIn)
    .map(({ index }) => index)
    .filter((index) => !isFree(inner.expressions[index]))
  return new Set(computed).size === computed.length
}

function isFree(expression: Expression | undefined): boolean {
  return expression?.kind === 'column' || expression?.kind === 'literal'
}
