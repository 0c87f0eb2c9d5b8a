import { setImmediate } from 'node:timers/promises'
import type { RecordBatchStreamWriter, Schema } from 'apache-arrow'
import type { ByteStream } from '../../connect/connector.ts'
import { loadArrow, type ArrowLibrary } from '../../engine/rows/arrow-library.ts'
import { arrowSchema, toRecordBatch } from '../../engine/rows/arrow-output.ts'
import { copyBlock, type CopiedBlock } from '../../engine/rows/copied-block.ts'
import type { ResultColumn } from '../../engine/rows/rows-to-blocks.ts'
import type { OutputEvents, ResultOutput } from './output.ts'

/** Batches that wait to be written; more hold the query up. */
const waitingMax = 16

/** An Arrow IPC stream on standard output. On changing results the column `$weight` tells inserts (1) from deletes (-1). */
export function arrowOutput(stdout: ByteStream, events: OutputEvents): ResultOutput {
  const blocks = new IpcStream(stdout, events)
  let rows = 0
  return {
    open({ parts }, shape) {
      const { views } = parts.memory
      blocks.begin(
        shape.columns.flatMap((column) => (column === null ? [] : [column])),
        { weights: shape.mode === 'retract' },
      )
      return {
        ready: () => blocks.ready(),
        accept(block, count) {
          rows += count
          blocks.add(copyBlock(views, shape, { block, count }))
        },
        failed: (reason) => events.onFailure(reason),
      }
    },
    flush: () => blocks.settled(),
    finish: () => blocks.finish(),
    get rows() {
      return rows
    },
  }
}

interface OpenWriter {
  readonly arrow: ArrowLibrary
  readonly schema: Schema
  readonly stream: RecordBatchStreamWriter
  readonly bytes: AsyncIterator<Uint8Array>
}

/** Blocks to bytes, one after the other, each written before the next is encoded. */
class IpcStream {
  readonly #stdout: ByteStream
  readonly #events: OutputEvents
  #columns: readonly ResultColumn[] = []
  #weights = false
  #writer: OpenWriter | null = null
  #tail: Promise<void> = Promise.resolve()
  #waiting = 0
  #next: Promise<IteratorResult<Uint8Array>> | null = null

  constructor(stdout: ByteStream, events: OutputEvents) {
    this.#stdout = stdout
    this.#events = events
  }

  begin(columns: readonly ResultColumn[], { weights }: { readonly weights: boolean }): void {
    this.#columns = columns
    this.#weights = weights
  }

  ready(): true | Promise<void> {
    return this.#waiting < waitingMax ? true : this.#tail
  }

  settled(): Promise<void> {
    return this.#tail
  }

  add(block: CopiedBlock): void {
    this.#waiting++
    this.#then(async () => {
      const { arrow, schema, stream, bytes } = await this.#open()
      stream.write(toRecordBatch(arrow, schema, block))
      await this.#writeOut(bytes)
      this.#waiting--
    })
  }

  async finish(): Promise<void> {
    this.#then(async () => {
      const { stream, bytes } = await this.#open()
      stream.finish()
      await this.#writeOut(bytes)
    })
    await this.#tail
  }

  /** The writer makes many small pieces of a message: all that are there now, or up to the end. */
  async #writeOut(bytes: AsyncIterator<Uint8Array>): Promise<void> {
    const pieces: Uint8Array[] = []
    for (;;) {
      this.#next ??= bytes.next()
      const piece = await Promise.race([this.#next, setImmediate(null)])
      if (piece === null || piece.done === true) break
      this.#next = null
      pieces.push(piece.value)
    }
    if (pieces.length > 0) await this.#write(Buffer.concat(pieces))
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if ((await this.#stdout.write(bytes)) === 'closed') this.#events.onClosedByReader()
  }

  #then(work: () => Promise<void>): void {
    this.#tail = this.#tail.then(work).catch((reason: unknown) => this.#events.onFailure(reason))
  }

  async #open(): Promise<OpenWriter> {
    if (this.#writer !== null) return this.#writer
    const arrow = await loadArrow()
    const schema = arrowSchema(arrow, this.#columns, { weights: this.#weights })
    const stream = new arrow.RecordBatchStreamWriter()
    stream.reset(undefined, schema)
    this.#writer = { arrow, schema, stream, bytes: stream[Symbol.asyncIterator]() }
    return this.#writer
  }
}
