import { analysisText, type Analysis } from './analyze.ts'
import type { PipelineView } from './describe-pipelines.ts'
import type { Explanation } from './explained.ts'
import type { ViewNode } from './view.ts'

/** Graphviz: a cluster per statement and level, edges in the direction of the rows. */
export function explainDot(explanations: readonly Explanation[]): string {
  return [
    'digraph millrace {',
    '  rankdir=BT; node [shape=box, style=rounded, fontname="Helvetica"]; edge [fontname="Helvetica"];',
    ...explanations.flatMap(statementLines),
    '}',
  ].join('\n')
}

function statementLines({ logical, stream, pipelines, analysis }: Explanation, index: number): readonly string[] {
  const prefix = `s${index}`
  return [
    ...(logical ? cluster(`${prefix}_logical`, 'Logical plan', planLines(logical, `${prefix}_logical`)) : []),
    ...(stream ? cluster(`${prefix}_stream`, 'Stream plan', planLines(stream, `${prefix}_stream`)) : []),
    ...(pipelines
      ? cluster(
          `${prefix}_pipelines`,
          'Pipelines',
          pipelines.flatMap((each) => pipelineLines(each, { prefix, analysis })),
        )
      : []),
  ]
}

function cluster(name: string, title: string, lines: readonly string[]): readonly string[] {
  return [`  subgraph cluster_${name} {`, `    label=${quote([title])};`, ...lines.map((line) => `    ${line}`), '  }']
}

function planLines(node: ViewNode, name: string): readonly string[] {
  const title = `${node.id === null ? '' : `#${node.id} `}${node.operator}`
  const facts = node.properties.map((fact) => `${fact.name}: ${fact.value}`)
  return [
    `${name} [label=${quote([title, ...(node.detail === '' ? [] : [node.detail]), ...facts])}];`,
    ...node.inputs.flatMap((input, index) => [...planLines(input, `${name}_${index}`), `${name}_${index} -> ${name};`]),
  ]
}

function pipelineLines(
  pipeline: PipelineView,
  { prefix, analysis }: { readonly prefix: string; readonly analysis: Analysis | null },
): readonly string[] {
  const figures = analysis?.pipelines.find((each) => each.pipeline === pipeline.id)
  const steps = pipeline.steps.map(({ operator, detail }) => (detail === '' ? operator : `${operator} ${detail}`))
  const label = [`P${pipeline.id} reads ${pipeline.reads}`, ...steps, ...(figures ? [analysisText(figures)] : [])]
  const edges = pipeline.inputs.map((input) => `${prefix}_p${input} -> ${prefix}_p${pipeline.id};`)
  return [`${prefix}_p${pipeline.id} [label=${quote(label)}];`, ...edges]
}

/** Left-aligned lines. Backslashes and quotes are escaped, so that no name can end the label or add an attribute. */
function quote(lines: readonly string[]): string {
  const escaped = lines.map((line) =>
    line
      .replaceAll('\\', '\\\\')
      .replaceAll('"', '\\"')
      .replaceAll(/[\u0000-\u001f]/g, ' '),
  )
  return `"${escaped.map((line) => `${line}\\l`).join('')}"`
}
