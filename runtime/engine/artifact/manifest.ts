import { hash } from 'node:crypto'
import type { ProgramArtifact } from './program-artifact.ts'

/** `manifest.json`: what the folder holds. Signing it signs everything. */
export interface Manifest {
  /** Of the manifest itself, as text, with nothing between these quotes. */
  readonly hash: string
  /** Sha-256 of every other file but the signature, by path. */
  readonly files: Readonly<Record<string, string>>
  readonly program: ProgramArtifact
}

export const manifestName = 'manifest.json'
export const signatureName = 'manifest.sig'

const hashField = /^\{"hash":"([0-9a-f]{64})"/

/** The manifest with its hash filled in; `text` begins with `{"hash":""`. */
export function sealManifest(text: string): string {
  return text.replace('{"hash":""', `{"hash":"${sha256(text)}"`)
}

/** Is the text as `sealManifest` left it? */
export function isSealed(text: string): boolean {
  const [field, stated] = hashField.exec(text) ?? []
  return field !== undefined && sha256(`{"hash":""${text.slice(field.length)}`) === stated
}

export function sha256(content: string | Uint8Array): string {
  return hash('sha256', content)
}
