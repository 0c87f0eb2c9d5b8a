import { planProgram } from '../../runtime/engine/planning/plan-program.ts'
import type { PreparedQuery, Planned } from '../../runtime/engine/planning/planned.ts'
import { nodeWorld } from '../../runtime/connect/connectors.ts'
import { describeLogical } from '../../compiler/explain/describe-logical.ts'
import { describePipelines } from '../../compiler/explain/describe-pipelines.ts'
import { describeStream } from '../../compiler/explain/describe-stream.ts'
import { pipelineLines, treeLines } from '../../compiler/explain/text.ts'
import { renderDiagnostic } from '../../sql/base/code-frame.ts'
import { emptyCatalog } from '../../sql/catalog/catalog.ts'
import { defaultSettings } from '../../sql/catalog/settings.ts'
import type { Planner } from '../../sql/planner/planner.ts'

/** What a case gives, by file name under `expected`. */
export type Outcome = Readonly<Record<string, string>>

/** Plans the program as `millrace check` does: with the real planner, catalog, connectors and code generator; runs nothing. */
export function planCase(planner: Planner, text: string): Outcome {
  const state = { catalog: emptyCatalog, settings: defaultSettings }
  const variables = { vars: {}, environment: {} }
  const { statements, diagnostics } = planProgram(planner, state, { program: text, variables, connectors: nodeWorld })
  const warnings = statements.flatMap((statement) => statement.warnings)
  const problems = [...diagnostics, ...warnings]
  const queries = statements.flatMap((statement) => preparedOf(statement) ?? [])
  const rendered = problems.map((problem) => renderDiagnostic(problem, { file: 'input.sql', text }))
  if (diagnostics.length > 0) return { 'error.txt': lines(rendered) }
  const compiled = queries.map((query) => query.compiled)
  return {
    'logical.txt': lines(compiled.map(({ logical }) => treeLines(describeLogical(logical)).join('\n'))),
    'stream.txt': lines(compiled.map(({ stream }) => treeLines(describeStream(stream)).join('\n'))),
    'pipelines.txt': lines(
      compiled.map(({ pipelines }) => describePipelines(pipelines).flatMap((each) => pipelineLines(each, null)).join('\n')),
    ),
  }
}

function preparedOf(statement: Planned): PreparedQuery | undefined {
  return 'prepared' in statement ? statement.prepared : undefined
}

/** Queries, or diagnostics, with an empty line between them. */
function lines(texts: readonly string[]): string {
  return `${texts.join('\n\n')}\n`
}
