import type { Column } from '../../sql/plan/logical-plan.ts'
import { printExpression, printName } from '../../sql/plan/print-expression.ts'
import type { EvaluatorCall, Pipeline, PipelineInput, Step, Terminal } from '../pipelines/pipeline.ts'
import { edgeProperties, stateText } from './describe-stream.ts'
import { properties, viewColumns, type Property, type ViewColumn } from './view.ts'

/** A pipeline as EXPLAIN shows it. */
export interface PipelineView {
  readonly id: number
  /** Numbers of the pipelines that it reads. */
  readonly inputs: readonly number[]
  readonly reads: string
  readonly steps: readonly StepView[]
  readonly columns: readonly ViewColumn[]
  readonly properties: readonly Property[]
}

export interface StepView {
  readonly operator: string
  readonly detail: string
  /** The stream plan's number; null for what has none. */
  readonly node: number | null
}

export function describePipelines(pipelines: readonly Pipeline[]): readonly PipelineView[] {
  return pipelines.map((pipeline) => ({
    id: pipeline.id,
    inputs: pipeline.input.kind === 'pipelines' ? pipeline.input.ids : [],
    reads: inputText(pipeline.input),
    steps: [...stepViews(pipeline.steps, pipeline.inputEdge.schema), ...terminalViews(pipeline)],
    columns: viewColumns(pipeline.outputEdge.schema),
    properties: [...edgeProperties(pipeline.outputEdge), ...properties({ state: terminalState(pipeline.terminal) })],
  }))
}

function inputText(input: PipelineInput): string {
  switch (input.kind) {
    case 'object':
      return `${input.objectKind.replace('_', ' ')} ${printName(input.object)}`
    case 'pipelines':
      return `pipeline${input.ids.length === 1 ? '' : 's'} ${input.ids.map((id) => `P${id}`).join(', ')}`
    case 'values':
      return counted(input.rows.length, 'constant row')
  }
}

function stepViews(steps: readonly Step[], input: readonly Column[]): readonly StepView[] {
  let schema = input
  return steps.map((step) => {
    const view = stepView(step, schema)
    if (step.kind === 'project')
      schema = step.expressions.map(({ type, nullable }, index) => ({
        name: outputName(step, index, schema),
        type,
        nullable,
      }))
    return view
  })
}

/** Names within a pipeline: a column keeps its own; a computed one is known by its ordinal. */
function outputName(
  { expressions }: Step & { readonly kind: 'project' },
  index: number,
  schema: readonly Column[],
): string {
  const expression = expressions[index]
  return expression?.kind === 'column' ? (schema[expression.index]?.name ?? `#${index}`) : `#${index}`
}

function stepView(step: Step, schema: readonly Column[]): StepView {
  switch (step.kind) {
    case 'filter':
      return { operator: 'filter', detail: printExpression(step.predicate, schema), node: step.node }
    case 'project':
      return {
        operator: 'project',
        detail: step.expressions.map((each) => printExpression(each, schema)).join(', '),
        node: step.node,
      }
  }
}

const shownWhen = {
  on_window_close: 'shown when the window closes',
  close_then_changes: 'shown when the window closes, then on every change',
  changes: 'shown on every change',
} as const

function terminalViews({ terminal }: Pipeline): readonly StepView[] {
  switch (terminal.kind) {
    case 'output':
      return [{ operator: 'output', detail: '', node: null }]
    case 'aggregate': {
      const { groups, aggregates, emit } = terminal.node
      const shown = shownWhen[emit]
      const detail = `${counted(groups.length, 'key')}, ${counted(aggregates.length, 'aggregate')}, ${shown}`
      const update = { operator: 'aggregate', detail, node: terminal.node.id }
      return [update, ...stepViews(terminal.after, terminal.node.edge.schema)]
    }
    case 'window_hold': {
      const hold = { operator: 'window_hold', detail: 'rows until their window closes', node: terminal.node.id }
      return [hold, ...stepViews(terminal.after, terminal.node.edge.schema)]
    }
    case 'evaluate':
      return terminal.calls.map((call) => ({
        operator: 'evaluate',
        detail: `${callText(call)}: not compiled, run by DataFusion`,
        node: null,
      }))
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function callText({ name, arguments: operands }: EvaluatorCall): string {
  const shown = operands.map((operand) =>
    operand.kind === 'column' ? `#${operand.index}` : printExpression(operand.expression, []),
  )
  return `${name}(${shown.join(', ')})`
}

function terminalState(terminal: Terminal): string | null {
  return terminal.kind === 'aggregate' || terminal.kind === 'window_hold' ? stateText(terminal.node) : null
}
