import type { Analysis, EncoderAnalysis, PipelineAnalysis, SourceAnalysis } from '../../../compiler/explain/analyze.ts'
import { explain, showsCode, showsWasm, type ExplainFormat } from '../../../compiler/explain/explain.ts'
import type { ExplainedStatement } from '../../../compiler/explain/explained.ts'
import type { NamedUnit } from '../../../compiler/explain/units.ts'
import type { Listing } from '../../../sql/catalog/listing.ts'
import { printName } from '../../../sql/plan/print-expression.ts'
import type { ExplainLevel } from '../../../sql/plan/statement.ts'
import type { EncoderMetrics, OperatorMetrics, SourceMetrics } from '../../dataflow/graph.ts'
import { checkChoice, checkNames } from '../check-options.ts'
import { encodedRows } from '../artifact/encoded-rows.ts'
import { objectOfInstance } from '../deployment/node.ts'
import { columnsNeeded } from '../deployment/source-starter.ts'
import type { Engine } from '../engine.ts'
import type { Planned } from '../planning/planned.ts'
import type { WorkerParts } from '../worker-parts.ts'
import { runToEnd } from './run-to-end.ts'
import { WasmPrinter } from './wasm-printer.ts'
import type { ExplainOptions } from './explain-options.ts'

type Explainable = Planned & { readonly kind: 'create_query' | 'create_sink' | 'insert' | 'select' }

/** EXPLAIN of a statement that has a query; as rows of one column, a line each. */
export async function explainStatement(
  engine: Engine,
  planned: Planned & { readonly kind: 'explain' },
  program: string,
): Promise<Listing> {
  const { levels, format, analyze } = planned.statement
  const { inner } = planned
  const analyses = isExplainable(inner) && analyze ? await analyzeProgram(engine, [inner]) : noAnalyses
  const text = await explainAll(engine, [inner], { program, levels, format, analyses })
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
  checkNames(options, ['level', 'format', 'analyze'], 'explain')
  checkChoice('level', level, explainLevels)
  checkChoice('format', format, explainFormats)
  const levels: readonly ExplainLevel[] = [level]
  const planned = await engine.planChecked(program)
  const statements = planned.map((each) => (each.kind === 'explain' ? each.inner : each))
  const analyses = analyze ? await analyzeProgram(engine, planned) : noAnalyses
  return await explainAll(engine, statements, { program, levels, format, analyses })
}

const explainLevels: readonly ExplainLevel[] = ['logical', 'stream', 'pipelines', 'code', 'wasm', 'state', 'all']
const explainFormats: readonly ExplainFormat[] = ['text', 'json', 'dot', 'html']

type Analyses = ReadonlyMap<Planned, Analysis>

const noAnalyses: Analyses = new Map()

interface Shown {
  readonly program: string
  readonly levels: readonly ExplainLevel[]
  readonly format: ExplainFormat
  readonly analyses: Analyses
}

async function explainAll(
  engine: Engine,
  statements: readonly Planned[],
  { program, levels, format, analyses }: Shown,
): Promise<string> {
  const printer = showsWasm(levels) ? await WasmPrinter.load() : null
  const sourceUnits = showsCode(levels) ? unitsOfSources(engine, statements) : new Map<string, readonly NamedUnit[]>()
  const explained = statements.filter(isExplainable).map((planned): ExplainedStatement => {
    const { compiled, artifact } = planned.prepared
    const units = [
      ...artifact.units.map((unit) => ({ name: unit.name, unit, statement: planned.span })),
      ...[...objectsReadBy(planned)].flatMap((object) => sourceUnits.get(object) ?? []),
      ...(showsCode(levels) ? unitsOfEncoder(engine, planned) : []),
    ]
    const wasm = printer && units.map((unit) => printer.codeOf(unit))
    const analysis = analyses.get(planned) ?? null
    return { program, span: planned.span, secrets: planned.secrets, compiled, artifact, units, wasm, analysis }
  })
  return explain(explained, { levels, format })
}

/** The code of the sources that the program makes, for the columns that it reads. */
function unitsOfSources(engine: Engine, statements: readonly Planned[]): ReadonlyMap<string, readonly NamedUnit[]> {
  const { needs } = engine.newBatch(statements)
  return new Map(
    statements.flatMap((planned): [string, readonly NamedUnit[]][] => {
      if (planned.kind !== 'create_source') return []
      const { object, connector } = planned
      const { units } = planned.compile(columnsNeeded({ object, connector }, needs))
      const named = units.map((unit) => ({
        name: `${unit.name} ${printName(object.name)}`,
        unit,
        statement: planned.span,
      }))
      return [[object.name, named]]
    }),
  )
}

/** The code that turns the rows of a sink into bytes. */
function unitsOfEncoder(engine: Engine, planned: Explainable): readonly NamedUnit[] {
  if (planned.kind !== 'create_sink') return []
  const { object, span } = planned
  return encodedRows(planned)
    .flatMap((rows) => engine.encoder(rows).units)
    .map((unit) => ({ name: `${unit.name} ${printName(object.name)}`, unit, statement: span }))
}

function isExplainable(planned: Planned): planned is Explainable {
  return 'prepared' in planned
}

/** Runs the statements until their bounded sources have ended, results thrown away, and reads the counters. */
async function analyzeProgram(engine: Engine, statements: readonly Planned[]): Promise<Analyses> {
  const start = performance.now()
  const nodes = await runToEnd(engine, statements)
  const elapsedMicros = Math.round((performance.now() - start) * 1000)
  const { sources, queries, encoders } = engine.running.metrics().graph
  const byName = new Map(queries.map((query) => [query.name, query.operators]))
  const { parts } = engine.running
  return new Map(
    [...nodes].map(([planned, node]): [Planned, Analysis] => {
      const read = objectsReadBy(planned)
      return [
        planned,
        {
          elapsedMicros,
          code: codeOf(planned),
          pipelines: (byName.get(node.name) ?? []).map((operator) => pipelineAnalysis(operator, parts)),
          sources: sources.flatMap((source) =>
            read.has(objectOfInstance(source.name)) ? [sourceAnalysis(source, parts)] : [],
          ),
          encoders: encoders.flatMap((encoder) =>
            encoder.name === node.name ? [encoderAnalysis(encoder, parts)] : [],
          ),
          tiers: parts.tiers.metrics(),
        },
      ]
    }),
  )
}

function codeOf(planned: Planned): Analysis['code'] {
  const { origin, compileMicros } =
    'prepared' in planned ? planned.prepared : { origin: 'memory' as const, compileMicros: 0 }
  return { origin, micros: compileMicros }
}

function objectsReadBy(planned: Planned): ReadonlySet<string> {
  const pipelines = 'prepared' in planned ? planned.prepared.artifact.pipelines : []
  return new Set(pipelines.flatMap(({ input }) => (input.kind === 'object' ? [input.object] : [])))
}

function sourceAnalysis({ name, unit, rowsIn, rowsOut }: SourceMetrics, parts: WorkerParts): SourceAnalysis {
  return { source: objectOfInstance(name), tier: parts.statusOf(unit), rowsIn, rowsOut }
}

function encoderAnalysis({ name, unit, rows }: EncoderMetrics, parts: WorkerParts): EncoderAnalysis {
  return { sink: objectOfInstance(name), tier: parts.statusOf(unit), rows }
}

function pipelineAnalysis(operator: OperatorMetrics, parts: WorkerParts): PipelineAnalysis {
  const { pipeline, unit, rowsIn, rowsOut, nanoseconds, stateBytes, groups, lateDropped, rowErrors } = operator
  return {
    pipeline,
    tier: parts.statusOf(unit),
    rowsIn,
    rowsOut,
    nanosPerRow: rowsIn === 0 ? null : nanoseconds / rowsIn,
    stateSizeBytes: stateBytes,
    groupCount: groups,
    lateRows: lateDropped,
    rowErrors,
  }
}
