import { batchBlocksMax } from '../../abi/memory.ts'
import type { SourceReader } from '../../connect/connector.ts'
import type { SourceInput } from '../../dataflow/graph.ts'

/** What one turn of a source came to. */
export type StepResult = 'worked' | 'waits' | 'busy' | 'ended'

export interface DriverCounters {
  rows: number
  bytes: number
}

export interface SourceDriverParts {
  /** Called at the first read. */
  readonly open: () => SourceReader
  readonly input: SourceInput
  /** Ends by itself. */
  readonly bounded: boolean
  readonly beforeRead?: (() => void) | undefined
}

/** One running source: moves blocks from its reader into the graph. */
export class SourceDriver {
  readonly name: string
  readonly bounded: boolean
  readonly #open: () => SourceReader
  readonly #beforeRead: (() => void) | undefined
  #reader: SourceReader | null = null
  readonly #input: SourceInput
  #ended = false
  #closed = false
  #failure: { readonly reason: unknown } | null = null
  #wait: Promise<void> | null = null
  #rows = 0
  /** Blocks of the batch that goes on. */
  #openBlocks = 0
  /** Called when `wait` is over. */
  onWake: () => void = () => {}

  constructor(name: string, parts: SourceDriverParts) {
    this.name = name
    this.bounded = parts.bounded
    this.#open = parts.open
    this.#beforeRead = parts.beforeRead
    this.#input = parts.input
  }

  get ended(): boolean {
    return this.#ended
  }

  get failure(): { readonly reason: unknown } | null {
    return this.#failure
  }

  /** Set while the reader has nothing: resolves when it is worth another `step`. */
  get wait(): Promise<void> | null {
    return this.#wait
  }

  get busy(): boolean {
    return this.#input.busy
  }

  /** Rows read so far, and bytes of input that they took. */
  get counters(): DriverCounters {
    return { rows: this.#rows, bytes: this.#reader?.bytesRead ?? 0 }
  }

  /** How much of the input has been read, 0 to 1; null: nobody knows. */
  get progress(): number | null {
    if (this.#ended) return 1
    return this.bounded ? (this.#reader?.progress ?? null) : null
  }

  get reader(): SourceReader | null {
    return this.#reader
  }

  /**
   * Reads one block and hands it to the graph. An error ends the source without closing its windows: what is unfinished
   * must not look final. It is kept in `failure`.
   */
  step(): StepResult {
    if (this.#input.busy) return this.#ended ? 'ended' : 'busy'
    if (this.#ended) {
      void this.#close()
      return 'ended'
    }
    if (this.#wait !== null) return 'waits'
    try {
      return this.#read()
    } catch (error) {
      this.#failure = { reason: error }
      this.#ended = true
      this.flush()
      void this.#close()
      return 'worked'
    }
  }

  #read(): StepResult {
    this.#reader ??= this.#open()
    this.#beforeRead?.()
    const result = this.#reader.read()
    switch (result.kind) {
      case 'rows':
        this.#rows += result.count
        this.#push(result.count)
        return 'worked'
      case 'watermark':
        this.#openBlocks = 0
        this.#input.watermark(result.micros)
        return 'worked'
      case 'wait':
        this.#wait = result.until.then(() => {
          this.#wait = null
          this.onWake()
        })
        return this.flush() ? 'worked' : 'waits'
      case 'end':
        this.#ended = true
        this.#input.end()
        void this.#close()
        return 'worked'
      default:
        return result satisfies never
    }
  }

  /** A batch is what is there to be read, up to so many blocks. */
  #push(count: number): void {
    this.#openBlocks += 1
    if (this.#openBlocks < batchBlocksMax) this.#input.push(count, 'goes_on')
    else {
      this.#openBlocks = 0
      this.#input.push(count, 'ends')
    }
  }

  /** Ends the batch in hand; false: there is none. */
  flush(): boolean {
    this.#openBlocks = 0
    return this.#input.flush()
  }

  /** Takes no more input; windows stay open. The reader's memory stays until the rows that it has read have had their effect. Idempotent. */
  async stop(): Promise<void> {
    this.#ended = true
    if (this.flush()) this.onWake()
    if (!this.#input.busy) await this.#close()
  }

  /** As `stop`, when nobody looks at the source's rows any more. */
  async close(): Promise<void> {
    this.#ended = true
    await this.#close()
  }

  async #close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#reader?.close()
  }
}
