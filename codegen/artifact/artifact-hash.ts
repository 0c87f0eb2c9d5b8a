import { createHash } from 'node:crypto'
import type { Artifact, SourceArtifact, Unit } from '../../runtime/abi/artifact.ts'
import { canonicalJson } from './canonical-json.ts'

/**
 * Sha-256 of an artifact, in hexadecimal: of everything but the hash itself, how long it took to make, and the kernel IR, of which the
 * JavaScript is the image (and which is by far the largest part).
 */
export function artifactHash(content: Omit<Artifact, 'hash'> | Omit<SourceArtifact, 'hash'>): string {
  const units = content.units.map(({ generateMicros: _time, kernel: _image, ...unit }: Unit) => unit)
  return createHash('sha256')
    .update(canonicalJson({ ...content, units }))
    .digest('hex')
}
