import { InternalError } from '../../sql/base/diagnostic.ts'
import { sinkControl } from '../abi/artifact.ts'
import { encodeStepBytes } from '../abi/encode.ts'
import { pageSizeBytes } from '../abi/memory.ts'
import type { ByteAllocator, Encoder, SinkContext } from '../connect/connector.ts'
import { csvHeaderBytesMax, writeCsvHeader, type CsvHeader } from './csv-header.ts'

/** Bytes are handed on in pieces of nearly this size. */
const roomBytes = 1 << 18

interface Room {
  readonly base: number
  readonly sizeBytes: number
}

const noRoom: Room = { base: 0, sizeBytes: 0 }

/**
 * What an encoder makes of rows. It writes into a room in linear memory; a room that is full is taken as it is, by whoever writes its bytes, and the encoder
 * goes on in another one. A line that does not fit gets a larger room.
 */
export class EncodedRows {
  readonly #views: SinkContext['views']
  readonly #allocator: ByteAllocator
  readonly #encoder: Encoder
  #room: Room
  /** Where the next byte goes. */
  #at: number
  readonly #spare: Room[] = []
  readonly #taken = new Map<Uint8Array, Room>()

  /** @throws DataError out_of_memory */
  constructor({ views, allocator, encoder }: Pick<SinkContext, 'views' | 'allocator' | 'encoder'>) {
    if (encoder === null) throw new InternalError('expected an encoder')
    this.#views = views
    this.#allocator = allocator
    this.#encoder = encoder
    this.#room = this.#newRoom(roomBytes)
    this.#at = this.#room.base
  }

  /** Of the room in hand. */
  get lengthBytes(): number {
    return this.#at - this.#room.base
  }

  /** Before any row. */
  writeHeader(header: CsvHeader): void {
    const sizeBytes = csvHeaderBytesMax(header)
    if (sizeBytes > this.#room.sizeBytes) this.#grow(sizeBytes)
    this.#at = writeCsvHeader(this.#views, this.#room.base, header)
  }

  /**
   * Encodes rows from .. n - 1 of a block; n. When that is less than `to` the room is to be taken, if there is anything in it, before the next call.
   *
   * @throws DataError out_of_memory
   */
  encode(block: number, from: number, to: number): number {
    const { i32, f64 } = this.#views
    const { control } = this.#encoder
    // not as soon as one is taken: that needs no memory, whoever ends badly for want of it still gives up its bytes
    if (this.#room === noRoom) this.#enter(this.#spare.pop() ?? this.#newRoom(roomBytes))
    const { base, sizeBytes } = this.#room
    i32[(control + sinkControl.at) >> 2] = this.#at
    i32[(control + sinkControl.end) >> 2] = base + sizeBytes - encodeStepBytes
    const next = this.#encoder.encode(block, from, to)
    this.#at = i32[(control + sinkControl.at) >> 2] ?? 0
    if (next < to && this.#at === base) this.#grow((f64[(control + sinkControl.needed) >> 3] ?? 0) + encodeStepBytes)
    return next
  }

  /** A copy of what is in the room, which is empty afterwards. */
  copy(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.lengthBytes)
    bytes.set(this.#bytes())
    this.#at = this.#room.base
    return bytes
  }

  /** What is in the room, itself: to be given back when it was looked at. Of a larger room a copy: it has six times what its line may need. */
  take(): Uint8Array {
    if (this.#room.sizeBytes > roomBytes) {
      const bytes = this.copy()
      this.#leaveRoom()
      return bytes
    }
    const bytes = this.#bytes()
    this.#taken.set(bytes, this.#room)
    this.#enter(noRoom)
    return bytes
  }

  giveBack(bytes: Uint8Array): void {
    const room = this.#taken.get(bytes)
    if (room === undefined) return
    this.#spare.push(room)
    this.#taken.delete(bytes)
  }

  /** Frees everything; idempotent. All that was taken has been given back. */
  close(): void {
    for (const room of this.#spare.splice(0)) this.#release(room)
    this.#leaveRoom()
  }

  #bytes(): Uint8Array {
    return this.#views.u8.subarray(this.#room.base, this.#at)
  }

  /** The room is empty: it is given back first, for the larger one may need its place. */
  #grow(neededBytes: number): void {
    this.#leaveRoom()
    this.#enter(this.#newRoom(Math.ceil(neededBytes / pageSizeBytes) * pageSizeBytes))
  }

  #leaveRoom(): void {
    this.#release(this.#room)
    this.#enter(noRoom)
  }

  #enter(room: Room): void {
    this.#room = room
    this.#at = room.base
  }

  #release({ base, sizeBytes }: Room): void {
    if (sizeBytes > 0) this.#allocator.release(base, sizeBytes)
  }

  #newRoom(sizeBytes: number): Room {
    return { base: this.#allocator.allocate(sizeBytes), sizeBytes }
  }
}
