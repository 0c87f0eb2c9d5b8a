import type { LogicalPlan } from '../../sql/plan/logical-plan.ts'
import type { StreamContext } from './context.ts'
import { projectKeys } from './keys.ts'
import type { Edge, StreamNode } from './stream-plan.ts'
import { watermarkLag } from './watermark-lag.ts'

/** Row by row; promises hold for the columns that pass through, or are moved by a constant interval. */
export function lowerProject(
  plan: LogicalPlan & { readonly kind: 'project' },
  input: StreamNode,
  context: StreamContext,
): StreamNode {
  const position = (column: number): number =>
    plan.expressions.findIndex((expression) => expression.kind === 'column' && expression.index === column)
  const partitioning = input.edge.partitioning.map(position)
  const edge: Edge = {
    schema: plan.schema,
    mode: input.edge.mode,
    watermarks: plan.expressions.flatMap((expression, column) => {
      const lag = watermarkLag(expression, input.edge.watermarks)
      return lag ? [{ column, lagMicros: String(lag.lagMicros) }] : []
    }),
    uniqueKeys: projectKeys(input.edge.uniqueKeys, position),
    partitioning: partitioning.includes(-1) ? [] : partitioning,
    emit: input.edge.emit,
  }
  const { expressions, span } = plan
  return { kind: 'project', id: context.nextId(), edge, state: { kind: 'none' }, span, input, expressions }
}
