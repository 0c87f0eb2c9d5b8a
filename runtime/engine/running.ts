import { deadLettersName, writeDeadLetter } from './errors/dead-letters.ts'
import { RowErrorLog, type SiteCount } from './errors/row-error-log.ts'
import type { SinkArtifact } from '../abi/artifact.ts'
import type { ByteStream, SinkContext, SinkSummary } from '../connect/connector.ts'
import type { GraphMetrics, RowError } from '../dataflow/graph.ts'
import { RunAllocator } from '../memory/worker-memory.ts'
import type { DeploymentContext } from './deployment/context.ts'
import type { DeployableSource } from './deployment/deployable.ts'
import type { SinkParts } from './cache/encoder-parts.ts'
import { instanceName, type DataflowNode } from './deployment/node.ts'
import type { ColumnsNeeded } from './deployment/source-starter.ts'
import { Topology, type Batch } from './deployment/topology.ts'
import type { EngineWorld, Logger } from './options.ts'
import { Pump } from './pump/pump.ts'
import { remainingTimes } from './pump/remaining-input.ts'
import { makeRowReader } from './rows/row-reader.ts'
import { rowJson } from './rows/row-json.ts'
import type { SinkDriver } from './sinks/sink-driver.ts'
import { monotonicMillis } from './system-clock.ts'
import type { WorkerParts } from './worker-parts.ts'

export interface RunningOptions {
  readonly parts: WorkerParts
  readonly world: EngineWorld
  readonly stdout: ByteStream
  readonly logger: Logger
  readonly events: RunningEvents
  readonly deadLetters: DeployableSource
  /** What turns rows into bytes. */
  readonly encoder: (rows: SinkParts) => SinkArtifact
}

export interface RunningEvents {
  /** A source, a query or a sink has failed; those who read it have been told. */
  onFailure(object: string, reason: unknown): void
  onSinkFinished(sink: string, summary: SinkSummary): void
  onSinkClosedByReader(sink: string): void
}

/** As a sink's context has it. */
export interface RowsEncoder extends Pick<SinkContext, 'views' | 'allocator' | 'encoder'> {
  close(): void
}

/** No object is called so. */
const printedName = instanceName('', 0)

/** Everything that runs in one worker: memory, graph, pump, sources and sinks. */
export class Running {
  readonly parts: WorkerParts
  readonly topology: Topology
  readonly pump: Pump
  readonly rowErrors: RowErrorLog
  /** Called when everything that arrived has had its effect. */
  onFlush: (() => Promise<void>) | null = null
  readonly #options: RunningOptions
  readonly #allocator: RunAllocator
  readonly #sinks = new Set<SinkDriver>()
  readonly #finishing = new Set<Promise<void>>()
  #deadLetters: DataflowNode | null = null

  constructor(options: RunningOptions) {
    const { parts } = options
    this.#options = options
    this.parts = parts
    this.#allocator = new RunAllocator(parts.memory.pages)
    this.rowErrors = new RowErrorLog((row, diagnostic) => {
      const feed = this.#deadLetters?.feed
      // Nobody reads the system stream: the row is counted, as every refused row is.
      if (feed?.kind !== 'inbox' || this.#deadLetters?.readers === 0) return
      writeDeadLetter(feed.writer, row, { diagnostic, atMicros: options.world.clock.nowMicros() })
    })
    this.pump = new Pump({
      run: () => parts.graph.run(),
      nowMillis: monotonicMillis,
      beforeSlice: () => parts.tiers.beforeSlice(() => remainingTimes(this.pump.drivers)),
      onSourceFailure: (driver, reason) => this.topology.failDriver(driver.name, reason),
      congested: () => this.#deadLettersFull(),
      onIdle: () => this.#flushSinks(),
      onCrash: (error) => options.events.onFailure('', error),
    })
    this.topology = new Topology(this.#context())
    const batch = newBatch('all')
    this.#deadLetters = this.topology.deploy(options.deadLetters, batch) ?? null
  }

  /** Starts the sources of a deployment. */
  start(batch: Batch): void {
    for (const start of batch.starts.splice(0)) start()
    this.pump.wake()
  }

  /** Everything that arrived has had its effect, bounded sources have ended, sinks have written. */
  async drain(): Promise<void> {
    await this.pump.idle()
    await Promise.all([...this.#sinks].map((sink) => sink.flush()))
    await Promise.all(this.#finishing)
  }

  /**
   * Resolves when every source has ended and everything has had its effect, the system stream last. Never, while a source is
   * endless.
   */
  async ended(): Promise<void> {
    await this.drain()
    const endless = this.topology.nodes.some(({ feed }) => feed?.kind === 'connector' && !feed.driver.ended)
    if (endless) await new Promise<never>(() => {})
    const feed = this.#deadLetters?.feed
    if (feed?.kind === 'inbox') feed.inbox.end()
    await this.drain()
  }

  /** No connector reads more input; windows stay open. What callers have pushed is still to come. */
  async stopSources(): Promise<void> {
    await Promise.all(
      this.topology.nodes.flatMap(({ feed }) => (feed?.kind === 'connector' ? [feed.driver.stop()] : [])),
    )
    this.pump.wake()
  }

  /** Sources that are fed from outside get no more rows: their windows close. The system stream ends in `ended`. */
  endInboxes(of: (object: string) => boolean = () => true): void {
    for (const { feed, object } of this.topology.nodes) {
      if (feed?.kind === 'inbox' && object !== deadLettersName && of(object)) feed.inbox.end()
    }
  }

  /** Ends every sink: well, or, when `abort`, as if it had not been. */
  async finishSinks(how: 'finish' | 'abort'): Promise<void> {
    if (how === 'finish') for (const sink of this.#sinks) void this.#finish(sink)
    else for (const sink of this.#sinks) this.#abort(sink)
    await Promise.all(this.#finishing)
  }

  metrics(): { readonly graph: GraphMetrics; readonly rowErrors: readonly SiteCount[] } {
    return { graph: this.parts.graph.metrics(), rowErrors: this.rowErrors.counts() }
  }

  /** What turns rows that are no sink's into bytes; to be closed before the next one is asked for. */
  openEncoder(rows: SinkParts): RowsEncoder {
    const { graph, memory } = this.parts
    const encoder = graph.addEncoder(printedName, this.#options.encoder(rows))
    return { views: memory.views, allocator: this.#allocator, encoder, close: () => graph.remove(printedName) }
  }

  close(): void {
    this.pump.stop()
    this.parts.graph.close()
    for (const { feed } of this.topology.nodes) void feed?.driver.close()
  }

  #context(): DeploymentContext {
    const { parts, world, stdout, events } = this.#options
    return {
      graph: parts.graph,
      memory: parts.memory,
      allocator: this.#allocator,
      clock: world.clock,
      stdout,
      rowErrors: this.rowErrors,
      encoder: (rows) => this.#options.encoder(rows),
      rowText: (error) => this.#rowText(error),
      addDriver: (driver) => this.pump.add(driver, { privileged: this.#deadLetters === null }),
      removeDriver: (driver) => this.pump.remove(driver),
      addSink: (sink) => void this.#sinks.add(sink),
      finishSink: (sink) => this.#finish(sink),
      abortSink: (sink) => this.#abort(sink),
      onSinkClosedByReader: (sink) => events.onSinkClosedByReader(sink),
      onFailure: (object, reason) => events.onFailure(object, reason),
      wake: () => this.pump.wake(),
    }
  }

  #rowText(error: RowError): string | null {
    if (error.block === 0) return null
    const reader = makeRowReader(this.parts.memory.views, error)
    return rowJson(reader.row(error.block, error.row))
  }

  #deadLettersFull(): boolean {
    const feed = this.#deadLetters?.feed
    return feed?.kind === 'inbox' && feed.inbox.full
  }

  #flushSinks(): void {
    void this.onFlush?.()
    for (const sink of this.#sinks) void sink.flush()
  }

  #finish(sink: SinkDriver): Promise<void> {
    const finished = this.#finishOne(sink)
    this.#finishing.add(finished)
    return finished.finally(() => this.#finishing.delete(finished))
  }

  async #finishOne(sink: SinkDriver): Promise<void> {
    if (!this.#sinks.delete(sink)) return
    try {
      this.#options.events.onSinkFinished(sink.name, await sink.finish())
    } catch (reason) {
      this.#options.events.onFailure(sink.name, reason)
    }
  }

  #abort(sink: SinkDriver): void {
    if (!this.#sinks.delete(sink)) return
    const aborted = sink.abort().catch((reason: unknown) => this.#options.events.onFailure(sink.name, reason))
    this.#finishing.add(aborted)
    void aborted.finally(() => this.#finishing.delete(aborted))
  }
}

export function newBatch(needs: ColumnsNeeded): Batch {
  return { nodes: new Map(), starts: [], needs }
}
