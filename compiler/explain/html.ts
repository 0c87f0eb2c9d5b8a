import type { Unit } from '../../runtime/abi/artifact.ts'
import { analysisText } from './analyze.ts'
import { html, type Markup } from './html-markup.ts'
import type { Explanation, StateView } from './explained.ts'
import { pageScript } from './html-script.ts'
import { pageStyle } from './html-style.ts'
import type { Property, ViewNode } from './view.ts'

/**
 * One self-contained page: choosing an operator (by mouse or keyboard) shows the SQL that it came from and the code that was
 * generated for it; choosing a line of code shows its operator. Works as a plain document where scripts are off.
 */
export function explainHtml(explanations: readonly Explanation[]): string {
  const policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <title>Millrace explain</title>
        <style>
          ${verbatim(pageStyle)}
        </style>
      </head>
      <body>
        <header>
          <h1>Millrace explain</h1>
          <p>Choose an operator to see its SQL and its generated code. Arrow keys move within a plan.</p>
        </header>
        <main>
          ${explanations.map((explanation, index) => articleOf(explanation, { index, count: explanations.length }))}
        </main>
        <script>
          ${verbatim(pageScript)}
        </script>
      </body>
    </html> `
  return page.markup
}

/** Only for our own constants. */
function verbatim(markup: string): Markup {
  return { markup }
}

function articleOf(
  explanation: Explanation,
  { index, count }: { readonly index: number; readonly count: number },
): Markup {
  const { sql, logical, stream, units, analysis } = explanation
  const title = count === 1 ? [] : [html`<h2>Statement ${String(index + 1)} of ${String(count)}</h2>`]
  const elapsed = analysis ? [html`<p>Ran for ${(analysis.elapsedMicros / 1000).toFixed(1)} ms.</p>`] : []
  return html`<article aria-label="Statement ${String(index + 1)}">
    ${title}${elapsed}
    <div class="columns">
      <div class="stack">
        ${stream ? planSection('Stream plan', stream, explanation) : []}${pipelineSection(explanation)}${logical ? planSection('Logical plan', logical, explanation) : []}${stateSection(explanation.state)}
      </div>
      <div class="stack sticky">
        <section>
          <h3>SQL</h3>
          <div><pre class="sql">${sql.text}</pre></div>
        </section>
        ${(units ?? []).map(unitSection)}
      </div>
    </div>
  </article>`
}

function planSection(title: string, root: ViewNode, explanation: Explanation): Markup {
  return html`<section>
    <h3>${title}</h3>
    <div>
      <ul role="tree" aria-label="${title}">
        ${treeItem(root, { explanation, first: true })}
      </ul>
    </div>
  </section> `
}

function treeItem(
  node: ViewNode,
  { explanation, first }: { readonly explanation: Explanation; readonly first: boolean },
): Markup {
  const range = node.span && explanation.sql.range(node.span)
  const place = range ? html` data-start="${String(range.start)}" data-end="${String(range.end)}"` : []
  const number = node.id === null ? [] : html` data-node="${String(node.id)}"`
  const inputs = node.inputs.map((input) => treeItem(input, { explanation, first: false }))
  return html`<li role="treeitem" aria-selected="false" tabindex="${first ? '0' : '-1'}" ${number}${place}>
    <div class="node">
      ${node.id === null ? [] : html`<span class="id">#${String(node.id)}</span> `}<b
        >${node.operator.replaceAll('_', ' ')}</b
      >
      <span class="detail">${node.detail}</span>${factList(node.properties)}
    </div>
    ${
      inputs.length === 0
        ? []
        : html`<ul role="group">
            ${inputs}
          </ul>`
    }
  </li>`
}

function factList(facts: readonly Property[]): Markup | readonly Markup[] {
  if (facts.length === 0) return []
  const items = facts.map(
    ({ name, value }) =>
      html`<li${value.startsWith('UNBOUNDED') ? html` class="unbounded"` : []}>${name}: ${value}</li>`,
  )
  return html`<ul class="facts">
    ${items}
  </ul>`
}

function pipelineSection({ pipelines, analysis }: Explanation): Markup | readonly Markup[] {
  if (!pipelines) return []
  const rows = pipelines.map((pipeline) => {
    const figures = analysis?.pipelines.find((each) => each.pipeline === pipeline.id)
    const steps = pipeline.steps.map(
      ({ operator, detail }) => html`<div><b>${operator.replaceAll('_', ' ')}</b> <code>${detail}</code></div>`,
    )
    return html`<tr>
      <td>P${String(pipeline.id)}</td>
      <td>${pipeline.reads}</td>
      <td>${steps}${factList(pipeline.properties)}${figures ? html`<div>${analysisText(figures)}</div>` : []}</td>
    </tr> `
  })
  return html`<section>
    <h3>Pipelines</h3>
    <div>
      <table>
        <thead>
          <tr>
            <th>Pipeline</th>
            <th>Reads</th>
            <th>Does</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </section> `
}

function stateSection(state: readonly StateView[] | null): Markup | readonly Markup[] {
  if (!state || state.length === 0) return []
  const tables = state.map(({ pipeline, table, rowSizeBytes, fields }) => {
    const rows = fields.map(
      ({ name, offset, memory }) =>
        html`<tr>
          <td class="number">${String(offset)}</td>
          <td><code>${memory}</code></td>
          <td>${name}</td>
        </tr>`,
    )
    return html`<p>P${String(pipeline)}, ${table}: ${String(rowSizeBytes)} bytes per row</p>
      <table>
        <thead>
          <tr>
            <th class="number">Offset</th>
            <th>Type</th>
            <th>Field</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table> `
  })
  return html`<section>
    <h3>State</h3>
    <div>${tables}</div>
  </section> `
}

function unitSection({ name, javascript, marks, generateMicros }: Unit): Markup {
  const nodeAt = new Map(marks.map(({ line, planNode }) => [line, planNode]))
  let node: number | undefined
  const lines = javascript.split('\n').map((line, index) => {
    node = nodeAt.get(index + 1) ?? node
    return html`<li data-line="${String(index + 1)}" ${node === undefined ? [] : html` data-node="${String(node)}"`}>
      ${line}
    </li>`
  })
  const facts = `${javascript.length.toLocaleString('en-US')} bytes, generated in ${(generateMicros / 1000).toFixed(2)} ms`
  return html`<section>
    <h3>${name}: JavaScript, ${facts}</h3>
    <div>
      <ol class="code">
        ${lines}
      </ol>
    </div>
  </section> `
}
