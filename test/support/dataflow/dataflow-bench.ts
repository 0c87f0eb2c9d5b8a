import { instantiateInterpreter } from '../../../codegen/interpreter/instantiate.ts'
import type { ModuleIr } from '../../../codegen/kernel/ir.ts'
import { lowerPipelines } from '../../../codegen/lowering/operators/lower-pipelines.ts'
import { lowerSource, type SourceDeclaration } from '../../../codegen/lowering/operators/lower-source.ts'
import { compileQuery } from '../../../compiler/compile.ts'
import type { Pipeline } from '../../../compiler/pipelines/pipeline.ts'
import type { Artifact, ArtifactColumn, Unit } from '../../../runtime/abi/artifact.ts'
import type { BlockLayout } from '../../../runtime/abi/block.ts'
import { batchBlocksMax, blockRowsMax } from '../../../runtime/abi/memory.ts'
import { createGraph } from '../../../runtime/dataflow/create-graph.ts'
import type {
  Batch,
  Consumer,
  Graph,
  GraphOptions,
  QueryBinding,
  RowError,
  SourceInput,
  UnitBinding,
  UnitExports,
} from '../../../runtime/dataflow/graph.ts'
import { createDecodeLibrary } from '../../../runtime/format/decode-library.ts'
import { createEncodeLibrary } from '../../../runtime/format/encode-library.ts'
import { createLibrary } from '../../../runtime/library/library.ts'
import { Patterns } from '../../../runtime/library/pattern/patterns.ts'
import { Arena } from '../../../runtime/memory/arena.ts'
import { createWorkerMemory, type WorkerMemory } from '../../../runtime/memory/worker-memory.ts'
import { OperatorRegistry } from '../../../runtime/state/operator-registry.ts'
import { createStateLibrary } from '../../../runtime/state/state-library.ts'
import { loadUnit } from '../../../runtime/worker/load.ts'
import { loadWasmUnit } from '../../../runtime/worker/load-wasm.ts'
import { must } from '../../../sql/base/assert.ts'
import type { Catalog } from '../../../sql/catalog/catalog.ts'
import type { Query } from '../../../sql/plan/statement.ts'
import { readCell, writeCell, type Cell } from '../expressions/cells.ts'

export type Tier = 'interpreter' | 'javascript'

/** A row that came out, with its weight. */
export interface Shown {
  readonly row: readonly Cell[]
  readonly weight: number
}

export interface Collected {
  readonly rows: Shown[]
  readonly watermarks: bigint[]
  ended: boolean
  error: unknown
}

/** A worker without an engine: sources fed with cells, queries compiled by the compiler, results as cells. */
export class DataflowBench {
  readonly memory: WorkerMemory
  readonly graph: Graph
  readonly errors: RowError[] = []
  readonly failures: unknown[] = []
  /** Blocks of a batch: changes are shown when it is over. */
  batchBlocks: number = batchBlocksMax
  readonly #inputs = new Map<
    string,
    { readonly input: SourceInput; readonly types: readonly ArtifactColumn[]; readonly arena: Arena }
  >()
  readonly #layouts = new Map<string, BlockLayout>()

  /** Loads a unit into this worker, in any tier. */
  readonly load: (unit: Unit, binding: UnitBinding, tier: Tier | WebAssembly.Module) => UnitExports

  constructor(tier: Tier, hooks: Pick<GraphOptions, 'onLoaded' | 'onUnloaded'> = {}) {
    this.memory = createWorkerMemory({ limitBytes: 1 << 28 })
    const { views } = this.memory
    const operators = new OperatorRegistry(this.memory)
    const patterns = new Patterns()
    const library = createLibrary(views, {
      allocate: (sizeBytes) => this.memory.arena.allocate(sizeBytes, 1),
      patterns,
      functions: {
        ...createStateLibrary(operators),
        ...createDecodeLibrary(views),
        ...createEncodeLibrary(views),
      } as Parameters<typeof createLibrary>[1]['functions'],
    })
    this.load = (unit, { constants, scratch }, to) => {
      const binding = { views, library, constants, scratchBase: scratch }
      if (to === 'interpreter') return instantiateInterpreter(unit.kernel as ModuleIr, binding)
      return to === 'javascript'
        ? loadUnit({ javascript: unit.javascript, hash: unit.name }, binding)
        : loadWasmUnit(to, binding)
    }
    this.graph = createGraph({
      ...hooks,
      memory: this.memory,
      operators,
      instantiate: (unit, binding) => this.load(unit, binding, tier),
      registerPattern: (pattern) => patterns.add(pattern),
      evaluate: () => {
        throw new Error('no evaluator here')
      },
      nowNanos: () => performance.now() * 1e6,
    })
  }

  addSource(name: string, declaration: SourceDeclaration): SourceInput {
    const needed = new Set(declaration.definitions.keys())
    const artifact = lowerSource({ ...declaration, needed, lowerDecoder: null })
    const input = this.graph.addSource(name, artifact, { onRowError: (error) => void this.errors.push(error) })
    const types = declaration.definitions.map(({ name: column, type, nullable }) => ({ name: column, type, nullable }))
    this.#inputs.set(name, { input, types, arena: new Arena(this.memory.pages, 2) })
    this.#layouts.set(name, artifact.layout)
    return input
  }

  compile(query: Query, catalog: Catalog): readonly Pipeline[] {
    return compileQuery(query, catalog, { settings: { unbounded_state: 'allow' }, isNative: () => true }).pipelines
  }

  lower(pipelines: readonly Pipeline[], result: 'passed_on' | 'kept' = 'passed_on'): Artifact {
    const objectLayout = (object: string): BlockLayout => must(this.#layouts.get(object), `a layout of ${object}`)
    return lowerPipelines(pipelines, { engineVersion: 'test', objectLayout, result })
  }

  deploy(name: string, artifact: Artifact, binding: Partial<QueryBinding> = {}): void {
    const output = this.graph.addQuery(name, artifact, {
      onRowError: (error) => void this.errors.push(error),
      onFailure: (error) => void this.failures.push(error),
      ...binding,
    })
    this.#layouts.set(name, output.layout)
  }

  collect(
    object: string,
    options: { readonly snapshot?: boolean; readonly ready?: () => true | Promise<void> } = {},
  ): Collected {
    const collected: Collected = { rows: [], watermarks: [], ended: false, error: null }
    const consumer: Consumer = {
      ready: options.ready ?? (() => true),
      accept: (block, count) => {
        for (let row = 0; row < count; row++) collected.rows.push(this.read(handle, block, row))
      },
      watermark: (micros) => void collected.watermarks.push(micros),
      end: () => (collected.ended = true),
      failed: (error) => (collected.error = error),
    }
    const handle = this.graph.addConsumer(object, consumer, { snapshot: options.snapshot ?? false })
    return collected
  }

  read(
    { layout, columns }: { readonly layout: BlockLayout; readonly columns: readonly (ArtifactColumn | null)[] },
    block: number,
    row: number,
  ): Shown {
    const place = { views: this.memory.views, block, allocate: () => 0 }
    const cells = columns.map((column, index) =>
      column === null ? null : readCell(place, { column: must(layout.columns[index]), row, type: column.type }),
    )
    const weight =
      layout.weightOffset === null ? 1 : must(this.memory.views.i32[((block + layout.weightOffset) >>> 2) + row])
    return { row: cells, weight }
  }

  /** Pushes rows in blocks of at most `cut` rows, in batches of `batchBlocks`, and carries each through; the last batch ends with them, or `goes_on`. */
  push(
    source: string,
    rows: readonly (readonly Cell[])[],
    how: { readonly cut?: number; readonly batch?: Batch } = {},
  ): void {
    const { cut = blockRowsMax, batch = 'ends' } = how
    const { input, types, arena } = must(this.#inputs.get(source))
    for (let from = 0; from < rows.length; from += cut) {
      const part = rows.slice(from, from + cut)
      arena.reset()
      const place = {
        views: this.memory.views,
        block: input.block,
        allocate: (sizeBytes: number) => arena.allocate(sizeBytes, 1),
      }
      for (const [row, cells] of part.entries()) {
        for (const [index, { type }] of types.entries()) {
          writeCell(place, { column: must(input.layout.columns[index]), row, type }, cells[index] as Cell)
        }
      }
      const isFull = (from / cut + 1) % this.batchBlocks === 0
      const isLast = from + cut >= rows.length
      input.push(part.length, isFull ? 'ends' : isLast ? batch : 'goes_on')
      void this.graph.run()
    }
  }

  flush(source: string): void {
    must(this.#inputs.get(source)).input.flush()
    void this.graph.run()
  }

  end(source: string): void {
    must(this.#inputs.get(source)).input.end()
    void this.graph.run()
  }

  watermark(source: string, micros: bigint): void {
    must(this.#inputs.get(source)).input.watermark(micros)
    void this.graph.run()
  }

  close(): void {
    this.graph.close()
  }
}
