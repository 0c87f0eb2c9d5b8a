import type { SinkSummary, SinkWriter } from '../../connect/connector.ts'
import type { Consumer } from '../../dataflow/graph.ts'

export interface SinkEvents {
  /** The sink has failed; it takes no more rows. Called once. */
  readonly onFailure: (sink: string, reason: unknown) => void
  /** Nobody reads what the sink writes any more. Called once. */
  readonly onClosedByReader: (sink: string) => void
  /** No more rows will come: the sink may be finished. */
  readonly onEnd: (sink: SinkDriver) => void
}

/** A sink's writer as a consumer of the graph: `ready` holds the graph up while bytes are on their way. */
export class SinkDriver implements Consumer {
  readonly name: string
  readonly #writer: SinkWriter
  readonly #events: SinkEvents
  #rows = 0
  #unflushed = false
  #flushing: Promise<void> = Promise.resolve()
  #ended = false
  #failure: { readonly reason: unknown } | null = null
  #closedSeen = false

  constructor(name: string, writer: SinkWriter, events: SinkEvents) {
    this.name = name
    this.#writer = writer
    this.#events = events
  }

  /** Rows taken, before an upsert filter. */
  get rows(): number {
    return this.#rows
  }

  /** The query has ended; `finish` may be called. */
  get ended(): boolean {
    return this.#ended
  }

  get broken(): boolean {
    return this.#failure !== null
  }

  ready(): true | Promise<void> {
    try {
      const ready = this.#writer.ready()
      return ready === true ? true : ready.catch((reason: unknown) => this.#fail(reason))
    } catch (reason) {
      this.#fail(reason)
      return true
    }
  }

  accept(block: number, count: number): void {
    if (this.#failure !== null) throw this.#failure.reason
    this.#rows += count
    this.#unflushed = true
    this.#writer.write(block, count)
    this.#noticeClosed()
  }

  end(): void {
    this.#ended = true
    this.#events.onEnd(this)
  }

  failed(reason: unknown): void {
    this.#fail(reason)
  }

  /** Resolves when what has been written so far has left for its reader; failures go to `onFailure`. */
  flush(): Promise<void> {
    if (this.#unflushed && this.#failure === null) {
      this.#unflushed = false
      this.#flushing = this.#flushing.then(() => this.#flushNow())
    }
    return this.#flushing
  }

  async #flushNow(): Promise<void> {
    try {
      await this.#writer.flush()
      this.#noticeClosed()
    } catch (reason) {
      this.#fail(reason)
    }
  }

  /** Ends well. @throws DataError of the sink, also one of before */
  async finish(): Promise<SinkSummary> {
    if (this.#failure !== null) {
      await this.#writer.abort()
      throw this.#failure.reason
    }
    return await this.#writer.finish()
  }

  /** Ends badly: what was written is undone where the sink can. */
  async abort(): Promise<void> {
    await this.#writer.abort()
  }

  #noticeClosed(): void {
    if (this.#closedSeen || !this.#writer.closedByReader) return
    this.#closedSeen = true
    this.#events.onClosedByReader(this.name)
  }

  #fail(reason: unknown): void {
    if (this.#failure !== null) return
    this.#failure = { reason }
    this.#events.onFailure(this.name, reason)
  }
}
