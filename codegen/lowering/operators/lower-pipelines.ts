import type { Pipeline } from '../../../compiler/pipelines/pipeline.ts'
import { must, unreachable } from '../../../sql/base/assert.ts'
import type { Artifact, PipelineArtifact, PipelineInputArtifact, Unit } from '../../../runtime/abi/artifact.ts'
import { abiVersion } from '../../../runtime/abi/artifact.ts'
import type { BlockLayout } from '../../../runtime/abi/block.ts'
import { withHash } from '../../artifact/artifact-hash.ts'
import { assembleUnit } from '../../artifact/assemble-unit.ts'
import { ConstantPool } from '../constant-pool.ts'
import { ModuleBuilder } from '../module-builder.ts'
import { lowerAggregate } from './aggregate.ts'
import { evaluatorCalls, evaluatorFailures, evaluatorLayout } from './evaluate.ts'
import { lowerRun } from './output.ts'
import { layoutOf } from './output-row.ts'
import type { PipelineSource } from './pipeline-input.ts'
import { lowerViewStore } from './view-store.ts'
import { lowerWindowHold } from './window-hold.ts'

export interface LowerOptions {
  readonly engineVersion: string
  /** Layout of the blocks that a source, stream or view gives: all its columns. */
  objectLayout(object: string): BlockLayout
  /** `kept`: the rows are stored for snapshots (a materialized view). */
  readonly result: 'passed_on' | 'kept'
}

/** From pipelines (producers first, the last one gives the rows) to the artifact that a worker runs: one unit for each pipeline. */
export function lowerPipelines(pipelines: readonly Pipeline[], options: LowerOptions): Artifact {
  const context: LoweringContext = { options, pool: new ConstantPool(), pipelines, artifacts: new Map(), units: [] }
  for (const pipeline of pipelines) context.artifacts.set(pipeline.id, lowerPipeline(pipeline, context))
  if (options.result === 'kept') {
    const store = lowerStore(must(pipelines.at(-1), 'a pipeline'), context)
    context.artifacts.set(store.id, store)
  }
  const content: Omit<Artifact, 'hash'> = {
    engineVersion: options.engineVersion,
    abiVersion,
    pipelines: [...context.artifacts.values()],
    units: context.units,
    constants: context.pool.constants,
    sites: context.pool.sites,
  }
  return withHash(content)
}

interface LoweringContext {
  readonly options: LowerOptions
  readonly pool: ConstantPool
  readonly pipelines: readonly Pipeline[]
  readonly artifacts: Map<number, PipelineArtifact>
  readonly units: Unit[]
}

function lowerPipeline(pipeline: Pipeline, context: LoweringContext): PipelineArtifact {
  const module = new ModuleBuilder(`pipeline${pipeline.id}`, context.pool)
  const source = sourceOf(pipeline, context)
  const unit = context.units.length
  const outputLayout = outputLayoutOf(pipeline)
  const terminal = lowerTerminal(pipeline, { module, source, unit, outputLayout })
  finishUnit(module, context)
  const { outputEdge } = pipeline
  return {
    id: pipeline.id,
    planNodes: planNodesOf(pipeline),
    input: inputOf(pipeline),
    inputLayout: source?.layout ?? layoutOf([], {}),
    outputLayout,
    outputColumns: outputEdge.schema.map(({ name, type, nullable }) => ({ name, type, nullable })),
    outputMode: outputEdge.mode.kind,
    watermarks: outputEdge.watermarks.map(({ column, lagMicros }) => ({ column, lagMicros })),
    terminal,
  }
}

function finishUnit(module: ModuleBuilder, { units }: LoweringContext): void {
  const finished = module.finish()
  units.push(assembleUnit(finished.module, finished))
}

interface TerminalParts {
  readonly module: ModuleBuilder
  readonly source: PipelineSource | null
  readonly unit: number
  readonly outputLayout: BlockLayout
}

function lowerTerminal(
  pipeline: Pipeline,
  { module, source, unit, outputLayout }: TerminalParts,
): PipelineArtifact['terminal'] {
  const { terminal, outputEdge } = pipeline
  switch (terminal.kind) {
    case 'output': {
      const name = lowerRun(module, { pipeline, source, layout: outputLayout, columnCount: outputEdge.schema.length })
      return { kind: 'output', run: { unit, function: name } }
    }
    case 'evaluate': {
      const firstColumn = outputEdge.schema.length - terminal.calls.length
      const name = lowerRun(module, { pipeline, source, layout: outputLayout, columnCount: firstColumn })
      return {
        kind: 'evaluate',
        run: { unit, function: name },
        firstColumn,
        calls: evaluatorCalls(terminal.calls, outputEdge.schema, module),
      }
    }
    case 'aggregate':
      return lowerAggregate(module, {
        pipeline,
        terminal,
        source: must(source, 'rows to aggregate'),
        unit,
        outputLayout,
      })
    case 'window_hold':
      return lowerWindowHold(module, { pipeline, terminal, source: must(source, 'rows to hold'), unit, outputLayout })
    default:
      return unreachable(terminal)
  }
}

function outputLayoutOf({ outputEdge, terminal }: Pipeline): BlockLayout {
  const parts = {
    weight: outputEdge.mode.kind === 'retract',
    watermark: outputEdge.watermarks.length > 0,
    origin: terminal.kind === 'aggregate' && terminal.node.emit !== 'on_window_close',
  }
  return terminal.kind === 'evaluate'
    ? evaluatorLayout(outputEdge.schema, terminal.calls.length, parts)
    : layoutOf(outputEdge.schema, parts)
}

function sourceOf(pipeline: Pipeline, { options, artifacts, pipelines }: LoweringContext): PipelineSource | null {
  const { input, inputEdge } = pipeline
  const { schema } = inputEdge
  switch (input.kind) {
    case 'values':
      return null
    case 'object':
      return {
        layout: options.objectLayout(input.object),
        schema,
        ordinals: input.columns,
        failures: new Map(),
        isUnion: false,
      }
    case 'pipelines': {
      const [first] = input.ids
      const producer = must(
        pipelines.find(({ id }) => id === first),
        'the producer of a pipeline',
      )
      return {
        layout: must(artifacts.get(producer.id), 'producers come first').outputLayout,
        schema,
        ordinals: [...schema.keys()],
        failures:
          producer.terminal.kind === 'evaluate' ? evaluatorFailures(producer.terminal.calls, schema) : new Map(),
        isUnion: input.ids.length > 1,
      }
    }
    default:
      return unreachable(input)
  }
}

function inputOf({ input }: Pipeline): PipelineInputArtifact {
  switch (input.kind) {
    case 'values':
      return { kind: 'values', rowCount: input.rows.length }
    case 'object':
      return { kind: 'object', object: input.object, columns: input.columns }
    case 'pipelines':
      return { kind: 'pipelines', ids: input.ids }
    default:
      return unreachable(input)
  }
}

function planNodesOf({ steps, terminal }: Pipeline): readonly number[] {
  const own =
    terminal.kind === 'aggregate' || terminal.kind === 'window_hold'
      ? [terminal.node.id, ...terminal.after.map(({ node }) => node)]
      : []
  return [...new Set([...steps.map(({ node }) => node), ...own])]
}

function lowerStore(last: Pipeline, context: LoweringContext): PipelineArtifact {
  const producer = must(context.artifacts.get(last.id))
  const id = Math.max(...context.pipelines.map((each) => each.id)) + 1
  const module = new ModuleBuilder(`store${id}`, context.pool)
  const unit = context.units.length
  const terminal = lowerViewStore(module, { pipeline: last, layout: producer.outputLayout, unit })
  finishUnit(module, context)
  return {
    ...producer,
    id,
    planNodes: [],
    input: { kind: 'pipelines', ids: [last.id] },
    inputLayout: producer.outputLayout,
    terminal,
  }
}
