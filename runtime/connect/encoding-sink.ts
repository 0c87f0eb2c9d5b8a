import { DataError, SqlError } from '../../sql/base/diagnostic.ts'
import { invalidOption } from '../../sql/messages/raise.ts'
import type { OutputFormat } from '../abi/format.ts'
import type { Encoder } from '../format/encoder.ts'
import { makeEncoder } from '../format/make-encoder.ts'
import { UpsertFilter } from '../format/upsert-filter.ts'
import type { SinkContext, SinkSummary, SinkWriter } from './connector.ts'

/** Encoded bytes are handed on in pieces of this size. */
const pieceBytes = 1 << 18
/** Whoever writes waits while more than this is on its way. */
const pendingBytesMax = 1 << 20

/** Where a sink's bytes go, and how it ends. `write` rejects with DataError. */
export interface SinkTarget {
  /** When `write` has resolved, its bytes are no longer looked at: they may be written to again. */
  readonly returnsBytes: boolean
  write(bytes: Uint8Array): Promise<'open' | 'closed'>
  finish(): Promise<void>
  abort(): Promise<void>
}

/** Rows to bytes to a target, with a bounded number of bytes on their way. */
export class EncodingSink implements SinkWriter {
  readonly #encoder: Encoder
  readonly #target: SinkTarget
  readonly #weights: (block: number, row: number) => number
  readonly #filter: UpsertFilter | undefined
  /** Memory that the target has given back. */
  readonly #spare: ArrayBuffer[] = []
  #tail: Promise<void> = Promise.resolve()
  #pendingBytes = 0
  #rows = 0
  #bytes = 0
  #failure: DataError | undefined
  #closedByReader = false

  constructor(context: SinkContext, { format, target }: { format: OutputFormat; target: SinkTarget }) {
    const { views, layout, columns, key } = context
    const { weightOffset } = layout
    this.#target = target
    this.#encoder = makeEncoder({ views, layout, columns }, format)
    this.#weights =
      weightOffset === null ? () => 1 : (block, row) => views.i32[((block + weightOffset) >> 2) + row] ?? 0
    if (format.changelog === 'upsert') {
      if (key.length === 0)
        throw new SqlError([invalidOption({ name: 'changelog', reason: `sink ${context.name} has no unique key` })])
      this.#filter = new UpsertFilter(context)
    }
    this.#encoder.begin()
  }

  get closedByReader(): boolean {
    return this.#closedByReader
  }

  write(block: number, count: number): void {
    if (this.#failure) throw this.#failure
    if (this.#closedByReader) return
    this.#filter?.begin(block, count)
    for (let row = 0; row < count; row++) {
      if (this.#filter?.drops(row)) continue
      this.#encoder.encodeRow(block, row)
      this.#rows += Math.abs(this.#weights(block, row))
      if (this.#encoder.out.at >= pieceBytes) this.#send()
    }
  }

  #send(): void {
    const { out } = this.#encoder
    if (out.at === 0) return
    const bytes = this.#target.returnsBytes ? out.exchange(this.#spare.pop()) : out.take()
    this.#bytes += bytes.length
    this.#pendingBytes += bytes.length
    this.#tail = this.#tail.then(() => this.#deliver(bytes))
  }

  async #deliver(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (this.#failure === undefined && !this.#closedByReader) {
      try {
        if ((await this.#target.write(bytes)) === 'closed') this.#closedByReader = true
      } catch (error) {
        if (!(error instanceof DataError)) throw error
        this.#failure = error
      }
    }
    this.#pendingBytes -= bytes.length
    if (this.#target.returnsBytes) this.#spare.push(bytes.buffer)
  }

  ready(): true | Promise<void> {
    if (this.#failure) throw this.#failure
    return this.#pendingBytes <= pendingBytesMax ? true : this.#settle()
  }

  async #settle(): Promise<void> {
    await this.#tail
    if (this.#failure) throw this.#failure
  }

  async flush(): Promise<void> {
    this.#send()
    await this.#settle()
  }

  async finish(): Promise<SinkSummary> {
    await this.flush()
    await this.#target.finish()
    return { rows: this.#rows, bytes: this.#bytes }
  }

  async abort(): Promise<void> {
    await this.#tail
    await this.#target.abort()
  }
}
