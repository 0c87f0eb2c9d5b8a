import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { lowerPipelines } from '../../codegen/lowering/operators/lower-pipelines.ts'
import { lowerSource, sourceLayout } from '../../codegen/lowering/operators/lower-source.ts'
import { compileQuery } from '../../compiler/compile.ts'
import { must } from '../../sql/base/assert.ts'
import { declareSource } from '../../sql/catalog/declare.ts'
import type { CatalogObject, SourceObject } from '../../sql/catalog/object.ts'
import { isNative } from '../../sql/functions/native.ts'
import type { Statement } from '../../sql/plan/statement.ts'
import { loadPlanner } from '../../sql/planner/planner.ts'
import type { Artifact, SourceArtifact } from '../../runtime/abi/artifact.ts'
import { batchBlocksMax, blockRowsMax } from '../../runtime/abi/memory.ts'
import type { Batch, SourceInput } from '../../runtime/dataflow/graph.ts'
import { type BenchWorker, createBenchWorker } from './bench-worker.ts'
import { caseSql, columnsOfT } from './cases.ts'
import { ColumnFeeder } from './column-feeder.ts'
import { ResultHasher } from './result-hasher.ts'
import type { Instantiate } from './tiers.ts'

export interface CaseRequest {
  readonly instantiate: Instantiate
  readonly name: string
  readonly directory: string
  readonly rows: number
  /** Of a decoder, when it is another one than the suite's. */
  readonly file?: string
}

export interface PassResult {
  readonly nanos: number
  /** Null when it was not asked for. */
  readonly hash: string | null
}

const planner = loadPlanner()

/** Compiles the case once; each call of the result runs it over all rows, in a graph of its own. */
export function createColumnCase(request: CaseRequest): (mode: 'timed' | 'hashed') => PassResult {
  const compiled = compileCase(request.name)
  const parts = createBenchWorker(request.instantiate)
  const feeder = new ColumnFeeder(request, parts.memory.views, compiled.source)
  let pass = 0
  return (mode) => {
    const name = `t${pass++}`
    const hasher = mode === 'hashed' ? new ResultHasher(parts.memory.views, request.name) : null
    const input = deploy(parts, { name, compiled, hasher })
    const nanos = feedAll(parts, input, feeder)
    // the first deployment stays: kernels look for their constants there
    if (pass > 1) for (const object of [queryOf(name), name]) parts.graph.remove(object)
    return { nanos, hash: hasher?.hash() ?? null }
  }
}

interface CompiledCase {
  readonly source: SourceArtifact
  readonly query: Artifact
}

function compileCase(name: string): CompiledCase {
  const watermark = name === 'tumble' ? `, WATERMARK FOR ts AS ts - INTERVAL '5' SECOND` : ''
  const source = planSource(`CREATE SOURCE t (${columnsOfT}${watermark})`)
  const select = planOne(must(caseSql[name], 'a case'), [source]) as Statement & { readonly kind: 'select' }
  const catalog = { objects: new Map<string, CatalogObject>([['t', source]]) }
  const { pipelines } = compileQuery(select.query, catalog, { settings: { unbounded_state: 'allow' }, isNative })
  const query = lowerPipelines(pipelines, {
    engineVersion: 'bench',
    objectLayout: () => sourceLayout(source),
    result: 'passed_on',
  })
  const needed = new Set(query.pipelines.flatMap(({ input }) => (input.kind === 'object' ? input.columns : [])))
  return { query, source: lowerSource({ ...source, needed, lowerDecoder: null }) }
}

/** The catalog's object of a CREATE SOURCE. */
export function planSource(sql: string): SourceObject {
  const statement = planOne(sql, []) as Statement & { readonly kind: 'create_source' }
  return declareSource(statement, { program: sql, variables: { vars: {}, environment: {} }, onError: 'fail' })
}

function planOne(sql: string, tables: readonly SourceObject[]): Statement {
  return planner.plan(planner.parse(sql), 0, { tables })
}

function deploy(
  parts: BenchWorker,
  what: { readonly name: string; readonly compiled: CompiledCase; readonly hasher: ResultHasher | null },
): SourceInput {
  const { name, compiled, hasher } = what
  const fail = (error: unknown): never => {
    throw error instanceof Error ? error : new Error(JSON.stringify(error))
  }
  const input = parts.graph.addSource(name, compiled.source, { onRowError: fail })
  const pipelines = compiled.query.pipelines.map((pipeline) =>
    pipeline.input.kind === 'object' ? { ...pipeline, input: { ...pipeline.input, object: name } } : pipeline,
  )
  const query = queryOf(name)
  const output = parts.graph.addQuery(
    query,
    { ...compiled.query, pipelines },
    { onRowError: fail, onFailure: fail, inputs: hasWindow(compiled.query) ? 'live' : 'snapshot' },
  )
  parts.graph.addConsumer(query, {
    ready: () => true,
    accept: (block, count) => hasher?.add(output.layout, block, count),
  })
  void parts.graph.run()
  return input
}

function queryOf(source: string): string {
  return `${source}-query`
}

function hasWindow({ pipelines }: Artifact): boolean {
  return pipelines.some(({ terminal }) => terminal.kind === 'aggregate' && terminal.windowed)
}

/** What reading the clock around nothing gives: it is in every block's time, and in no other contender's. */
function clockNanos(): number {
  const readings = 1000
  let nanos = 0
  for (let reading = 0; reading < readings; reading++) {
    const start = process.hrtime.bigint()
    nanos += Number(process.hrtime.bigint() - start)
  }
  return nanos / readings
}

/** Only what happens after a block has been filled counts. Batches are those of a source that always has rows. */
function feedAll(parts: BenchWorker, input: SourceInput, feeder: ColumnFeeder): number {
  let nanos = -clockNanos() * Math.ceil(feeder.rows / blockRowsMax)
  const batchRowsMax = batchBlocksMax * blockRowsMax
  for (let from = 0; from < feeder.rows; from += blockRowsMax) {
    const count = feeder.fill(input.block, from)
    nanos += pushNanos(parts, input, { count, batch: (from + blockRowsMax) % batchRowsMax === 0 ? 'ends' : 'goes_on' })
  }
  const start = process.hrtime.bigint()
  input.end()
  void parts.graph.run()
  return nanos + Number(process.hrtime.bigint() - start)
}

/** A function of its own: V8 gives up the code of `feedAll` at the end of each pass, and the next one would time what it does without. */
function pushNanos(
  { graph }: BenchWorker,
  input: SourceInput,
  { count, batch }: { readonly count: number; readonly batch: Batch },
): number {
  const start = process.hrtime.bigint()
  input.push(count, batch)
  void graph.run()
  return Number(process.hrtime.bigint() - start)
}

export function readBytes(directory: string, file: string): Buffer {
  return readFileSync(join(directory, file))
}
