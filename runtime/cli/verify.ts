import { verifyFolder } from '../engine/artifact/verify-folder.ts'
import { exitStatus } from './exit-status.ts'

/** `millrace verify`: checks an artifact with this engine's code, trusting nothing in the folder. @throws SqlError */
export function verifyCommand(directory: string, { verifyKey }: { readonly verifyKey?: string }): Promise<number> {
  const { manifest } = verifyFolder(directory, verifyKey)
  const count = Object.keys(manifest.files).length
  const signed = verifyKey === undefined ? '' : ', signed with this key'
  process.stdout.write(`${count} files as compiled by engine ${manifest.program.engineVersion}${signed}\n`)
  return Promise.resolve(exitStatus.finished)
}
