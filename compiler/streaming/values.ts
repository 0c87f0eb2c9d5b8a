import type { LogicalPlan } from '../../sql/plan/logical-plan.ts'
import type { StreamContext } from './context.ts'
import type { StreamNode } from './stream-plan.ts'

/** Constant rows: they come once. A single row is unique by no column at all. */
export function lowerValues(plan: LogicalPlan & { readonly kind: 'values' }, context: StreamContext): StreamNode {
  return {
    kind: 'values',
    id: context.nextId(),
    edge: {
      schema: plan.schema,
      mode: { kind: 'append' },
      watermarks: [],
      uniqueKeys: plan.rows.length <= 1 ? [[]] : [],
      partitioning: [],
      emit: 'as_it_comes',
    },
    state: { kind: 'none' },
    span: plan.span,
    rows: plan.rows,
  }
}
