import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { SqlError } from '../../../sql/base/diagnostic.ts'
import { artifactSignatureInvalid, artifactUnsigned, invalidKey } from '../../../sql/messages/raise.ts'
import { systemReason } from '../../connect/file/file-system.ts'

/** The text of `manifest.sig`. `keyPath`: an Ed25519 private key in PEM form. @throws SqlError invalid_key */
export function signManifest(manifest: Uint8Array, keyPath: string): string {
  const key = readKey(keyPath, 'private')
  return signatureText(sign(null, manifest, key))
}

function signatureText(signature: Buffer): string {
  return `${signature.toString('base64')}\n`
}

/** @throws SqlError invalid_key, artifact_unsigned, artifact_signature_invalid */
export function checkSignature(manifest: Uint8Array, signature: string | null, keyPath: string): void {
  const key = readKey(keyPath, 'public')
  if (signature === null) throw new SqlError([artifactUnsigned()])
  const bytes = Buffer.from(signature, 'base64')
  // base64 has several texts for some bytes; only one of them is ours
  if (signatureText(bytes) !== signature || !verify(null, manifest, key, bytes))
    throw new SqlError([artifactSignatureInvalid()])
}

function readKey(path: string, kind: 'private' | 'public'): KeyObject {
  const refuse = (reason: string): SqlError => new SqlError([invalidKey({ path, kind, reason })])
  let pem: string
  try {
    pem = readFileSync(path, 'utf8')
  } catch (error) {
    throw refuse(systemReason(error))
  }
  let key: KeyObject
  try {
    key = kind === 'private' ? createPrivateKey(pem) : createPublicKey(pem)
  } catch {
    throw refuse(pem.includes('ENCRYPTED') ? 'it is encrypted' : 'there is none in it')
  }
  if (key.asymmetricKeyType !== 'ed25519') throw refuse(`it is for ${key.asymmetricKeyType ?? 'something else'}`)
  return key
}
