import type { Span } from '../../sql/base/span.ts'
import type { Artifact, PipelineArtifact, TableArtifact } from '../../runtime/abi/artifact.ts'
import type { CompiledQuery } from '../compile.ts'
import type { Analysis } from './analyze.ts'
import { describeLogical } from './describe-logical.ts'
import { describePipelines, type PipelineView } from './describe-pipelines.ts'
import { describeStream } from './describe-stream.ts'
import { RedactedText } from '../../sql/catalog/options/redacted-text.ts'
import { javascriptView, wasmView, type NamedUnit, type UnitView, type WasmCode } from './units.ts'
import type { ViewNode } from './view.ts'

/** A statement to explain, with everything that its stages gave. */
export interface ExplainedStatement {
  /** The whole program, which all spans point into. */
  readonly program: string
  /** The explained statement (not the EXPLAIN around it). */
  readonly span: Span
  /** Values in the text that must not be shown. */
  readonly secrets: readonly Span[]
  readonly compiled: CompiledQuery
  readonly artifact: Artifact
  /** What runs for the statement: the units of its pipelines, then of the sources that it reads as far as the program makes them. */
  readonly units: readonly NamedUnit[]
  /** Their WebAssembly; null unless the level is asked for. */
  readonly wasm: readonly WasmCode[] | null
  readonly analysis: Analysis | null
}

export type Level = 'logical' | 'stream' | 'pipelines' | 'state' | 'code' | 'wasm'

/** A statement as all formats show it. Levels that were not asked for are null. */
export interface Explanation {
  readonly sql: RedactedText
  readonly span: Span
  readonly logical: ViewNode | null
  readonly stream: ViewNode | null
  readonly pipelines: readonly PipelineView[] | null
  readonly state: readonly StateView[] | null
  readonly units: readonly UnitView[] | null
  readonly analysis: Analysis | null
}

/** One table of state: its rows' layout. */
export interface StateView {
  readonly pipeline: number
  readonly table: string
  readonly rowSizeBytes: number
  readonly fields: TableArtifact['fields']
}

export function explainStatement(statement: ExplainedStatement, levels: ReadonlySet<Level>): Explanation {
  const { program, span, secrets, compiled, artifact, units, wasm, analysis } = statement
  const javascript = levels.has('code') ? units.map(javascriptView) : []
  const wat = levels.has('wasm') ? (wasm ?? []).map(wasmView) : []
  return {
    sql: new RedactedText(program, span, secrets),
    span,
    logical: levels.has('logical') ? describeLogical(compiled.logical) : null,
    stream: levels.has('stream') ? describeStream(compiled.stream) : null,
    pipelines: levels.has('pipelines') || analysis ? describePipelines(compiled.pipelines) : null,
    state: levels.has('state') ? artifact.pipelines.flatMap(stateOf) : null,
    units: levels.has('code') || levels.has('wasm') ? [...javascript, ...wat] : null,
    analysis,
  }
}

function stateOf({ id, terminal }: PipelineArtifact): readonly StateView[] {
  switch (terminal.kind) {
    case 'output':
    case 'evaluate':
      return []
    case 'window_hold':
      return [stateView(id, 'held rows', terminal.table)]
    case 'store':
      return [stateView(id, 'rows of the view', terminal.table)]
    case 'aggregate':
      return terminal.tables.map((table, index) =>
        stateView(
          id,
          index === 0 ? 'groups' : `${table.order === null ? 'distinct' : 'ordered'} values ${index}`,
          table,
        ),
      )
  }
}

function stateView(pipeline: number, name: string, { rowSizeBytes, fields }: TableArtifact): StateView {
  return { pipeline, table: name, rowSizeBytes, fields: fields.toSorted((a, b) => a.offset - b.offset) }
}
