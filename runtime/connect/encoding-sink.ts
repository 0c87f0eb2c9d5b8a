import { SqlError } from '../../sql/base/diagnostic.ts'
import { invalidOption } from '../../sql/messages/raise.ts'
import type { OutputFormat } from '../abi/format.ts'
import { EncodedRows } from '../format/encoded-rows.ts'
import { UpsertFilter } from '../format/upsert-filter.ts'
import type { SinkContext, SinkSummary, SinkWriter } from './connector.ts'

/** Whoever writes waits while more than this is on its way. */
const pendingBytesMax = 1 << 20

/** Where a sink's bytes go, and how it ends. What rejects does so with DataError. */
export interface SinkTarget {
  /** When `write` has resolved, its bytes are no longer looked at: they may be written to again. */
  readonly returnsBytes: boolean
  write(bytes: Uint8Array): Promise<'open' | 'closed'>
  finish(): Promise<void>
  /** Also after a `finish` that has failed. */
  abort(): Promise<void>
}

/** Rows to bytes to a target, with a bounded number of bytes on their way. */
export class EncodingSink implements SinkWriter {
  readonly #encoded: EncodedRows
  readonly #target: SinkTarget
  readonly #views: SinkContext['views']
  readonly #weightOffset: number | null
  readonly #filter: UpsertFilter | undefined
  #tail: Promise<void> = Promise.resolve()
  #pendingBytes = 0
  #rows = 0
  #bytes = 0
  #failure: { readonly reason: unknown } | undefined
  #closedByReader = false

  /** `open` is called when nothing else can fail any more. */
  constructor(context: SinkContext, { format, open }: { format: OutputFormat; open: () => SinkTarget }) {
    const { views, layout, key } = context
    this.#views = views
    this.#weightOffset = layout.weightOffset
    if (format.changelog === 'upsert') {
      if (key.length === 0)
        throw new SqlError([invalidOption({ name: 'changelog', reason: `sink ${context.name} has no unique key` })])
      this.#filter = new UpsertFilter(context)
    }
    this.#encoded = new EncodedRows(context)
    try {
      this.#writeHeader(context, format)
      this.#target = open()
    } catch (error) {
      this.#encoded.close()
      throw error
    }
  }

  #writeHeader({ layout, columns }: SinkContext, format: OutputFormat): void {
    if (format.kind !== 'csv' || !format.csv.header) return
    const weight = format.changelog === 'weight' || layout.weightOffset !== null ? ['$weight'] : []
    this.#encoded.writeHeader({ names: [...columns.map(({ name }) => name), ...weight], dialect: format.csv })
  }

  get closedByReader(): boolean {
    return this.#closedByReader
  }

  write(block: number, count: number): void {
    this.#check()
    if (this.#closedByReader) return
    const filter = this.#filter
    if (filter === undefined) {
      this.#encode(block, 0, count)
      return
    }
    filter.begin(block, count)
    for (let row = 0; row < count;) {
      if (filter.drops(row)) row++
      else {
        const from = row
        while (row < count && !filter.drops(row)) row++
        this.#encode(block, from, row)
      }
    }
  }

  #encode(block: number, from: number, to: number): void {
    this.#rows += this.#weightOf(block, from, to)
    for (let row = from; row < to;) {
      row = this.#encoded.encode(block, row, to)
      if (row < to) this.#send()
    }
  }

  #weightOf(block: number, from: number, to: number): number {
    if (this.#weightOffset === null) return to - from
    const { i32 } = this.#views
    const weights = (block + this.#weightOffset) >> 2
    let sum = 0
    for (let row = from; row < to; row++) sum += Math.abs(i32[weights + row] ?? 0)
    return sum
  }

  #send(): void {
    if (this.#encoded.lengthBytes === 0) return
    const bytes = this.#target.returnsBytes ? this.#encoded.take() : this.#encoded.copy()
    this.#bytes += bytes.length
    this.#pendingBytes += bytes.length
    this.#tail = this.#tail.then(() => this.#deliver(bytes))
  }

  async #deliver(bytes: Uint8Array): Promise<void> {
    if (this.#failure === undefined && !this.#closedByReader) {
      try {
        if ((await this.#target.write(bytes)) === 'closed') this.#closedByReader = true
      } catch (reason) {
        this.#failure = { reason }
      }
    }
    this.#pendingBytes -= bytes.length
    if (this.#target.returnsBytes) this.#encoded.giveBack(bytes)
  }

  ready(): true | Promise<void> {
    this.#check()
    return this.#pendingBytes <= pendingBytesMax ? true : this.#settle()
  }

  async #settle(): Promise<void> {
    await this.#tail
    this.#check()
  }

  #check(): void {
    if (this.#failure) throw this.#failure.reason
  }

  async flush(): Promise<void> {
    this.#send()
    await this.#settle()
  }

  async finish(): Promise<SinkSummary> {
    try {
      await this.flush()
      await this.#target.finish()
    } catch (error) {
      await this.abort()
      throw error
    }
    this.#encoded.close()
    return { rows: this.#rows, bytes: this.#bytes }
  }

  /** What came before the failure is written: a stream, and a file that is added to, keep it. */
  async abort(): Promise<void> {
    this.#send()
    await this.#tail
    this.#encoded.close()
    await this.#target.abort()
  }
}
