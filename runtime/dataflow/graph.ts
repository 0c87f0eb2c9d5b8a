import type {
  ArtifactColumn,
  ArtifactContent,
  Constant,
  EvaluatorCallArtifact,
  SinkArtifact,
  Site,
  SourceArtifact,
  Unit,
} from '../abi/artifact.ts'
import type { BlockLayout } from '../abi/block.ts'
import type { Arena } from '../memory/arena.ts'
import type { WorkerMemory } from '../memory/worker-memory.ts'
import type { OperatorRegistry } from '../state/operator-registry.ts'

/**
 * The dataflow of one worker: sources, operators of deployed queries, consumers, and the edges between them. Everything runs in
 * the thread that calls `run`; nothing here waits, reads files or looks at a clock.
 *
 * Each source owns one block. `push` hands its rows to the graph, `run` carries them through every operator that hangs on the source, depth
 * first: an operator makes one output block, all its consumers take it, then it makes the next. So at most one block per edge is in
 * flight, and a consumer that is not ready stops exactly the sources that lead to it. Watermarks and ends travel in band, behind the rows they follow.
 */
export interface Graph {
  /** @throws InternalError for a name that is taken; DataError out_of_memory */
  addSource(name: string, artifact: SourceArtifact, binding: SourceBinding): SourceInput
  /**
   * Deploys a query under the name of the stream, view or sink it makes. Objects that it reads must have been added before; of a
   * view it first gets the rows that are there. What it has to show at once (VALUES, the single group) is shown by the next `run`.
   */
  addQuery(name: string, artifact: ArtifactContent, binding: QueryBinding): QueryOutput
  /** Loads an encoder for the rows of a query, whose name it may have: `remove` takes both. */
  addEncoder(name: string, artifact: SinkArtifact): SinkEncoder
  /** Feeds `consumer` with what the source, stream or view `object` gives from now on; a view's rows first when `snapshot` is set. */
  addConsumer(object: string, consumer: Consumer, options?: { readonly snapshot?: boolean }): ConsumerHandle
  /** Takes a source, a query and an encoder out of the graph and frees its memory. Readers of it must have been removed before. Idempotent. */
  remove(name: string): void
  /**
   * Works until nothing can be done: true when everything pushed so far has had its effect, else a promise that resolves when
   * a consumer may be ready (then call `run` again). Never throws for a query that failed: see `QueryBinding.onFailure`.
   */
  run(): true | Promise<void>
  /** The rows of a materialized view, block by block; each is valid until the next is asked for. Only between calls of `run`. */
  snapshot(view: string): Iterable<BlockOfRows>
  metrics(): GraphMetrics
  /** Removes everything. */
  close(): void
}

export interface BlockOfRows {
  /** Address of the block. */
  readonly block: number
  readonly count: number
}

/** Whether more rows of the same batch follow: at most `batchBlocksMax` pushes, then a flush. */
export type Batch = 'ends' | 'goes_on'

export interface SourceInput {
  readonly layout: BlockLayout
  /** Address of the block to fill (by decode, or with columns). Not to be touched while `busy`. */
  readonly block: number
  /** Address of the source's control block (sourceControl). */
  readonly control: number
  /** True while pushed rows have not passed through the graph. */
  readonly busy: boolean
  /** The loaded decoder; null for sources that are fed with columns. */
  readonly decode: KernelEntry | null
  /**
   * Completes `count` rows of the block (defaults, computed columns, event time) and hands them on. Not while `busy`. While its batch goes on, results
   * that change may be held back, and the watermark is.
   * @returns rows that stayed
   * @throws whatever `SourceBinding.onRowError` throws; the rows of this call are then dropped
   */
  push(count: number, batch?: Batch): number
  /** The batch is over; false: none is open. */
  flush(): boolean
  /** Every later row has an event time of at least `micros`. Lower than before: no effect. Not while `busy`. */
  watermark(micros: bigint): void
  /** No more rows: the watermark goes to infinity, everything closes. Not while `busy`. */
  end(): void
}

/** A row that an expression, a cast or an event time made fail. */
export interface RowError {
  /** Source or query. */
  readonly object: string
  readonly site: Site
  readonly siteIndex: number
  /** Index of the row in the block in hand. For a source it is the row of `SourceReader.place`. */
  readonly row: number
  /** Address of the block that holds the row: of the operator's input, or, for errors of an aggregate's result, of nothing (0). Valid during the call. */
  readonly block: number
  readonly layout: BlockLayout
  readonly columns: readonly (ArtifactColumn | null)[]
}

export interface SourceBinding {
  /** Called during `push`. A throw ends the push. When it returns, the row has been left out. */
  onRowError(error: RowError): void
}

export interface QueryBinding {
  /** Called during `run`. A throw fails the query. When it returns, the row has been left out. */
  onRowError(error: RowError): void
  /** The query has failed and takes no more rows; its consumers see an end. Called once, during `run`. */
  onFailure(error: unknown): void
  /**
   * `live` (default): changes from now on. `snapshot`: only the rows that the views it reads hold now, then the end; aggregates show
   * final values, so that every row comes once with weight +1.
   */
  readonly inputs?: 'live' | 'snapshot'
}

export interface QueryOutput {
  readonly layout: BlockLayout
  readonly columns: readonly ArtifactColumn[]
  readonly mode: 'append' | 'retract'
}

/** A loaded encoder. */
export interface SinkEncoder {
  /** Address of its control block (sinkControl). */
  readonly control: number
  /** Writes the rows from .. n - 1 of a block and gives n: less than `to` when there is no room left. */
  encode(block: number, from: number, to: number): number
}

export interface Consumer {
  /** True: `accept` may be called. Else a promise that never rejects. Asked before each block. */
  ready(): true | Promise<void>
  /** `count` rows (1 to blockRowsMax) at `block`, valid during the call. A throw takes the consumer out and goes to `failed`. */
  accept(block: number, count: number): void
  /** The object's watermark: micros, after the rows before it. */
  watermark?(micros: bigint): void
  /** No more rows will come. */
  end?(): void
  failed?(error: unknown): void
}

export interface ConsumerHandle {
  readonly layout: BlockLayout
  readonly columns: readonly (ArtifactColumn | null)[]
  readonly mode: 'append' | 'retract'
  remove(): void
}

/** What loading a unit needs: addresses of its constants (by the unit's own numbers) and of its zeroed scratch area. */
export interface UnitBinding {
  readonly constants: readonly number[]
  readonly scratch: number
}

export type Kernel = (...parameters: number[]) => number
export type UnitExports = Readonly<Record<string, Kernel>>

/**
 * A kernel as its callers keep it: `entry.kernel(..)`, read at every call, because a unit may run in another tier from one call to the
 * next. One field, nothing in between: what is called is the kernel itself.
 */
export interface KernelEntry {
  kernel: Kernel
}

/** A unit in use. Whoever loads units may exchange the kernels of its entries, between two calls. */
export interface LoadedUnit {
  readonly unit: Unit
  /** The source, query or sink that it belongs to, by its name in the graph. */
  readonly owner: string
  readonly binding: UnitBinding
  /** By the names of the unit's exports. */
  readonly entries: Readonly<Record<string, KernelEntry>>
}

/** The rows that a call is evaluated for, and the columns where its results go. */
export interface EvaluatorBlock {
  readonly layout: BlockLayout
  readonly columns: readonly ArtifactColumn[]
  /** Address of the block. Argument `c0`, `c1`, .. of the request is column `call.argumentColumns[i]`. */
  readonly block: number
  readonly count: number
  /** Column of the result; `call.failedColumn` gets 1 where the function refused the row. */
  readonly resultColumn: number
  /** For long strings of the result. */
  readonly arena: Arena
}

export interface GraphOptions {
  readonly memory: WorkerMemory
  /** The same that `createStateLibrary` was given. */
  readonly operators: OperatorRegistry
  /** Loads a unit in the tier that the engine has chosen. */
  instantiate(unit: Unit, binding: UnitBinding): UnitExports
  /** A unit is in use from now on. Called once for each, right after `instantiate`. */
  onLoaded?(loaded: LoadedUnit): void
  /** It is not called any more. */
  onUnloaded?(loaded: LoadedUnit): void
  /** Gives the number that a pattern constant's cell holds. */
  registerPattern(pattern: Constant & { readonly kind: 'pattern' }): number
  /** Runs DataFusion's implementation of a function over a block and writes the result into it. */
  evaluate(call: EvaluatorCallArtifact, rows: EvaluatorBlock): void
  /** Monotonic nanoseconds, for metrics only. */
  nowNanos(): number
}

export interface OperatorMetrics {
  readonly pipeline: number
  readonly unit: LoadedUnit
  readonly terminal: string
  readonly rowsIn: number
  readonly rowsOut: number
  readonly blocksIn: number
  /** Rows dropped because their window was finished. */
  readonly lateDropped: number
  readonly rowErrors: number
  readonly nanoseconds: number
  readonly stateBytes: number
  readonly groups: number
  readonly watermarkMicros: bigint | null
}

export interface SourceMetrics {
  readonly name: string
  readonly unit: LoadedUnit
  readonly rowsIn: number
  readonly rowsOut: number
  readonly rowErrors: number
  /** Rows that came behind the watermark. */
  readonly lateRows: number
  readonly nanoseconds: number
  readonly watermarkMicros: bigint | null
}

export interface EncoderMetrics {
  /** The sink. */
  readonly name: string
  readonly unit: LoadedUnit
  readonly rows: number
}

export interface QueryMetrics {
  readonly name: string
  readonly operators: readonly OperatorMetrics[]
}

export interface GraphMetrics {
  readonly sources: readonly SourceMetrics[]
  readonly queries: readonly QueryMetrics[]
  readonly encoders: readonly EncoderMetrics[]
  readonly memory: { readonly takenBytes: number; readonly limitBytes: number }
}
