import { createGzip, createZstdCompress } from 'node:zlib'
import { finished } from 'node:stream/promises'
import type { Transform } from 'node:stream'
import { DataError } from '../../../sql/base/diagnostic.ts'
import { sinkUnwritable } from '../../../sql/messages/raise.ts'
import type { OutputFormat } from '../../abi/format.ts'
import { parseOutputFormat, takesChanges } from '../../format/format-options.ts'
import { byteStreamOf } from '../byte-stream.ts'
import type { ByteStream, ConnectorDeclaration, SinkConnector, SinkContext } from '../connector.ts'
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
      open: (context) => new EncodingSink(context, { format, open: () => streamTarget(context) }),
    }
  }
  const open = (context: SinkContext): EncodingSink => {
    return new EncodingSink(context, {
      format: mode === 'append' && hasBytes(path, fileSystem) ? withoutHeader(format) : format,
      open: () => openTarget(context.name, { path, mode, fileSystem, processId }),
    })
  }
  return { takesChanges: takesChanges(format), format, open }
}

/** What cannot be looked at says why when it is opened. */
function hasBytes(path: string, fileSystem: FileSystem): boolean {
  try {
    return (fileSystem.factsOfPath(path)?.sizeBytes ?? 0) > 0
  } catch {
    return false
  }
}

/** The rows of CSV that is there already: its header names the columns. */
function withoutHeader(format: OutputFormat): OutputFormat {
  return format.kind === 'csv' ? { ...format, csv: { ...format.csv, header: false } } : format
}

/** Standard output: nothing to rename, nothing to undo. */
export function streamTarget({ name, stdout }: SinkContext): SinkTarget {
  return new StreamTarget({ name, path: 'standard output', stream: stdout })
}

interface Opening {
  readonly path: string
  readonly mode: 'replace' | 'append'
  readonly fileSystem: FileSystem
  readonly processId: number
}

function openTarget(name: string, opening: Opening): SinkTarget {
  const { path, fileSystem } = opening
  try {
    const kind = fileSystem.factsOfPath(path)?.kind
    const target = kind === 'stream' ? openStream(name, opening) : openFile(name, opening, kind)
    const compression = compressionOf(path)
    return compression === 'none' ? target : new CompressedTarget(target, compression)
  } catch (error) {
    throw unwritable({ name, path }, error)
  }
}

/** A link to a file stays one: what it points to is replaced. A folder is opened for the system's words about it. */
function openFile(
  name: string,
  { path, mode, fileSystem, processId }: Opening,
  kind: 'file' | 'folder' | undefined,
): FileTarget {
  const file = kind === 'file' ? fileSystem.realPath(path) : path
  const inPlace = mode === 'append' || kind === 'folder'
  const partial = inPlace ? file : `${file}.${processId}.partial`
  const descriptor = inPlace ? fileSystem.openForAppending(file) : fileSystem.openForWriting(partial)
  return new FileTarget({ name, path: file, partial, descriptor, fileSystem })
}

/** A pipe or a device takes the bytes as they come. */
function openStream(name: string, { path, fileSystem }: Opening): StreamTarget {
  const stream = byteStreamOf(fileSystem.writeStream(path))
  return new StreamTarget({ name, path, stream, end: () => stream.end() })
}

/** What has a reader: nothing to rename, nothing to undo. */
class StreamTarget implements SinkTarget {
  /** A stream may keep what it was given. */
  readonly returnsBytes = false
  readonly #name: string
  readonly #path: string
  readonly #stream: ByteStream
  readonly #end: () => Promise<void>

  constructor({
    name,
    path,
    stream,
    end = () => Promise.resolve(),
  }: {
    name: string
    path: string
    stream: ByteStream
    end?: () => Promise<void>
  }) {
    this.#name = name
    this.#path = path
    this.#stream = stream
    this.#end = end
  }

  async write(bytes: Uint8Array): Promise<'open' | 'closed'> {
    try {
      return await this.#stream.write(bytes)
    } catch (error) {
      throw unwritable({ name: this.#name, path: this.#path }, error)
    }
  }

  async finish(): Promise<void> {
    try {
      await this.#end()
    } catch (error) {
      throw unwritable({ name: this.#name, path: this.#path }, error)
    }
  }

  abort(): Promise<void> {
    return this.#end().catch(() => {})
  }
}

class FileTarget implements SinkTarget {
  readonly returnsBytes = true
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

  async abort(): Promise<void> {
    try {
      this.#close()
    } finally {
      if (this.#partial !== this.#path && this.#fileSystem.factsOfPath(this.#partial) !== undefined)
        this.#fileSystem.remove(this.#partial)
    }
    await Promise.resolve()
  }

  /** Once: when closing fails, the descriptor is gone all the same. */
  #close(): void {
    if (!this.#open) return
    this.#open = false
    this.#fileSystem.close(this.#descriptor)
  }
}

/** Compresses on the way: what the compressor has put out is written before the next piece goes in. */
class CompressedTarget implements SinkTarget {
  readonly returnsBytes = true
  readonly #target: SinkTarget
  readonly #compressor: Transform
  readonly #chunks: Uint8Array[] = []

  constructor(target: SinkTarget, compression: Exclude<Compression, 'none'>) {
    this.#target = target
    this.#compressor = compression === 'gzip' ? createGzip() : createZstdCompress()
    this.#compressor.on('data', (chunk: Uint8Array) => this.#chunks.push(chunk))
  }

  async write(bytes: Uint8Array): Promise<'open' | 'closed'> {
    await new Promise<void>((resolve, reject) => {
      this.#compressor.write(bytes, (error) => (error ? reject(error) : resolve()))
    })
    return this.#writeChunks()
  }

  async #writeChunks(): Promise<'open' | 'closed'> {
    for (const chunk of this.#chunks.splice(0)) if ((await this.#target.write(chunk)) === 'closed') return 'closed'
    return 'open'
  }

  async finish(): Promise<void> {
    this.#compressor.end()
    await finished(this.#compressor)
    await this.#writeChunks()
    await this.#target.finish()
  }

  /** What is added to a file can be unpacked up to there. */
  async abort(): Promise<void> {
    this.#compressor.end()
    await finished(this.#compressor)
      .then(() => this.#writeChunks())
      .catch(() => {})
    await this.#target.abort()
  }
}

function unwritable({ name, path }: { name: string; path: string }, error: unknown): DataError {
  if (error instanceof DataError) return error
  return new DataError(
    sinkUnwritable({ name, path, reason: systemReason(error) }, { place: { object: name, file: path } }),
  )
}
