import type { LogicalPlan } from '../../sql/plan/logical-plan.ts'

/** A rewrite that never changes the rows of a plan, only how they are computed. */
export interface Rule {
  readonly name: string
  /** The rewritten node, or the same object where the rule does not apply. The inputs have been rewritten before. */
  apply(plan: LogicalPlan): LogicalPlan
}
