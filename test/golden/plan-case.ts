import { ArtifactCache } from '../../runtime/engine/cache/artifact-cache.ts'
import { planProgram, type PlannedProgram } from '../../runtime/engine/planning/plan-program.ts'
import type { Planned } from '../../runtime/engine/planning/planned.ts'
import { nodeWorld } from '../../runtime/connect/connectors.ts'
import { explain } from '../../compiler/explain/explain.ts'
import type { ExplainedStatement } from '../../compiler/explain/explained.ts'
import type { NamedUnit, WasmCode } from '../../compiler/explain/units.ts'
import { renderDiagnostic } from '../../sql/base/code-frame.ts'
import { emptyCatalog } from '../../sql/catalog/catalog.ts'
import { defaultSettings } from '../../sql/catalog/settings.ts'
import type { Planner } from '../../sql/planner/planner.ts'

/** What a case gives, by file name under `expected`. */
export type Outcome = Readonly<Record<string, string>>

export interface CaseTools {
  readonly planner: Planner
  /** Makes the WebAssembly of the cases that show it. */
  readonly printWasm: ((unit: NamedUnit) => WasmCode) | null
}

/** Plans the program as `millrace check` does: with the real planner, catalog, connectors and code generator. */
export function planned(planner: Planner, text: string): PlannedProgram {
  const state = { catalog: emptyCatalog, settings: defaultSettings, layouts: new Map() }
  const variables = { vars: {}, environment: {} }
  const cache = new ArtifactCache(null)
  return planProgram(planner, state, { program: text, variables, connectors: nodeWorld, cache })
}

/** What is to be seen of a program without running it. */
export function planCase({ planner, printWasm }: CaseTools, text: string): Outcome {
  const { statements, diagnostics } = planned(planner, text)
  const warnings = statements.flatMap((statement) => statement.warnings)
  const problems = [...diagnostics, ...warnings]
  const rendered = problems.map((problem) => renderDiagnostic(problem, { file: 'input.sql', text }))
  if (diagnostics.length > 0) return { 'error.txt': lines(rendered) }
  const queries = statements.flatMap((statement) => explained(statement, { program: text, printWasm }) ?? [])
  const at = (level: 'logical' | 'stream' | 'pipelines' | 'wasm'): string => `${explain(queries, { levels: [level], format: 'text' })}\n`
  return {
    'logical.txt': at('logical'),
    'stream.txt': at('stream'),
    'pipelines.txt': at('pipelines'),
    ...(printWasm && { 'wasm.txt': at('wasm') }),
  }
}

function explained(
  statement: Planned,
  { program, printWasm }: { readonly program: string; readonly printWasm: CaseTools['printWasm'] },
): ExplainedStatement | undefined {
  if (!('prepared' in statement)) return undefined
  const { compiled, artifact } = statement.prepared
  const units = artifact.units.map((unit) => ({ name: unit.name, unit }))
  // how long it took is no part of the outcome
  const wasm = printWasm && units.map((unit) => ({ ...printWasm(unit), compileMicros: 0 }))
  return { program, span: statement.span, secrets: statement.secrets, compiled, artifact, units, wasm, analysis: null }
}

/** Diagnostics with an empty line between them. */
function lines(texts: readonly string[]): string {
  return `${texts.join('\n\n')}\n`
}
