import { InternalError } from '../../sql/base/diagnostic.ts'
import { sinkControl } from '../abi/artifact.ts'
import { encodeStepBytes } from '../abi/encode.ts'
import { pageSizeBytes } from '../abi/memory.ts'
import type { ByteAllocator, Encoder, SinkContext } from '../connect/connector.ts'
import { csvHeaderBytesMax, writeCsvHeader, type CsvHeader } from './csv-header.ts'
import { OutputBuffer } from './output-buffer.ts'

/** Whole pages: as much as stays in the processor's nearer caches. */
const roomBytesStart = pageSizeBytes

/**
 * What an encoder has made of rows. It writes into a room in linear memory, which is emptied after each call; a line that does not fit makes
 * the room larger.
 */
export class EncodedRows {
  readonly out = new OutputBuffer()
  readonly #views: SinkContext['views']
  readonly #allocator: ByteAllocator
  readonly #encoder: Encoder
  #base = 0
  #sizeBytes = 0

  /** @throws DataError out_of_memory */
  constructor({ views, allocator, encoder }: Pick<SinkContext, 'views' | 'allocator' | 'encoder'>) {
    if (encoder === null) throw new InternalError('expected an encoder')
    this.#views = views
    this.#allocator = allocator
    this.#encoder = encoder
    this.#reserve(roomBytesStart)
  }

  writeHeader(header: CsvHeader): void {
    const sizeBytes = csvHeaderBytesMax(header)
    if (sizeBytes > this.#sizeBytes) this.#grow(sizeBytes)
    this.out.append(writeCsvHeader(this.#views, this.#base, header))
  }

  /** Encodes rows from .. n - 1 of a block; n, which may be less than `to`: ask again. */
  encode(block: number, from: number, to: number): number {
    const { i32, f64, u8 } = this.#views
    const { control } = this.#encoder
    const at = (control + sinkControl.at) >> 2
    i32[at] = this.#base
    i32[(control + sinkControl.end) >> 2] = this.#base + this.#sizeBytes - encodeStepBytes
    const next = this.#encoder.encode(block, from, to)
    const end = i32[at] ?? 0
    if (end > this.#base) this.out.append(u8.subarray(this.#base, end))
    else if (next === from) this.#grow((f64[(control + sinkControl.needed) >> 3] ?? 0) + encodeStepBytes)
    return next
  }

  /** Frees everything; idempotent. */
  close(): void {
    if (this.#sizeBytes > 0) this.#allocator.release(this.#base, this.#sizeBytes)
    this.#sizeBytes = 0
  }

  #grow(neededBytes: number): void {
    this.close()
    this.#reserve(Math.ceil(neededBytes / pageSizeBytes) * pageSizeBytes)
  }

  #reserve(sizeBytes: number): void {
    this.#base = this.#allocator.allocate(sizeBytes)
    this.#sizeBytes = sizeBytes
  }
}
