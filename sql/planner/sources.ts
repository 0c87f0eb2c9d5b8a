import { createHash } from 'node:crypto'
import { glob, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const room = fileURLToPath(new URL('.', import.meta.url))
const sourcePatterns = ['Cargo.toml', 'Cargo.lock', '.cargo/config.toml', 'src/**/*.rs', 'stubs/**/*.{rs,toml}']

/** SHA-256 over everything that the module is built from: names and contents, in the order of names. */
export async function sourcesDigest(): Promise<string> {
  const files: string[] = []
  for (const pattern of sourcePatterns) for await (const file of glob(pattern, { cwd: room })) files.push(file)
  const hash = createHash('sha256')
  for (const file of files.sort()) {
    const content = await readFile(room + file)
    hash.update(`${file}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}
