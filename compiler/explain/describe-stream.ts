import { joinSpans, type Span } from '../../sql/base/span.ts'
import { microsText } from '../../sql/plan/interval.ts'
import type { Column } from '../../sql/plan/logical-plan.ts'
import { printAggregate, printExpression, printName } from '../../sql/plan/print-expression.ts'
import type { Edge, StateBound, StreamNode, WatermarkColumn } from '../streaming/stream-plan.ts'
import { groupingText } from './describe-logical.ts'
import { projectionText, scanText, valuesText, windowText } from './operator-text.ts'
import { properties, viewColumns, type Property, type ViewNode } from './view.ts'

/** The stream plan with everything that is known of each edge. */
export function describeStream(node: StreamNode): ViewNode {
  return {
    id: node.id,
    operator: node.kind,
    detail: detailOf(node),
    properties: [...edgeProperties(node.edge), ...properties({ state: stateText(node) })],
    columns: viewColumns(node.edge.schema),
    span: spanOf(node),
    inputs: streamInputs(node).map(describeStream),
  }
}

/** The node's own place, or that of the expressions that it computes. */
function spanOf(node: StreamNode): Span | null {
  if (node.span) return node.span
  const expressions = node.kind === 'project' ? node.expressions : []
  return expressions
    .flatMap(({ span }) => span ?? [])
    .reduce<Span | null>((all, span) => (all ? joinSpans(all, span) : span), null)
}

function streamInputs(node: StreamNode): readonly StreamNode[] {
  if (node.kind === 'union') return node.inputs
  return node.kind === 'scan' || node.kind === 'values' ? [] : [node.input]
}

function detailOf(node: StreamNode): string {
  switch (node.kind) {
    case 'scan':
      return `${node.objectKind.replace('_', ' ')} ${scanText(node.object, node.edge.schema)}`
    case 'values':
      return valuesText(node.rows)
    case 'filter':
      return printExpression(node.predicate, node.input.edge.schema)
    case 'project':
      return projectionText(node.expressions, node.input.edge.schema, node.edge.schema)
    case 'window_assign':
    case 'window_hold':
      return windowText(node.window, node.input.edge.schema)
    case 'aggregate':
      return aggregateText(node)
    case 'union':
      return 'all'
  }
}

function aggregateText(node: StreamNode & { readonly kind: 'aggregate' }): string {
  const { schema } = node.input.edge
  const groups = node.groups.map((group) =>
    group.kind === 'key' ? printExpression(group.expression, schema) : group.kind,
  )
  const text = groupingText(
    groups,
    node.aggregates.map((call) => printAggregate(call, schema)),
  )
  const lateness = node.window ? BigInt(node.window.latenessMicros) : 0n
  const late = lateness === 0n ? '' : `, lateness ${microsText(lateness)}`
  return node.window ? `${text} over ${windowText(node.window, schema)}${late}` : text
}

/** Change mode, emit policy, watermarks, unique keys and partitioning. */
export function edgeProperties({
  mode,
  emit,
  watermarks,
  uniqueKeys,
  partitioning,
  schema,
}: Edge): readonly Property[] {
  const names = (columns: readonly number[]): string =>
    `(${columns.map((column) => nameOf(schema, column)).join(', ')})`
  return properties({
    mode: mode.kind,
    emit: emit.replaceAll('_', ' '),
    watermark:
      watermarks.length === 0 ? null : watermarks.map((watermark) => watermarkText(watermark, schema)).join(', '),
    key:
      uniqueKeys.length === 0 ? null : uniqueKeys.map((key) => (key.length === 0 ? 'one row' : names(key))).join(', '),
    partitioned: partitioning.length === 0 ? null : names(partitioning),
  })
}

/** W is the watermark in band: `ts >= W`, `window_end > W`, `window_start > W - 10 seconds`. */
function watermarkText({ column, lagMicros }: WatermarkColumn, schema: readonly Column[]): string {
  const lag = BigInt(lagMicros)
  const strict = lag % 1000n !== 0n && (lag + 1n) % 1000n === 0n
  const back = strict ? lag + 1n : lag
  const shift = back === 0n ? '' : back < 0n ? ` + ${microsText(-back)}` : ` - ${microsText(back)}`
  return `${nameOf(schema, column)} ${strict ? '>' : '>='} W${shift}`
}

function nameOf(schema: readonly Column[], column: number): string {
  return printName(schema[column]?.name ?? `#${column}`)
}

/** null where there is none. */
export function stateText(node: StreamNode): string | null {
  const input = streamInputs(node)[0]
  return boundText(node.state, input?.edge.schema ?? [])
}

function boundText(state: StateBound, input: readonly Column[]): string | null {
  switch (state.kind) {
    case 'none':
      return null
    case 'constant':
      return 'constant'
    case 'watermark':
      return `freed by the watermark on ${nameOf(input, state.column)}`
    case 'unbounded':
      return `UNBOUNDED: grows with the ${state.by}`
  }
}
