import { createGzip, createZstdCompress } from 'node:zlib'
import { finished } from 'node:stream/promises'
import type { Transform } from 'node:stream'
import { DataError } from '../../../sql/base/diagnostic.ts'
import { sinkUnwritable } from '../../../sql/messages/raise.ts'
import { parseOutputFormat, takesChanges } from '../../format/format-options.ts'
import type { ConnectorDeclaration, SinkConnector, SinkContext } from '../connector.ts'
import { EncodingSink, type SinkTarget } from '../encoding-sink.ts'
import { type Compression, compressionOf } from './compressed-input.ts'
import { type FileSystem, systemReason } from './file-system.ts'

/**
 * Plans `connector = 'file'` as a sink. The file appears when the run ends well: rows go to a temporary file beside it,
 * which is then renamed; `mode = 'append'` adds to the file itself.
 */
export function planFileSink(
  declaration: ConnectorDeclaration,
  { fileSystem, processId }: { fileSystem: FileSystem; processId: number },
): SinkConnector {
  const { options } = declaration
  const path = options.requiredText('path')
  if (path === '') options.refuse('path', 'a path, or - for standard output')
  const mode = options.choice('mode', ['replace', 'append'], 'replace')
  const format = parseOutputFormat(declaration)
  if (path === '-') {
    if (mode === 'append') options.contradict('mode', 'standard output is not a file')
    return {
      takesChanges: takesChanges(format),
      format,
      open: (context) => new EncodingSink(context, { format, target: streamTarget(context) }),
    }
  }
  const open = (context: SinkContext): EncodingSink =>
    new EncodingSink(context, { format, target: openTarget(context.name, { path, mode, fileSystem, processId }) })
  return { takesChanges: takesChanges(format), format, open }
}

/** Standard output: nothing to rename, nothing to undo. */
export function streamTarget({ name, stdout }: SinkContext): SinkTarget {
  return {
    write: async (bytes) => {
      try {
        return await stdout.write(bytes)
      } catch (error) {
        throw unwritable({ name, path: '-' }, error)
      }
    },
    finish: () => Promise.resolve(),
    abort: () => Promise.resolve(),
  }
}

function openTarget(
  name: string,
  {
    path,
    mode,
    fileSystem,
    processId,
  }: { path: string; mode: 'replace' | 'append'; fileSystem: FileSystem; processId: number },
): SinkTarget {
  const partial = mode === 'append' ? path : `${path}.${processId}.partial`
  try {
    const descriptor = mode === 'append' ? fileSystem.openForAppending(path) : fileSystem.openForWriting(partial)
    const target = new FileTarget({ name, path, partial, descriptor, fileSystem })
    const compression = compressionOf(path)
    return compression === 'none' ? target : new CompressedTarget(target, compression)
  } catch (error) {
    throw unwritable({ name, path }, error)
  }
}

class FileTarget implements SinkTarget {
  readonly #name: string
  readonly #path: string
  readonly #partial: string
  readonly #descriptor: number
  readonly #fileSystem: FileSystem
  #open = true

  constructor({
    name,
    path,
    partial,
    descriptor,
    fileSystem,
  }: {
    name: string
    path: string
    partial: string
    descriptor: number
    fileSystem: FileSystem
  }) {
    this.#name = name
    this.#path = path
    this.#partial = partial
    this.#descriptor = descriptor
    this.#fileSystem = fileSystem
  }

  async write(bytes: Uint8Array): Promise<'open'> {
    try {
      await this.#fileSystem.write(this.#descriptor, bytes)
      return 'open'
    } catch (error) {
      throw unwritable({ name: this.#name, path: this.#path }, error)
    }
  }

  finish(): Promise<void> {
    try {
      this.#close()
      if (this.#partial !== this.#path) this.#fileSystem.rename(this.#partial, this.#path)
      return Promise.resolve()
    } catch (error) {
      return Promise.reject(unwritable({ name: this.#name, path: this.#path }, error))
    }
  }

  abort(): Promise<void> {
    this.#close()
    if (this.#partial !== this.#path && this.#fileSystem.factsOfPath(this.#partial) !== undefined)
      this.#fileSystem.remove(this.#partial)
    return Promise.resolve()
  }

  #close(): void {
    if (this.#open) this.#fileSystem.close(this.#descriptor)
    this.#open = false
  }
}

/** Compresses on the way: what the compressor has put out is written before the next piece goes in. */
class CompressedTarget implements SinkTarget {
  readonly #target: FileTarget
  readonly #compressor: Transform
  readonly #chunks: Uint8Array[] = []

  constructor(target: FileTarget, compression: Exclude<Compression, 'none'>) {
    this.#target = target
    this.#compressor = compression === 'gzip' ? createGzip() : createZstdCompress()
    this.#compressor.on('data', (chunk: Uint8Array) => this.#chunks.push(chunk))
  }

  async write(bytes: Uint8Array): Promise<'open'> {
    await new Promise<void>((resolve, reject) => {
      this.#compressor.write(bytes, (error) => (error ? reject(error) : resolve()))
    })
    return this.#writeChunks()
  }

  async #writeChunks(): Promise<'open'> {
    for (const chunk of this.#chunks.splice(0)) await this.#target.write(chunk)
    return 'open'
  }

  async finish(): Promise<void> {
    this.#compressor.end()
    await finished(this.#compressor)
    await this.#writeChunks()
    await this.#target.finish()
  }

  abort(): Promise<void> {
    this.#compressor.destroy()
    return this.#target.abort()
  }
}

function unwritable({ name, path }: { name: string; path: string }, error: unknown): DataError {
  return new DataError(
    sinkUnwritable({ name, path, reason: systemReason(error) }, { place: { object: name, file: path } }),
  )
}
