import { readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { SqlError } from '../../../sql/base/diagnostic.ts'
import { artifactCorrupt, invalidOptionValue } from '../../../sql/messages/raise.ts'
import { checkNames } from '../check-options.ts'
import { manifestName, signatureName } from './manifest.ts'
import { verifyFolder } from './verify-folder.ts'

export interface VerifyOptions {
  /** A file with the Ed25519 public key, in PEM form, that the artifact must be signed with. */
  readonly key?: string
}

export interface VerifiedArtifact {
  /** The engine that compiled it. */
  readonly engineVersion: string
  readonly fileCount: number
}

/**
 * Checks a folder that `millrace compile` wrote from outside, before anything of it is loaded: every file is what the manifest says, `main.mjs`
 * included, and there are no others.
 *
 * @throws SqlError file_not_found, file_unreadable, artifact_corrupt, artifact_unsigned, artifact_signature_invalid, invalid_key, unknown_option,
 *   invalid_option_value
 */
export function verifyArtifact(directory: string, options: VerifyOptions = {}): Promise<VerifiedArtifact> {
  // also what is thrown before there is a promise reaches whoever awaits it
  return Promise.resolve().then(() => {
    checkNames(options, ['key'], 'verifyArtifact')
    // a key that is not there, of a variable that is not set, say, must not pass for no key
    if ('key' in options && typeof options.key !== 'string')
      throw new SqlError([
        invalidOptionValue({ name: 'key', value: String(options.key), expected: 'the path of a file' }),
      ])
    const { manifest, files } = verifyFolder(directory, options.key)
    const expected = new Set([manifestName, signatureName, ...files.keys()])
    const stranger = filesIn(directory).find((path) => !expected.has(path))
    if (stranger !== undefined)
      throw new SqlError([artifactCorrupt({ detail: `${stranger} is not in ${manifestName}` }, { hint: 'remove it' })])
    return { engineVersion: manifest.program.engineVersion, fileCount: files.size }
  })
}

/** Paths as manifests have them; links count as files. */
function filesIn(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => relative(directory, join(parentPath, name)).split(sep).join('/'))
    .toSorted()
}
