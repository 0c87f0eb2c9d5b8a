import { hash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { systemReason } from '../../connect/file/file-system.ts'
import { codeFingerprint } from './code-fingerprint.ts'

/** More are not kept: those that were not used for longest go. */
const entriesMax = 2000
/** Files are counted once for so many that are written. */
const writesPerSweep = 100

const hashLength = 64

export type FolderAnswer =
  | { readonly kind: 'found'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'absent' | 'poisoned' }

/** Entries of bytes by name, in a folder. Each file begins with the hash of its name, of the code that made it, and of its bytes. */
export class CacheFolder {
  readonly #path: string
  #writes = 0

  constructor(path: string) {
    this.#path = path
  }

  /** Is there such an entry, right or wrong? */
  has(name: string): boolean {
    return existsSync(this.#file(name))
  }

  /** An entry that is not what was written is taken away. */
  read(name: string): FolderAnswer {
    let content: Uint8Array<ArrayBuffer>
    try {
      content = readFileSync(this.#file(name))
    } catch {
      return { kind: 'absent' }
    }
    const bytes = content.subarray(hashLength)
    if (new TextDecoder().decode(content.subarray(0, hashLength)) === seal(name, bytes)) {
      this.#use(name)
      return { kind: 'found', bytes }
    }
    remove(this.#file(name))
    return { kind: 'poisoned' }
  }

  /** Null, or why the folder cannot be written. */
  write(name: string, bytes: Uint8Array): string | null {
    const temporary = `${this.#file(name)}.${process.pid}`
    try {
      mkdirSync(this.#path, { recursive: true, mode: 0o700 })
      writeFileSync(temporary, Buffer.concat([Buffer.from(seal(name, bytes)), bytes]))
      renameSync(temporary, this.#file(name))
      if (this.#writes++ % writesPerSweep === 0) this.#sweep()
      return null
    } catch (error) {
      remove(temporary)
      return systemReason(error)
    }
  }

  /** The code that made it is part of the name: what another version wrote is never found, and goes in time. */
  #file(name: string): string {
    return join(this.#path, `${codeFingerprint().slice(0, 16)}-${name}`)
  }

  #use(name: string): void {
    const now = new Date()
    try {
      utimesSync(this.#file(name), now, now)
    } catch {
      // a folder that may only be read: nothing is swept there either
    }
  }

  #sweep(): void {
    const files = readdirSync(this.#path).filter((name) => /^[0-9a-f]{16}-[0-9a-f]{64}/.test(name))
    if (files.length <= entriesMax) return
    const byAge = files
      .map((name) => ({ name, usedMillis: statSync(join(this.#path, name)).mtimeMs }))
      .toSorted((a, b) => a.usedMillis - b.usedMillis)
    for (const { name } of byAge.slice(0, files.length - entriesMax)) remove(join(this.#path, name))
  }
}

/** What cannot be taken away is found again, and again refused. */
function remove(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // not even its folder is there, or it may only be read
  }
}

function seal(name: string, bytes: Uint8Array): string {
  return hash('sha256', Buffer.concat([Buffer.from(`${codeFingerprint()}\n${name}\n`), bytes]))
}
