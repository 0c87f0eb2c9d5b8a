import { mapColumns } from '../../sql/plan/expression-tree.ts'
import type { Rule } from './rule.ts'

/**
 * A filter goes below a projection that only picks columns, on its way to the window or source below. A projection that
 * computes stays in front: its row errors must not depend on what a later filter keeps.
 */
export const pushFilterBelowProject: Rule = {
  name: 'push_filter_below_project',
  apply(plan) {
    if (plan.kind !== 'filter' || plan.input.kind !== 'project') return plan
    const picked = plan.input
    if (!picked.expressions.every(({ kind }) => kind === 'column' || kind === 'literal')) return plan
    const predicate = mapColumns(plan.predicate, (column) => {
      const source = picked.expressions[column.index]
      return source ? { ...source, span: column.span } : column
    })
    const { input } = picked
    return { ...picked, input: { ...plan, input, predicate, schema: input.schema } }
  },
}
