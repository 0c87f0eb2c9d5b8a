import { readFileSync } from 'node:fs'
import { runCommandLine } from './command-line.ts'
import { makeProgram } from './program.ts'

/**
 * The command line. `argv` without the executable and the script. Gives the exit status of
 * docs/guide/command-line.md; never throws and never calls `process.exit`.
 */
export async function main(argv: readonly string[]): Promise<number> {
  return await runCommandLine(argv, (run) => makeProgram(packageVersion(), run), { empty: 'help' })
}

function packageVersion(): string {
  // From runtime/cli in a checkout, from dist/runtime/cli in the package.
  for (const path of ['../../package.json', '../../../package.json']) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as Record<
        string,
        string
      >
      if (name === 'millrace' && version !== undefined) return version
    } catch {
      continue
    }
  }
  return 'unknown'
}
