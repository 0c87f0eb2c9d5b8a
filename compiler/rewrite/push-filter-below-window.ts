import { columnsIn } from '../../sql/plan/expression-tree.ts'
import type { Rule } from './rule.ts'

/** A filter that looks at no window column goes below the window, so that fewer rows are held until it closes. */
export const pushFilterBelowWindow: Rule = {
  name: 'push_filter_below_window',
  apply(plan) {
    if (plan.kind !== 'filter' || plan.input.kind !== 'window_table') return plan
    const window = plan.input
    const { input } = window
    if (columnsIn(plan.predicate).some(({ index }) => index >= input.schema.length)) return plan
    return { ...window, input: { ...plan, input, schema: input.schema } }
  },
}
