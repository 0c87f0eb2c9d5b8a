import type { Readable } from 'node:stream'
import type { ByteInput, ByteInputState } from '../../format/byte-input.ts'
import { ChunkQueue } from './chunk-queue.ts'
import { readFailure } from './open-file.ts'

/** A pipe is paused while this much waits. */
const queueBytesMax = 1 << 20

/** Standard input, or any other stream that the system pushes. Ends when the stream ends. */
export class StreamInput implements ByteInput {
  readonly file: string
  readonly #stream: Readable
  readonly #queue = new ChunkQueue(queueBytesMax)
  readonly #onData = (chunk: Uint8Array): void => {
    this.#queue.push(chunk)
    if (this.#queue.isFull) this.#stream.pause()
  }
  readonly #onEnd = (): void => {
    this.#finished = true
    this.#queue.notify()
  }
  readonly #onError = (error: unknown): void => {
    this.#failure = error
    this.#queue.notify()
  }
  #started = false
  #finished = false
  #failure: unknown
  #endTold = false
  #bytesRead = 0

  readonly #onClose: () => void

  /** `onClose`: what becomes of the stream then. Nothing of standard input, for it belongs to the process. */
  constructor(stream: Readable, { file, onClose = () => {} }: { file: string; onClose?: () => void }) {
    this.#stream = stream
    this.file = file
    this.#onClose = onClose
  }

  get bytesRead(): number {
    return this.#bytesRead
  }

  read(into: Uint8Array): number | ByteInputState {
    if (!this.#started) this.#start()
    const count = this.#queue.take(into)
    if (count > 0) {
      this.#bytesRead += count
      if (!this.#queue.isFull && this.#stream.isPaused()) this.#stream.resume()
      return count
    }
    if (this.#failure !== undefined) throw readFailure(this.file, this.#failure)
    if (!this.#finished) return 'wait'
    if (this.#endTold) return 'end'
    this.#endTold = true
    return 'file_end'
  }

  #start(): void {
    this.#started = true
    this.#stream.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onEnd).on('error', this.#onError)
    this.#stream.resume()
  }

  wait(): Promise<void> {
    return this.#queue.wait()
  }

  /** Lets go of the stream without destroying it. A paused one does not keep the process alive. */
  close(): Promise<void> {
    this.#stream.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onEnd).off('error', this.#onError)
    this.#stream.on('error', () => {})
    this.#stream.pause()
    if ('unref' in this.#stream && typeof this.#stream.unref === 'function') this.#stream.unref()
    this.#finished = true
    this.#endTold = true
    this.#queue.clear()
    this.#queue.notify()
    this.#onClose()
    return Promise.resolve()
  }
}
