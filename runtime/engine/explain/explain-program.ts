import type { Analysis, PipelineAnalysis } from '../../../compiler/explain/analyze.ts'
import { explain } from '../../../compiler/explain/explain.ts'
import type { ExplainedStatement } from '../../../compiler/explain/explained.ts'
import type { Listing } from '../../../sql/catalog/listing.ts'
import type { ExplainLevel } from '../../../sql/plan/statement.ts'
import type { OperatorMetrics } from '../../dataflow/graph.ts'
import type { Engine } from '../engine.ts'
import type { Planned } from '../planning/planned.ts'
import { runToEnd } from './run-to-end.ts'
import type { ExplainOptions } from './explain-options.ts'

type Explainable = Planned & { readonly kind: 'create_query' | 'create_sink' | 'insert' | 'select' }

/** EXPLAIN of a statement that has a query; as rows of one column, a line each. */
export async function explainStatement(
  engine: Engine,
  planned: Planned & { readonly kind: 'explain' },
  program: string,
): Promise<Listing> {
  const { levels, format, analyze, span } = planned.statement
  const { inner } = planned
  const explained = isExplainable(inner) ? [await explainedStatement(engine, inner, { program, analyze })] : []
  const text = explain(explained, { levels, format, span })
  return {
    columns: ['plan'],
    rows: text
      .trimEnd()
      .split('\n')
      .map((line) => [line]),
  }
}

/** Every statement of a program that has a query. With `analyze` the program is run to the end of its bounded sources. */
export async function explainProgram(engine: Engine, program: string, options: ExplainOptions): Promise<string> {
  const { level = 'stream', format = 'text', analyze = false } = options
  const levels: readonly ExplainLevel[] = [level]
  const planned = await engine.planChecked(program)
  const statements = planned.map((each) => (each.kind === 'explain' ? each.inner : each))
  const analyses = analyze ? await analyzeProgram(engine, planned) : new Map<Planned, Analysis>()
  const explained = statements
    .filter(isExplainable)
    .map((each) => toExplained(each, program, analyses.get(each) ?? null))
  return explain(explained, { levels, format })
}

function isExplainable(planned: Planned): planned is Explainable {
  return 'prepared' in planned
}

async function explainedStatement(
  engine: Engine,
  planned: Explainable,
  { program, analyze }: { readonly program: string; readonly analyze: boolean },
): Promise<ExplainedStatement> {
  const analyses = analyze ? await analyzeProgram(engine, [planned]) : undefined
  return toExplained(planned, program, analyses?.get(planned) ?? null)
}

function toExplained(planned: Explainable, program: string, analysis: Analysis | null): ExplainedStatement {
  const { compiled, artifact } = planned.prepared
  return { program, span: planned.span, secrets: planned.secrets, compiled, artifact, analysis }
}

/** Runs the statements until their bounded sources have ended, results thrown away, and reads the counters. */
async function analyzeProgram(engine: Engine, statements: readonly Planned[]): Promise<ReadonlyMap<Planned, Analysis>> {
  const start = performance.now()
  const nodes = await runToEnd(engine, statements)
  const elapsedMicros = Math.round((performance.now() - start) * 1000)
  const { graph } = engine.running.metrics()
  const byName = new Map(graph.queries.map((query) => [query.name, query.operators]))
  return new Map(
    [...nodes].map(([planned, node]): [Planned, Analysis] => [
      planned,
      { elapsedMicros, pipelines: (byName.get(node.name) ?? []).map((operator) => pipelineAnalysis(operator, engine)) },
    ]),
  )
}

function pipelineAnalysis(operator: OperatorMetrics, engine: Engine): PipelineAnalysis {
  const { pipeline, rowsIn, rowsOut, nanoseconds, stateBytes, groups, lateDropped, rowErrors } = operator
  return {
    pipeline,
    tier: engine.running.parts.tier,
    rowsIn,
    rowsOut,
    nanosPerRow: rowsIn === 0 ? null : nanoseconds / rowsIn,
    stateSizeBytes: stateBytes,
    groupCount: groups,
    lateRows: lateDropped,
    rowErrors,
  }
}
