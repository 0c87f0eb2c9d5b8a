import { hash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lazily } from '../../../sql/base/lazily.ts'

/** Everything that has a say in what is generated. */
const rooms = ['compiler', 'codegen', 'runtime/abi', 'sql/functions', 'sql/plan', 'sql/types']

/**
 * Sha-256 of the code that generates code. Between two releases, and in a checkout between two edits, version numbers stay and
 * generated code does not: entries on disk are found only by the very code that made them. Reads some 300 small files, once.
 */
export const codeFingerprint = lazily(fingerprint)

function fingerprint(): string {
  const root = fileURLToPath(new URL('../../..', import.meta.url))
  const hashes = rooms.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
      .filter((path) => /(?<!\.test|\.d)\.[jt]s$/.test(path))
      .toSorted()
      .map((path) => `${room}/${path} ${hash('sha256', readFileSync(join(root, room, path)))}`),
  )
  return hash('sha256', hashes.join('\n'))
}
