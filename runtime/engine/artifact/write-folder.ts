import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { must } from '../../../sql/base/assert.ts'
import { DataError, SqlError } from '../../../sql/base/diagnostic.ts'
import { folderNotEmpty, sinkUnwritable } from '../../../sql/messages/raise.ts'
import { manifestName, signatureName } from './manifest.ts'

/** What an artifact's folder may hold; a folder with anything else is not ours to replace. */
const known: ReadonlySet<string> = new Set([
  'README.md',
  'index.d.mts',
  'index.mjs',
  'main.mjs',
  manifestName,
  signatureName,
  'program.sql',
  'runtime',
  'units',
])

/** Writes the files of an artifact, in place of an older one. @throws SqlError folder_not_empty; DataError sink_unwritable */
export async function writeFolder(path: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  // no path at all is the current folder to whoever writes there, but not to whoever lists it
  const directory = resolve(path)
  const present = await list(directory)
  if (present.length > 0 && !(await isArtifact(directory, present)))
    throw new SqlError([folderNotEmpty({ path: directory, detail: "holds other files than an artifact's" })])
  try {
    // the manifest goes last and comes first: what is left when this is interrupted is still known to be an artifact's
    for (const name of present) if (name !== manifestName) await rm(join(directory, name), { recursive: true })
    for (const name of [manifestName, ...[...files.keys()].filter((each) => each !== manifestName)]) {
      const file = join(directory, name)
      await mkdir(dirname(file), { recursive: true })
      // main.mjs has a line that says what runs it
      await writeFile(file, must(files.get(name), name), { mode: name === 'main.mjs' ? 0o755 : 0o644 })
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    throw new DataError(sinkUnwritable({ name: 'compile', path: directory, reason: message }))
  }
}

/** Many a project has a README.md and a folder called runtime: only the manifest tells. One that is damaged will do. */
async function isArtifact(directory: string, present: readonly string[]): Promise<boolean> {
  if (present.some((name) => !known.has(name)) || !present.includes(manifestName)) return false
  const manifest = await readFile(join(directory, manifestName), 'utf8')
  return manifest.startsWith('{"hash":"')
}

async function list(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return []
    if (code === 'ENOTDIR') throw new SqlError([folderNotEmpty({ path: directory, detail: 'is no folder' })])
    throw new DataError(sinkUnwritable({ name: 'compile', path: directory, reason: message }))
  }
}
