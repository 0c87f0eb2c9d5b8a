import { DataError } from '../../../sql/base/diagnostic.ts'
import { fileShrunk } from '../../../sql/messages/raise.ts'
import type { ByteInput, ByteInputState } from '../../format/byte-input.ts'
import type { Clock } from '../connector.ts'
import type { FileSystem } from './file-system.ts'
import { openFile, readFailure } from './open-file.ts'

/** How often a tailed file is looked at when the system sends no events. */
const pollMillis = 200

/**
 * Plain files, read synchronously from the page cache straight into the caller's memory. In `tail` mode the last file
 * never ends: its growth is followed, and a file that shrinks or is replaced is `file_shrunk`.
 */
export class PlainInput implements ByteInput {
  readonly #paths: readonly string[]
  readonly #fileSystem: FileSystem
  readonly #clock: Clock
  readonly #tail: boolean
  readonly #stopped = new AbortController()
  #index = 0
  #descriptor = -1
  #identity = ''
  #sizeBytes = 0
  #offsetBytes = 0
  #bytesBefore = 0

  constructor({
    paths,
    fileSystem,
    clock,
    tail,
  }: {
    paths: readonly string[]
    fileSystem: FileSystem
    clock: Clock
    tail: boolean
  }) {
    this.#paths = paths
    this.#fileSystem = fileSystem
    this.#clock = clock
    this.#tail = tail
  }

  get file(): string {
    return this.#paths[Math.min(this.#index, this.#paths.length - 1)] ?? ''
  }

  get bytesRead(): number {
    return this.#bytesBefore + this.#offsetBytes
  }

  get progress(): number | null {
    if (this.#tail) return null
    const ofFile = this.#descriptor < 0 ? 0 : this.#offsetBytes / Math.max(this.#sizeBytes, this.#offsetBytes, 1)
    return (this.#index + ofFile) / this.#paths.length
  }

  read(into: Uint8Array): number | ByteInputState {
    if (this.#index >= this.#paths.length) return 'end'
    if (this.#descriptor < 0) {
      this.#descriptor = openFile(this.#fileSystem, this.file)
      const { identity, sizeBytes } = this.#fileSystem.factsOfDescriptor(this.#descriptor)
      this.#identity = identity
      this.#sizeBytes = sizeBytes
    }
    const count = this.#readHere(into)
    if (count > 0) {
      this.#offsetBytes += count
      return count
    }
    if (this.#tail && this.#index === this.#paths.length - 1) {
      this.#checkGrowth()
      return 'wait'
    }
    this.#closeFile()
    this.#index += 1
    return 'file_end'
  }

  #readHere(into: Uint8Array): number {
    try {
      return this.#fileSystem.read(this.#descriptor, into, this.#offsetBytes)
    } catch (error) {
      throw readFailure(this.file, error)
    }
  }

  /** Nothing more to read: has the file become shorter, or does the path name another file by now? */
  #checkGrowth(): void {
    const here = this.#fileSystem.factsOfDescriptor(this.#descriptor)
    const named = this.#fileSystem.factsOfPath(this.file)
    if (here.sizeBytes < this.#offsetBytes || named === undefined || named.identity !== this.#identity) {
      throw new DataError(
        fileShrunk(
          { path: this.file },
          { place: { object: this.file, file: this.file, offsetBytes: this.#offsetBytes } },
        ),
      )
    }
  }

  wait(): Promise<void> {
    if (this.#stopped.signal.aborted) return Promise.resolve()
    const changed = new AbortController()
    const signal = AbortSignal.any([changed.signal, this.#stopped.signal])
    const stop = this.#fileSystem.watch(this.file, () => changed.abort())
    return this.#clock.sleep(pollMillis, signal).finally(stop)
  }

  #closeFile(): void {
    if (this.#descriptor >= 0) this.#fileSystem.close(this.#descriptor)
    this.#descriptor = -1
    this.#bytesBefore += this.#offsetBytes
    this.#offsetBytes = 0
  }

  close(): Promise<void> {
    this.#stopped.abort()
    this.#closeFile()
    this.#index = this.#paths.length
    return Promise.resolve()
  }
}
