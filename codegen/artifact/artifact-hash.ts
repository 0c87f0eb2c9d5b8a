import { createHash } from 'node:crypto'
import type { Artifact, SourceArtifact, Unit } from '../../runtime/abi/artifact.ts'
import { canonicalJson } from './canonical-json.ts'

/** Sha-256 of everything in an artifact but the hash itself and how long it took to make, in hexadecimal. */
export function artifactHash(content: Omit<Artifact, 'hash'> | Omit<SourceArtifact, 'hash'>): string {
  const units = content.units.map(({ generateMicros: _time, ...unit }: Unit) => unit)
  return createHash('sha256')
    .update(canonicalJson({ ...content, units }))
    .digest('hex')
}
