import {
  closeSync,
  createReadStream,
  createWriteStream,
  fstatSync,
  fsyncSync,
  globSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  watch,
  write,
  type Stats,
} from 'node:fs'
import type { Readable, Writable } from 'node:stream'

export interface FileFacts {
  readonly sizeBytes: number
  /** Changes when the path names another file. */
  readonly identity: string
  /** `stream`: a pipe, a terminal or another device: read and written from end to end, never emptied or replaced. */
  readonly kind: 'file' | 'folder' | 'stream'
}

/** What file connectors ask of the system. Injected, so that tests and simulations can fail at will; errors are the system's, with `code`. */
export interface FileSystem {
  /** Paths that match, in byte order. */
  glob(pattern: string): readonly string[]
  openForReading(path: string): number
  /** Creates or empties. */
  openForWriting(path: string): number
  openForAppending(path: string): number
  /** What a path that is a stream gives and takes. */
  readStream(path: string): Readable
  writeStream(path: string): Writable
  /** The file behind symbolic links. */
  realPath(path: string): string
  /** Bytes read into `into` from `offsetBytes` of the file; 0 at its end. */
  read(descriptor: number, into: Uint8Array, offsetBytes: number): number
  write(descriptor: number, bytes: Uint8Array): Promise<void>
  sync(descriptor: number): void
  factsOfDescriptor(descriptor: number): FileFacts
  /** Undefined: no such file. */
  factsOfPath(path: string): FileFacts | undefined
  /** Calls `changed` now and then when the file may have grown; returns how to stop. */
  watch(path: string, changed: () => void): () => void
  close(descriptor: number): void
  rename(from: string, to: string): void
  remove(path: string): void
}

const facts = (stats: Stats): FileFacts => ({
  sizeBytes: stats.size,
  identity: `${stats.dev}:${stats.ino}`,
  kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'stream',
})

export const nodeFileSystem: FileSystem = {
  glob: (pattern) => globSync(pattern).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
  openForReading: (path) => openSync(path, 'r'),
  openForWriting: (path) => openSync(path, 'w'),
  openForAppending: (path) => openSync(path, 'a'),
  readStream: (path) => createReadStream(path),
  writeStream: (path) => createWriteStream(path),
  realPath: (path) => realpathSync(path),
  read: (descriptor, into, offsetBytes) => readSync(descriptor, into, 0, into.length, offsetBytes),
  write: writeAll,
  sync: (descriptor) => fsyncSync(descriptor),
  factsOfDescriptor: (descriptor) => facts(fstatSync(descriptor)),
  factsOfPath: (path) => {
    const stats = statSync(path, { throwIfNoEntry: false })
    return stats && facts(stats)
  },
  watch: watchFile,
  close: (descriptor) => closeSync(descriptor),
  rename: (from, to) => renameSync(from, to),
  remove: (path) => unlinkSync(path),
}

function writeAll(descriptor: number, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const step = (from: number): void => {
      write(descriptor, bytes, from, bytes.length - from, null, (error, written) => {
        if (error) reject(error)
        else if (from + written < bytes.length) step(from + written)
        else resolve()
      })
    }
    step(0)
  })
}

/** Some file systems send no events: the reader polls as well. */
function watchFile(path: string, changed: () => void): () => void {
  try {
    const watcher = watch(path, { persistent: false }, changed)
    watcher.on('error', () => watcher.close())
    return () => watcher.close()
  } catch {
    return () => {}
  }
}

/** A pipe or a device. What cannot be looked at says why when it is opened. */
export function isStream(path: string, fileSystem: FileSystem): boolean {
  try {
    return fileSystem.factsOfPath(path)?.kind === 'stream'
  } catch {
    return false
  }
}

/** The system's words for a failure: `EACCES: permission denied`. */
export function systemReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.message.replace(/, \w+( '.*)?$/, '')
}

export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
