import { createGunzip, createZstdDecompress } from 'node:zlib'
import { PassThrough, type Transform } from 'node:stream'
import { DataError } from '../../../sql/base/diagnostic.ts'
import { fileUnreadable, truncatedInput } from '../../../sql/messages/raise.ts'
import type { ByteInput, ByteInputState } from '../../format/byte-input.ts'
import { ChunkQueue } from './chunk-queue.ts'
import { type FileSystem, systemCode, systemReason } from './file-system.ts'
import { openFile, readFailure } from './open-file.ts'

/** Compressed bytes handed to the decompressor at a time: even at 1000:1 what comes out of one hand-over stays below 64 MiB. */
const feedBytes = 65_536
const queueBytesMax = 1 << 20

export type Compression = 'none' | 'gzip' | 'zstd'

/** By suffix. */
export function compressionOf(path: string): Compression {
  if (path.endsWith('.gz')) return 'gzip'
  return path.endsWith('.zst') ? 'zstd' : 'none'
}

/**
 * Compressed files. The decompressor runs in the system's thread pool and is fed only while its output is wanted. When it fails, what
 * came out before is delivered first.
 */
export class CompressedInput implements ByteInput {
  readonly #paths: readonly string[]
  readonly #fileSystem: FileSystem
  readonly #queue = new ChunkQueue(queueBytesMax)
  #index = 0
  #descriptor = -1
  #decompressor: Transform | undefined
  #feeding = false
  #inputEnded = false
  #outputEnded = false
  #failure: unknown
  #offsetBytes = 0
  #bytesBefore = 0

  constructor(paths: readonly string[], fileSystem: FileSystem) {
    this.#paths = paths
    this.#fileSystem = fileSystem
  }

  get file(): string {
    return this.#paths[Math.min(this.#index, this.#paths.length - 1)] ?? ''
  }

  get bytesRead(): number {
    return this.#bytesBefore + this.#offsetBytes
  }

  read(into: Uint8Array): number | ByteInputState {
    if (this.#index >= this.#paths.length) return 'end'
    if (this.#decompressor === undefined) this.#openFile()
    const count = this.#queue.take(into)
    this.#feed()
    if (count > 0) return count
    if (this.#failure !== undefined) throw this.#asDataError(this.#failure)
    if (!this.#outputEnded) return 'wait'
    this.#closeFile()
    this.#index += 1
    return 'file_end'
  }

  #openFile(): void {
    this.#descriptor = openFile(this.#fileSystem, this.file)
    const decompressor = decompressorOf(this.file)
    this.#decompressor = decompressor
    this.#inputEnded = false
    this.#outputEnded = false
    decompressor.on('data', (chunk: Uint8Array) => this.#queue.push(chunk))
    decompressor.on('end', () => {
      this.#outputEnded = true
      this.#queue.notify()
    })
    decompressor.on('error', (error) => this.#fail(error))
  }

  #feed(): void {
    const decompressor = this.#decompressor
    if (
      decompressor === undefined ||
      this.#feeding ||
      this.#inputEnded ||
      this.#failure !== undefined ||
      this.#queue.isFull
    )
      return
    const compressed = new Uint8Array(feedBytes)
    let count = 0
    try {
      count = this.#fileSystem.read(this.#descriptor, compressed, this.#offsetBytes)
    } catch (error) {
      this.#fail(readFailure(this.file, error))
      return
    }
    if (count === 0) {
      this.#inputEnded = true
      decompressor.end()
      return
    }
    this.#offsetBytes += count
    this.#feeding = true
    decompressor.write(compressed.subarray(0, count), () => {
      this.#feeding = false
      this.#feed()
      this.#queue.notify()
    })
  }

  #fail(error: unknown): void {
    this.#failure ??= error
    this.#queue.notify()
  }

  #asDataError(error: unknown): DataError {
    if (error instanceof DataError) return error
    const place = { object: this.file, file: this.file }
    const truncated =
      systemCode(error) === 'Z_BUF_ERROR' || /unexpected end|truncated|incomplete/i.test(systemReason(error))
    return new DataError(
      truncated
        ? truncatedInput({ what: `the compressed file ${this.file}` }, { place })
        : fileUnreadable({ path: this.file, reason: systemReason(error) }, { place }),
    )
  }

  wait(): Promise<void> {
    return this.#queue.wait()
  }

  #closeFile(): void {
    if (this.#descriptor >= 0) this.#fileSystem.close(this.#descriptor)
    this.#descriptor = -1
    this.#decompressor?.destroy()
    this.#decompressor = undefined
    this.#bytesBefore += this.#offsetBytes
    this.#offsetBytes = 0
  }

  close(): Promise<void> {
    this.#closeFile()
    this.#index = this.#paths.length
    this.#queue.clear()
    this.#queue.notify()
    return Promise.resolve()
  }
}

/** Plain files among compressed ones pass through. */
export function decompressorOf(path: string): Transform {
  switch (compressionOf(path)) {
    case 'gzip':
      return createGunzip()
    case 'zstd':
      return createZstdDecompress()
    case 'none':
      return new PassThrough()
  }
}
