import { must, unreachable } from '../../sql/base/assert.ts'
import type { ArtifactContent, KernelReference, PipelineArtifact, TerminalArtifact } from '../abi/artifact.ts'
import { layoutBlock } from '../abi/block-layout.ts'
import { pageSizeBytes } from '../abi/memory.ts'
import { Arena } from '../memory/arena.ts'
import type { GraphOptions, OperatorMetrics, QueryBinding } from './graph.ts'
import { GroupOperator } from './group-operator.ts'
import type { GraphNode, Owner } from './node.ts'
import { infinity, makeNode, minusInfinity } from './node.ts'
import type { OperatorEnvironment, PipelineOperator } from './operator-base.ts'
import { EvaluateOperator, OutputOperator, ValuesOperator } from './row-operators.ts'
import { StoreOperator } from './store-operator.ts'
import { LoadedUnits } from './unit-loader.ts'

/** A deployed pipeline. */
export interface RunningPipeline {
  readonly artifact: PipelineArtifact
  readonly node: GraphNode
  readonly operator: PipelineOperator
  /** Owner of its pages. */
  readonly number: number
}

/** A deployed query: its pipelines, wired to each other; what they read is connected by the graph. */
export class RunningQuery implements Owner {
  readonly name: string
  readonly pipelines: readonly RunningPipeline[]
  stopped = false
  starting = true
  readonly #options: GraphOptions
  readonly #artifact: ArtifactContent
  readonly #binding: QueryBinding
  readonly #arena: Arena
  readonly #units: LoadedUnits
  /** Of its operators and its arena. */
  readonly #numbers: number[] = []

  constructor(
    name: string,
    parts: { readonly artifact: ArtifactContent; readonly binding: QueryBinding },
    options: GraphOptions,
  ) {
    this.name = name
    this.#options = options
    this.#artifact = parts.artifact
    this.#binding = parts.binding
    this.#arena = new Arena(options.memory.pages, this.#reserve())
    const { units, constants } = parts.artifact
    let loaded: LoadedUnits | null = null
    try {
      this.#units = loaded = new LoadedUnits({ name, units, constants }, options, this.#arena)
      this.pipelines = parts.artifact.pipelines.map((pipeline) => this.#start(pipeline))
    } catch (error) {
      loaded?.close()
      this.#removeNumbers()
      throw error
    }
    for (const { artifact, node } of this.pipelines) {
      if (artifact.input.kind !== 'pipelines') continue
      for (const [port, id] of artifact.input.ids.entries()) subscribe(this.#pipeline(id).node, { node, port })
    }
  }

  /** The pipeline that gives the query's rows. */
  get output(): RunningPipeline {
    return must(
      this.pipelines.findLast(({ artifact }) => artifact.terminal.kind !== 'store'),
      'an output pipeline',
    )
  }

  get store(): { readonly node: GraphNode; readonly operator: StoreOperator } | null {
    for (const { node, operator } of this.pipelines) if (operator instanceof StoreOperator) return { node, operator }
    return null
  }

  /** Nodes that have something to say before any input: VALUES, the single group of an aggregate. */
  get roots(): readonly GraphNode[] {
    return this.pipelines.flatMap(({ artifact, node }) => {
      const { terminal, input } = artifact
      return input.kind === 'values' || (terminal.kind === 'aggregate' && terminal.singleGroup) ? [node] : []
    })
  }

  onFailure(error: unknown): void {
    this.#binding.onFailure(error)
  }

  close(): void {
    this.stopped = true
    this.#units.close()
    for (const { operator } of this.pipelines) operator.close()
    this.#arena.free()
    this.#removeNumbers()
  }

  metrics(): readonly OperatorMetrics[] {
    const { pages } = this.#options.memory
    return this.pipelines.map(({ artifact, node, operator, number }) => ({
      pipeline: artifact.id,
      unit: this.#units.of(mainKernel(artifact.terminal)),
      terminal: artifact.terminal.kind,
      rowsIn: node.rowsIn,
      rowsOut: node.rowsOut,
      blocksIn: node.blocksIn,
      lateDropped: operator instanceof GroupOperator ? operator.lateDropped : 0,
      rowErrors: node.rowErrors,
      nanoseconds: node.stopwatch.nanoseconds,
      stateBytes: pages.pagesOf(number) * pageSizeBytes,
      groups: operator instanceof GroupOperator || operator instanceof StoreOperator ? operator.groupCount : 0,
      watermarkMicros: operator.watermark === minusInfinity ? null : operator.watermark,
    }))
  }

  #reserve(): number {
    const number = this.#options.operators.reserve()
    this.#numbers.push(number)
    return number
  }

  #removeNumbers(): void {
    for (const number of this.#numbers.splice(0)) this.#options.operators.remove(number)
  }

  #pipeline(id: number): RunningPipeline {
    return must(
      this.pipelines.find(({ artifact }) => artifact.id === id),
      'a pipeline of the query',
    )
  }

  #start(artifact: PipelineArtifact): RunningPipeline {
    const number = this.#reserve()
    const { input } = artifact
    let node: GraphNode | null = null
    const environment: OperatorEnvironment = {
      memory: this.#options.memory,
      operators: this.#options.operators,
      arena: this.#arena,
      number,
      outputSizeBytes: artifact.terminal.kind === 'store' ? 16 : artifact.outputLayout.sizeBytes,
      inputCount: input.kind === 'pipelines' ? input.ids.length : input.kind === 'object' ? 1 : 0,
      onRowError: (report) => this.#reject(must(node), artifact, report),
    }
    const operator = this.#makeOperator(artifact, environment)
    node = makeNode(
      { owner: this, operator, layout: artifact.outputLayout, nowNanos: () => this.#options.nowNanos() },
      operator.outputBlock,
    )
    return { artifact, node, operator, number }
  }

  #makeOperator(artifact: PipelineArtifact, environment: OperatorEnvironment): PipelineOperator {
    const { terminal, input, outputLayout } = artifact
    switch (terminal.kind) {
      case 'output': {
        const run = this.#units.kernel(terminal.run)
        return input.kind === 'values'
          ? new ValuesOperator(environment, { run, rowCount: input.rowCount })
          : new OutputOperator(environment, run)
      }
      case 'evaluate':
        return new EvaluateOperator(environment, {
          run: this.#units.kernel(terminal.run),
          calls: terminal.calls,
          evaluate: (call, { index, ...rows }) =>
            this.#options.evaluate(call, {
              ...rows,
              layout: outputLayout,
              columns: artifact.outputColumns,
              resultColumn: terminal.firstColumn + index,
            }),
        })
      case 'aggregate':
      case 'window_hold':
        return this.#makeGroups(artifact, terminal, environment)
      case 'store':
        return new StoreOperator(environment, {
          update: this.#units.kernel(terminal.update),
          emit: this.#units.kernel(terminal.emit),
          table: terminal.table,
          liveCountOffset: terminal.liveCountOffset,
        })
      default:
        return unreachable(terminal)
    }
  }

  #makeGroups(
    { outputLayout }: PipelineArtifact,
    terminal: TerminalArtifact & { readonly kind: 'aggregate' | 'window_hold' },
    environment: OperatorEnvironment,
  ): GroupOperator {
    const common = {
      update: this.#units.kernel(terminal.update),
      emit: this.#units.kernel(terminal.emit),
      finishAfterMicros:
        terminal.lagMicros === null ? infinity : BigInt(terminal.lagMicros) + BigInt(terminal.latenessMicros),
      closeAfterMicros: terminal.lagMicros === null ? infinity : BigInt(terminal.lagMicros),
      outputLayout,
      shows: this.#binding.inputs === 'snapshot' ? 'final' : 'as_it_comes',
    } as const
    return terminal.kind === 'aggregate'
      ? new GroupOperator(environment, { ...terminal, ...common })
      : new GroupOperator(environment, {
          ...common,
          emitWhen: 'on_window_close',
          tables: [terminal.table],
          singleGroup: false,
          windowed: true,
          liveCountOffset: null,
          indexed: false,
        })
  }

  #reject(
    node: GraphNode,
    artifact: PipelineArtifact,
    { site, row, block }: { readonly site: number; readonly row: number; readonly block: number },
  ): void {
    node.rowErrors++
    const { input } = artifact
    const producer = input.kind === 'pipelines' ? this.#pipeline(must(input.ids[0])).artifact : null
    const columns =
      block === 0 ? [] : (producer?.outputColumns ?? (input.kind === 'object' ? this.objectColumns(input.object) : []))
    this.#binding.onRowError({
      object: this.name,
      site: must(this.#artifact.sites[site], 'a site'),
      siteIndex: site,
      row,
      block,
      layout: block === 0 ? layoutBlock([]) : artifact.inputLayout,
      columns,
    })
  }

  /** Columns of an object that the query reads; set by the graph. */
  objectColumns: (object: string) => readonly (PipelineArtifact['outputColumns'][number] | null)[] = () => []
}

/** The kernel that takes the rows. */
function mainKernel(terminal: TerminalArtifact): KernelReference {
  return terminal.kind === 'output' || terminal.kind === 'evaluate' ? terminal.run : terminal.update
}

/** From the next message on. */
function subscribe(producer: GraphNode, to: { readonly node: GraphNode; readonly port: number }): void {
  producer.subscribers = [...producer.subscribers, { kind: 'node', ...to, after: producer.sequence, removed: false }]
}
