import { analysisTexts, pipelineTexts, type Analysis } from './analyze.ts'
import { markup, type Markup } from './html-markup.ts'
import type { Explanation, StateView } from './explained.ts'
import { pageScript } from './html-script.ts'
import { pageStyle } from './html-style.ts'
import type { PipelineView } from './describe-pipelines.ts'
import { importTexts, nodesOfLines, unitFacts, type UnitView } from './units.ts'
import type { Property, ViewNode } from './view.ts'

/**
 * One self-contained page: choosing an operator (by mouse or keyboard) shows the SQL that it came from and the code that was
 * generated for it; choosing a line of code shows its operator. Works as a plain document where scripts are off.
 */
export function explainHtml(explanations: readonly Explanation[]): string {
  const policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
  const count = explanations.length
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Millrace explain</title>
<style>${verbatim(pageStyle)}</style>
</head>
<body>
<header><h1>Millrace explain</h1><p>Choose an operator to see its SQL and its generated code. Arrow keys move within a plan.</p></header>
<main>${explanations.map((explanation, index) => articleOf(explanation, { index, count }))}</main>
<script>${verbatim(pageScript)}</script>
</body>
</html>
`.markup
}

/** Only for our own constants. */
function verbatim(text: string): Markup {
  return { markup: text }
}

function articleOf(
  explanation: Explanation,
  { index, count }: { readonly index: number; readonly count: number },
): Markup {
  const { sql, logical, stream, units, analysis } = explanation
  const number = String(index + 1)
  const title = count === 1 ? [] : markup`<h2>Statement ${number} of ${String(count)}</h2>`
  const elapsed = analysis ? ranMarkup(analysis) : []
  const plans = [
    ...(stream ? [planSection('Stream plan', stream, explanation)] : []),
    ...pipelineSection(explanation),
    ...(logical ? [planSection('Logical plan', logical, explanation)] : []),
    ...stateSection(explanation.state),
  ]
  return markup`
<article aria-label="Statement ${number}">${title}${elapsed}
<div class="columns">
<div class="stack">${plans}</div>
<div class="stack sticky">
<section><h3>SQL</h3><div><pre class="sql">${sql.text}</pre></div></section>${(units ?? []).map(unitSection)}
</div>
</div>
</article>`
}

function planSection(title: string, root: ViewNode, explanation: Explanation): Markup {
  const tree = treeItem(root, { explanation, tabindex: '0' })
  return markup`
<section><h3>${title}</h3><div><ul role="tree" aria-label="${title}">${tree}</ul></div></section>`
}

/** Only the first item of a tree is reached by Tab; the arrow keys do the rest. */
function treeItem(
  node: ViewNode,
  { explanation, tabindex }: { readonly explanation: Explanation; readonly tabindex: '0' | '-1' },
): Markup {
  const { id, operator, detail, properties } = node
  const range = node.span && explanation.sql.range(node.span)
  const place = range ? markup` data-start="${String(range.start)}" data-end="${String(range.end)}"` : []
  const number = id === null ? [] : markup` data-node="${String(id)}"`
  const label = id === null ? [] : markup`<span class="id">#${String(id)}</span> `
  const inputs = node.inputs.map((input) => treeItem(input, { explanation, tabindex: '-1' }))
  const group = inputs.length === 0 ? [] : markup`<ul role="group">${inputs}</ul>`
  const name = operator.replaceAll('_', ' ')
  return markup`
<li role="treeitem" aria-selected="false" tabindex="${tabindex}"${number}${place}><div class="node">${label}<b>${name}</b> <span class="detail">${detail}</span>${factList(properties)}</div>${group}</li>`
}

function factList(facts: readonly Property[]): Markup | readonly Markup[] {
  if (facts.length === 0) return []
  const items = facts.map(({ name, value }) => {
    const warning = value.startsWith('UNBOUNDED') ? markup` class="unbounded"` : []
    return markup`<li${warning}>${name}: ${value}</li>`
  })
  return markup`<ul class="facts">${items}</ul>`
}

function ranMarkup(analysis: Analysis): readonly Markup[] {
  const { code, elapsed, sources, encoders, tiers } = analysisTexts(analysis)
  return [
    markup`<p>Code: ${code}. Ran for ${elapsed}.</p>`,
    ...(tiers === null ? [] : [markup`<p>Tiers: ${tiers}.</p>`]),
    ...[...sources, ...encoders].map((line) => markup`<p>${line}</p>`),
  ]
}

function pipelineSection({ pipelines, analysis }: Explanation): readonly Markup[] {
  if (!pipelines) return []
  const rows = pipelines.map((pipeline) => pipelineRow(pipeline, analysis))
  return [
    markup`
<section><h3>Pipelines</h3><div><table><thead><tr><th>Pipeline</th><th>Reads</th><th>Does</th></tr></thead><tbody>${rows}</tbody></table></div></section>`,
  ]
}

function pipelineRow(pipeline: PipelineView, analysis: Explanation['analysis']): Markup {
  const { id, reads, properties } = pipeline
  const figures = pipelineTexts(analysis, id).map((line) => markup`<div>${line}</div>`)
  const steps = pipeline.steps.map(
    ({ operator, detail }) => markup`<div><b>${operator.replaceAll('_', ' ')}</b> <code>${detail}</code></div>`,
  )
  return markup`
<tr><td>P${String(id)}</td><td>${reads}</td><td>${steps}${factList(properties)}${figures}</td></tr>`
}

function stateSection(state: readonly StateView[] | null): readonly Markup[] {
  if (!state || state.length === 0) return []
  return [
    markup`
<section><h3>State</h3><div>${state.map(stateTable)}</div></section>`,
  ]
}

function stateTable({ pipeline, table, rowSizeBytes, fields }: StateView): Markup {
  const rows = fields.map(
    ({ name, offset, memory }) =>
      markup`<tr><td class="number">${String(offset)}</td><td><code>${memory}</code></td><td>${name}</td></tr>`,
  )
  return markup`
<p>P${String(pipeline)}, ${table}: ${String(rowSizeBytes)} bytes per row</p><table><thead><tr><th class="number">Offset</th><th>Type</th><th>Field</th></tr></thead><tbody>${rows}</tbody></table>`
}

function unitSection(unit: UnitView): Markup {
  const nodes = nodesOfLines(unit)
  const lines = unit.source.split('\n').map((line, index) => {
    const node = nodes[index] ?? null
    const made = node === null ? [] : markup` data-node="${String(node)}"`
    return markup`<li data-line="${String(index + 1)}"${made}>${line}</li>`
  })
  const calls = importTexts(unit)
  const list = calls.length === 0 ? [] : markup`<ul class="facts">${calls.map((text) => markup`<li>${text}</li>`)}</ul>`
  return markup`
<section><h3>${unitFacts(unit)}</h3><div>${list}<ol class="code">${lines}</ol></div></section>`
}
