import { hash } from 'node:crypto'
import type { Artifact, SinkArtifact, SourceArtifact, Unit } from '../../runtime/abi/artifact.ts'
import { irVersion, type ModuleIr } from '../kernel/ir.ts'
import { canonicalJson } from './canonical-json.ts'

/**
 * Sha-256 of an artifact, in hexadecimal: of everything but the hash itself and how long it took to make. The kernel IR, by far the
 * largest part, is told by its version, by its image in JavaScript, and by what only other back ends see of it, its idioms.
 */
export function artifactHash(content: Omit<Artifact | SourceArtifact | SinkArtifact, 'hash'>): string {
  const sources = content.units.map(({ javascript }) => javascript)
  // sources follow as they are, with their lengths before them: quoting them would cost more than hashing them
  const units = content.units.map(({ generateMicros: _time, kernel, javascript, ...unit }: Unit) => ({
    ...unit,
    idioms: (kernel as ModuleIr).functions.map(({ idiom = null, rows = null }) => [idiom, rows]),
    javascriptLength: javascript.length,
  }))
  return hash('sha256', [canonicalJson({ ...content, units, irVersion }), ...sources].join('\n'))
}

/** An artifact of this content. Its hash is made when somebody asks: who merely runs a query does not. */
export function withHash<T extends Parameters<typeof artifactHash>[0]>(content: T): T & { readonly hash: string } {
  let known: string | null = null
  return {
    ...content,
    get hash() {
      known ??= artifactHash(content)
      return known
    },
  }
}
