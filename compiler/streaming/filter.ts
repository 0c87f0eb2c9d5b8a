import type { LogicalPlan } from '../../sql/plan/logical-plan.ts'
import type { StreamContext } from './context.ts'
import type { StreamNode } from './stream-plan.ts'

/** Keeps rows whose predicate is TRUE. Weights pass through, so a retraction is kept exactly when its insertion was. */
export function lowerFilter(
  plan: LogicalPlan & { readonly kind: 'filter' },
  input: StreamNode,
  context: StreamContext,
): StreamNode {
  return {
    kind: 'filter',
    id: context.nextId(),
    edge: { ...input.edge, schema: plan.schema },
    state: { kind: 'none' },
    span: plan.span,
    input,
    predicate: plan.predicate,
  }
}
