import { verifyFolder, type VerifiedFolder } from '../engine/artifact/verify-folder.ts'
import { diagnosticsOf, exitStatusOf, reportDiagnostics } from './report.ts'

/** For programs that import artifacts and keep a copy of this module, to check them before. */
export { verifyArtifact } from '../engine/artifact/verify-artifact.ts'

/**
 * What `main.mjs` does before it loads anything else of the folder; bundled into a file of its own. Null after a report on standard
 * error, with the process's exit status set.
 */
export function verify(directory: string, argv: readonly string[]): VerifiedFolder | null {
  try {
    return verifyFolder(directory, keyPathOf(argv))
  } catch (error) {
    reportDiagnostics(diagnosticsOf(error), 'text', undefined)
    process.exitCode = exitStatusOf(error)
    return null
  }
}

/** The flags are read for good when the command line is loaded, which must not be before this. Of several keys it, too, takes the last. */
function keyPathOf(argv: readonly string[]): string | undefined {
  const flag = '--verify-key'
  const at = argv.findLastIndex((text) => text === flag || text.startsWith(`${flag}=`))
  if (at < 0) return undefined
  return argv[at] === flag ? (argv[at + 1] ?? '') : argv[at]?.slice(flag.length + 1)
}
