import { verifyArtifact } from '../engine/artifact/verify-artifact.ts'
import { exitStatus } from './exit-status.ts'

/** `millrace verify`: checks an artifact with this engine's code, trusting nothing in the folder. @throws SqlError */
export async function verifyCommand(
  directory: string,
  { verifyKey }: { readonly verifyKey?: string },
): Promise<number> {
  const { fileCount, engineVersion } = await verifyArtifact(
    directory,
    verifyKey === undefined ? {} : { key: verifyKey },
  )
  const signed = verifyKey === undefined ? '' : ', signed with this key'
  process.stdout.write(`${fileCount} files as compiled by engine ${engineVersion}${signed}\n`)
  return exitStatus.finished
}
