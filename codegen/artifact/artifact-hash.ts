import { hash } from 'node:crypto'
import type { Artifact, SourceArtifact, Unit } from '../../runtime/abi/artifact.ts'
import { canonicalJson } from './canonical-json.ts'

/**
 * Sha-256 of an artifact, in hexadecimal: of everything but the hash itself, how long it took to make, and the kernel IR, of which the
 * JavaScript is the image (and which is by far the largest part).
 */
export function artifactHash(content: Omit<Artifact, 'hash'> | Omit<SourceArtifact, 'hash'>): string {
  const sources = content.units.map(({ javascript }) => javascript)
  // sources follow as they are, with their lengths before them: quoting them would cost more than hashing them
  const units = content.units.map(({ generateMicros: _time, kernel: _image, javascript, ...unit }: Unit) => ({
    ...unit,
    javascriptLength: javascript.length,
  }))
  return hash('sha256', [canonicalJson({ ...content, units }), ...sources].join('\n'))
}
