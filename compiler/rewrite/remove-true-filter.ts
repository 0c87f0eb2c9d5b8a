import type { Rule } from './rule.ts'

/** `WHERE TRUE` keeps every row. */
export const removeTrueFilter: Rule = {
  name: 'remove_true_filter',
  apply(plan) {
    if (plan.kind !== 'filter') return plan
    const { predicate } = plan
    return predicate.kind === 'literal' && predicate.value === true ? plan.input : plan
  },
}
