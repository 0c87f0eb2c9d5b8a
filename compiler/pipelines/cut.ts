import { must } from '../../sql/base/assert.ts'
import { expressionsOf, mapAggregate } from '../../sql/plan/aggregate-call.ts'
import type { Expression } from '../../sql/plan/logical-plan.ts'
import type { Edge, GroupColumn, StreamNode } from '../streaming/stream-plan.ts'
import { windowExpression, windowParts } from '../streaming/window-part.ts'
import { splitValues } from './evaluated-values.ts'
import { evaluateCalls, type IsNative } from './evaluator-calls.ts'
import { extend, PipelineList, type OpenPipeline } from './open-pipeline.ts'
import type { Pipeline } from './pipeline.ts'

/**
 * Cuts the stream plan into pipelines, producers first. The last one gives the query's rows. A pipeline ends at state (an
 * aggregate, a hold), where several inputs meet (a union), and where rows leave for the evaluator; the steps behind a
 * breaker stay in its pipeline.
 *
 * What goes into a union is written in the union's layout: a producer's `outputEdge` may be wider (nullable, weighted)
 * than the rows of its last step.
 */
export function cutPipelines(root: StreamNode, { isNative }: { readonly isNative: IsNative }): readonly Pipeline[] {
  const cutter: Cutter = { list: new PipelineList(), isNative }
  cutter.list.close(cut(root, cutter), { kind: 'output' })
  return cutter.list.pipelines
}

interface Cutter {
  readonly list: PipelineList
  readonly isNative: IsNative
}

function cut(node: StreamNode, cutter: Cutter): OpenPipeline {
  switch (node.kind) {
    case 'scan': {
      const { object, objectKind, columns, edge } = node
      return { input: { kind: 'object', object, objectKind, columns }, inputEdge: edge, steps: [], breaker: null, edge }
    }
    case 'values':
      return cutValues(node, cutter)
    case 'filter':
      return cutFilter(node, cutter)
    case 'project':
      return cutProject(node, { input: cut(node.input, cutter), expressions: node.expressions }, cutter)
    case 'window_assign':
      return cutProject(node, { input: cut(node.input, cutter), expressions: assigned(node) }, cutter)
    case 'window_hold': {
      const open = cutter.list.beforeBreaker(cut(node.input, cutter))
      return { ...open, breaker: { kind: 'window_hold', node, after: [] }, edge: node.edge }
    }
    case 'aggregate':
      return cutAggregate(node, cutter)
    case 'union':
      return cutUnion(node, cutter)
  }
}

function cutValues(node: StreamNode & { readonly kind: 'values' }, cutter: Cutter): OpenPipeline {
  const split = splitValues(node, cutter.isNative)
  const { rows, edge } = split?.values ?? node
  const open: OpenPipeline = { input: { kind: 'values', rows }, inputEdge: edge, steps: [], breaker: null, edge }
  return split ? cutProject(node, { input: open, expressions: split.expressions }, cutter) : open
}

/** Columns that came from the evaluator are dropped again behind the filter. */
function cutFilter(node: StreamNode & { readonly kind: 'filter' }, cutter: Cutter): OpenPipeline {
  const { open, expressions } = evaluateCalls(cut(node.input, cutter), [node.predicate], { ...cutter, node: node.id })
  const predicate = must(expressions[0])
  const widened: Edge = { ...node.edge, schema: open.edge.schema }
  const filtered = extend(open, { kind: 'filter', node: node.id, predicate }, widened)
  if (open.edge.schema.length === node.edge.schema.length) return { ...filtered, edge: node.edge }
  return extend(filtered, { kind: 'project', node: node.id, expressions: columnsOf(node.edge) }, node.edge)
}

function cutProject(
  node: StreamNode,
  { input, expressions }: { readonly input: OpenPipeline; readonly expressions: readonly Expression[] },
  cutter: Cutter,
): OpenPipeline {
  const evaluated = evaluateCalls(input, expressions, { ...cutter, node: node.id })
  return extend(evaluated.open, { kind: 'project', node: node.id, expressions: evaluated.expressions }, node.edge)
}

function assigned(node: StreamNode & { readonly kind: 'window_assign' }): readonly Expression[] {
  const { size, offset, time, window } = node.window
  const parts = windowParts.map((part) => windowExpression(part, { window, time, size, offset, span: node.span }))
  return [...columnsOf(node.input.edge), ...parts]
}

function columnsOf({ schema }: Edge): readonly Expression[] {
  return schema.map(({ type, nullable }, index) => ({ kind: 'column', index, type, nullable }))
}

type AggregateNode = StreamNode & { readonly kind: 'aggregate' }

/** The node in the terminal refers to the columns after the last step, which may hold results of the evaluator. */
function cutAggregate(node: AggregateNode, cutter: Cutter): OpenPipeline {
  const input = cutter.list.beforeBreaker(cut(node.input, cutter))
  const asked = expressionsIn(node)
  const { open, expressions } = evaluateCalls(input, asked, { ...cutter, node: node.id })
  const replaced = new Map(asked.map((expression, index) => [expression, expressions[index] ?? expression]))
  const rewritten = open === input ? node : withExpressions(node, (each) => replaced.get(each) ?? each)
  return { ...open, breaker: { kind: 'aggregate', node: rewritten, after: [] }, edge: node.edge }
}

function expressionsIn({ groups, aggregates, window }: AggregateNode): readonly Expression[] {
  return [
    ...groups.flatMap((group) => (group.kind === 'key' ? [group.expression] : [])),
    ...aggregates.flatMap(expressionsOf),
    ...(window ? [window.time] : []),
  ]
}

function withExpressions(node: AggregateNode, change: (expression: Expression) => Expression): AggregateNode {
  const groups = node.groups.map((group): GroupColumn =>
    group.kind === 'key' ? { ...group, expression: change(group.expression) } : group,
  )
  const aggregates = node.aggregates.map((call) => mapAggregate(call, change))
  return { ...node, groups, aggregates, window: node.window && { ...node.window, time: change(node.window.time) } }
}

function cutUnion(node: StreamNode & { readonly kind: 'union' }, cutter: Cutter): OpenPipeline {
  const ids = node.inputs.map((input) => {
    const open = cut(input, cutter)
    return cutter.list.close({ ...open, edge: node.edge }, { kind: 'output' })
  })
  return cutter.list.reading(ids, node.edge)
}
