import type { LogicalPlan } from '../../sql/plan/logical-plan.ts'
import { mapInputs } from '../../sql/plan/plan-tree.ts'
import { dropIdentityProject } from './drop-identity-project.ts'
import { flattenUnion } from './flatten-union.ts'
import { mergeProjects } from './merge-projects.ts'
import { pushFilterBelowProject } from './push-filter-below-project.ts'
import { pushFilterBelowWindow } from './push-filter-below-window.ts'
import { removeTrueFilter } from './remove-true-filter.ts'
import type { Rule } from './rule.ts'

const rules: readonly Rule[] = [
  removeTrueFilter,
  mergeProjects,
  dropIdentityProject,
  flattenUnion,
  pushFilterBelowProject,
  pushFilterBelowWindow,
]

/** Bottom up, each node until no rule changes it. Every rule makes the plan smaller or moves a filter down, so this ends. */
export function rewritePlan(plan: LogicalPlan): LogicalPlan {
  let rewritten = mapInputs(plan, rewritePlan)
  for (;;) {
    const before = rewritten
    for (const rule of rules) rewritten = rule.apply(rewritten)
    if (rewritten === before) return rewritten
    rewritten = mapInputs(rewritten, rewritePlan)
  }
}
