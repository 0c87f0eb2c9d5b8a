import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { InternalError } from '../base/diagnostic.ts'
import { moduleSha256, moduleSizeBytes } from './planner.generated.ts'

/**
 * The planner's module, unpacked. The unpacked file is kept in the user's cache folder under its own hash, so that a
 * second start reads it instead of decompressing; it is checked against the hash before use and made anew when it does
 * not match. A cache that cannot be written costs time, never an error.
 */
export function plannerModuleBytes(): Uint8Array<ArrayBuffer> {
  const file = join(cacheFolder(), `planner-${moduleSha256.slice(0, 16)}.wasm`)
  return readCached(file) ?? unpackInto(file)
}

function cacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME']
  if (base !== undefined && base.startsWith('/')) return join(base, 'millrace')
  return homedir() === '' ? join(tmpdir(), 'millrace-cache') : join(homedir(), '.cache', 'millrace')
}

function matches(bytes: Uint8Array): boolean {
  return bytes.length === moduleSizeBytes && createHash('sha256').update(bytes).digest('hex') === moduleSha256
}

function readCached(file: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const bytes = readFileSync(file)
    return matches(bytes) ? bytes : undefined
  } catch {
    return undefined
  }
}

function unpackInto(file: string): Uint8Array<ArrayBuffer> {
  const bytes = brotliDecompressSync(readFileSync(new URL('./planner.wasm.br', import.meta.url)))
  if (!matches(bytes)) throw new InternalError('the planner module does not have the hash it was built with')
  const temporary = `${file}.${process.pid}`
  try {
    mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 })
    writeFileSync(temporary, bytes)
    renameSync(temporary, file)
  } catch {
    rmSync(temporary, { force: true })
  }
  return bytes
}
