import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { SqlError } from '../../../sql/base/diagnostic.ts'
import { artifactCorrupt, artifactVersion, fileNotFound, fileUnreadable } from '../../../sql/messages/raise.ts'
import { abiVersion } from '../../abi/artifact.ts'
import { systemCode, systemReason } from '../../connect/file/file-system.ts'
import { engineVersion } from '../version.ts'
import { parseCanonicalJson } from './parse-canonical-json.ts'
import { isSealed, manifestName, sha256, signatureName, type Manifest } from './manifest.ts'
import type { ProgramArtifact } from './program-artifact.ts'
import { checkSignature } from './signature.ts'

/** An artifact's folder whose files are what its manifest says. */
export interface VerifiedFolder {
  readonly directory: string
  readonly manifest: Manifest
  /** As they were when they were checked. */
  readonly files: ReadonlyMap<string, Uint8Array>
}

/**
 * Reads a folder that `millrace compile` wrote and compares everything. `keyPath`: the key that it must be signed with.
 *
 * @throws SqlError file_not_found, file_unreadable, artifact_corrupt, artifact_unsigned, artifact_signature_invalid, invalid_key
 */
export function verifyFolder(directory: string, keyPath: string | undefined): VerifiedFolder {
  const bytes = read(directory, manifestName)
  if (bytes === null && statSync(directory, { throwIfNoEntry: false }) === undefined)
    throw new SqlError([fileNotFound({ path: directory })])
  if (bytes === null) throw corrupt(`${manifestName} is missing`)
  if (keyPath !== undefined) checkSignature(bytes, text(read(directory, signatureName)), keyPath)
  const manifest = parseManifest(bytes)
  const files = new Map<string, Uint8Array>()
  for (const [path, stated] of Object.entries(manifest.files)) {
    const content = read(directory, path)
    if (content === null) throw corrupt(`${path} is missing`)
    if (sha256(content) !== stated) throw corrupt(`${path} is not what ${manifestName} says`)
    files.set(path, content)
  }
  return { directory, manifest, files }
}

/** @throws SqlError artifact_version */
export function checkVersion({ engineVersion: engine, abiVersion: abi }: ProgramArtifact): void {
  if (engine === engineVersion && abi === abiVersion) return
  const found = `${engine} (ABI ${abi})`
  throw new SqlError([artifactVersion({ found, expected: `${engineVersion} (ABI ${abiVersion})` })])
}

function parseManifest(bytes: Uint8Array): Manifest {
  const content = text(bytes)
  if (content === null || !isSealed(content)) throw corrupt(`${manifestName} was changed`)
  return parseCanonicalJson(content) as Manifest
}

/** Null: there is no such file. */
function read(directory: string, path: string): Uint8Array | null {
  try {
    return readFileSync(join(directory, path))
  } catch (error) {
    if (isAbsence.has(systemCode(error))) return null
    throw new SqlError([fileUnreadable({ path: join(directory, path), reason: systemReason(error) })])
  }
}

const isAbsence: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR'])

/** Null: no bytes, or no UTF-8 text. */
function text(bytes: Uint8Array | null): string | null {
  try {
    return bytes && new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

function corrupt(detail: string): SqlError {
  return new SqlError([artifactCorrupt({ detail })])
}
