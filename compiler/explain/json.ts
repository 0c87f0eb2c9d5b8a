import type { Span } from '../../sql/base/span.ts'
import type { Explanation } from './explained.ts'
import type { UnitView } from './units.ts'
import type { ViewNode } from './view.ts'

/**
 * `{"statements":[{"sql","span","logical","stream","pipelines","state","units":[..],"analyze"}]}`; a level that was not asked
 * for is absent. Spans point into the whole program.
 */
export function explainJson(explanations: readonly Explanation[]): string {
  return JSON.stringify({ statements: explanations.map(statementJson) })
}

function statementJson(explanation: Explanation): unknown {
  const { sql, span, logical, stream, pipelines, state, units, analysis } = explanation
  return {
    sql: sql.text,
    span: spanJson(span),
    logical: logical ? nodeJson(logical) : undefined,
    stream: stream ? nodeJson(stream) : undefined,
    pipelines: pipelines?.map((pipeline) => ({ ...pipeline, properties: factsJson(pipeline.properties) })),
    state: state ?? undefined,
    units: units?.map(unitJson),
    analyze: analysis ?? undefined,
  }
}

function unitJson(unit: UnitView): unknown {
  const { name, language, tier, source, marks, sizeBytes, unoptimizedSizeBytes, imports, compileMicros } = unit
  return {
    name,
    language,
    tier,
    source,
    marks: marks.map(({ line, planNode, span }) => ({ line, planNode, span: span && spanJson(span) })),
    bytes: sizeBytes,
    bytesUnoptimized: unoptimizedSizeBytes ?? undefined,
    imports: imports ?? undefined,
    compileMicros,
  }
}

function nodeJson(node: ViewNode): unknown {
  const { id, operator, detail, columns, span, inputs } = node
  return {
    ...(id !== null && { id }),
    operator,
    detail,
    ...factsJson(node.properties),
    columns,
    span: span && spanJson(span),
    inputs: inputs.map(nodeJson),
  }
}

function factsJson(facts: ViewNode['properties']): Readonly<Record<string, string>> {
  return Object.fromEntries(facts.map(({ name, value }) => [name, value]))
}

function spanJson({ start, end, line, column }: Span): Span {
  return { start, end, line, column }
}
