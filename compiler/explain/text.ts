import { analysisTexts, pipelineTexts, type Analysis } from './analyze.ts'
import type { PipelineView } from './describe-pipelines.ts'
import type { Explanation, StateView } from './explained.ts'
import { importTexts, unitFacts, type UnitView } from './units.ts'
import type { Property, ViewNode } from './view.ts'

/** For terminals and pipes: plain lines, one section per level. Ends without a newline. */
export function explainText(explanations: readonly Explanation[]): string {
  if (explanations.length === 0) return 'No statement has a query: there is nothing to explain'
  return explanations.map((explanation) => statementText(explanation, explanations.length > 1)).join('\n\n')
}

function statementText(explanation: Explanation, titled: boolean): string {
  const { sql, logical, stream, pipelines, state, units, analysis } = explanation
  const sections = [
    ...(titled ? [sql.text.replaceAll(/^/gm, '-- ')] : []),
    ...(logical ? [section('Logical plan', treeLines(logical))] : []),
    ...(stream ? [section('Stream plan', treeLines(stream))] : []),
    ...(pipelines
      ? [
          section(
            'Pipelines',
            pipelines.flatMap((pipeline) => pipelineLines(pipeline, analysis)),
          ),
        ]
      : []),
    ...(state ? [section('State', state.length === 0 ? ['none'] : state.flatMap(stateLines))] : []),
    ...(units ? units.map(unitText) : []),
    ...(analysis ? [ranText(analysis)] : []),
  ]
  return sections.join('\n\n')
}

function ranText(analysis: Analysis): string {
  const { code, elapsed, sources, encoders, tiers } = analysisTexts(analysis)
  return [
    ...(sources.length === 0 ? [] : [section('Sources', sources), '']),
    ...(encoders.length === 0 ? [] : [section('Sinks', encoders), '']),
    `Code: ${code}`,
    `Elapsed: ${elapsed}`,
    ...(tiers === null ? [] : [`Tiers: ${tiers}`]),
  ].join('\n')
}

function section(title: string, lines: readonly string[]): string {
  return [title, ...lines.map((line) => `  ${line}`)].join('\n')
}

/** An operator, its facts, then its inputs, indented. */
function treeLines(node: ViewNode): readonly string[] {
  const number = node.id === null ? '' : `#${node.id} `
  const head = `${number}${node.operator}${node.detail === '' ? '' : `  ${node.detail}`}`
  const facts = node.properties.length === 0 ? [] : [`    ${factsText(node.properties)}`]
  return [head, ...facts, ...node.inputs.flatMap((input) => treeLines(input).map((line) => `  ${line}`))]
}

function factsText(facts: readonly Property[]): string {
  return facts.map(({ name, value }) => `${name}: ${value}`).join(' | ')
}

function pipelineLines(pipeline: PipelineView, analysis: Analysis | null): readonly string[] {
  return [
    `P${pipeline.id} reads ${pipeline.reads}`,
    ...pipeline.steps.map(
      ({ operator, detail, node }) =>
        `  ${operator}${detail === '' ? '' : `  ${detail}`}${node === null ? '' : `  (#${node})`}`,
    ),
    `    ${factsText(pipeline.properties)}`,
    ...pipelineTexts(analysis, pipeline.id).map((line) => `    ${line}`),
  ]
}

function stateLines({ pipeline, table, rowSizeBytes, fields }: StateView): readonly string[] {
  return [
    `P${pipeline} ${table}: ${rowSizeBytes} bytes per row`,
    ...fields.map(({ name, offset, memory }) => `  ${String(offset).padStart(4)}  ${memory.padEnd(6)}  ${name}`),
  ]
}

/** The code with the plan node that each block comes from in the margin. */
function unitText(unit: UnitView): string {
  const nodeAt = new Map(unit.marks.map(({ line, planNode }) => [line, planNode]))
  const lines = unit.source.split('\n').map((line, index) => {
    const node = nodeAt.get(index + 1)
    return `${(node === undefined ? '' : `#${node}`).padStart(4)} | ${line}`
  })
  return [unitFacts(unit), ...importTexts(unit).map((line) => `  ${line}`), ...lines].join('\n')
}
