import type { LogicalPlan } from '../../sql/plan/logical-plan.ts'
import type { StreamContext } from './context.ts'
import type { Edge, StreamNode, WatermarkColumn } from './stream-plan.ts'

/**
 * UNION ALL. The watermark in band is the least of the inputs' watermarks, so a column keeps a promise when every input
 * gives one, with the greatest lag. Appending inputs of a changing union get weights of +1.
 */
export function lowerUnion(
  plan: LogicalPlan & { readonly kind: 'union' },
  inputs: readonly StreamNode[],
  context: StreamContext,
): StreamNode {
  const edges = inputs.map((input) => input.edge)
  const changing = edges.some(({ mode }) => mode.kind === 'retract')
  const edge: Edge = {
    schema: plan.schema,
    mode: { kind: changing ? 'retract' : 'append' },
    watermarks: plan.schema.flatMap((_, column) => commonWatermark(edges, column)),
    uniqueKeys: [],
    partitioning: [],
    emit: commonEmit(edges),
  }
  return { kind: 'union', id: context.nextId(), edge, state: { kind: 'none' }, span: plan.span, inputs }
}

function commonWatermark(edges: readonly Edge[], column: number): readonly WatermarkColumn[] {
  const lags = edges.map(({ watermarks }) => watermarks.find((watermark) => watermark.column === column)?.lagMicros)
  const known = lags.flatMap((lag) => (lag === undefined ? [] : [BigInt(lag)]))
  if (known.length !== edges.length) return []
  const greatest = known.reduce((a, b) => (b > a ? b : a))
  return [{ column, lagMicros: String(greatest) }]
}

function commonEmit(edges: readonly Edge[]): Edge['emit'] {
  const [first, ...rest] = edges.map(({ emit }) => emit)
  if (first === undefined) return 'as_it_comes'
  if (rest.every((emit) => emit === first)) return first
  return edges.some(({ emit }) => emit === 'changes') ? 'changes' : 'as_it_comes'
}
