import { readFileSync } from 'node:fs'
import { CommanderError } from 'commander'
import { SqlError } from '../../sql/base/diagnostic.ts'
import { commandLineDiagnostic } from './arguments.ts'
import { exitStatus } from './exit-status.ts'
import { makeProgram } from './program.ts'
import { diagnosticsOf, exitStatusOf, reportDiagnostics, type DiagnosticForm } from './report.ts'

/**
 * The command line. `argv` without the executable and the script. Gives the exit status of
 * docs/guide/command-line.md; never throws and never calls `process.exit`.
 */
export async function main(argv: readonly string[]): Promise<number> {
  endQuietlyOnBrokenPipe()
  let status: number = exitStatus.finished
  const program = makeProgram(packageVersion(), async (action) => {
    status = await action()
  })
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeErr: () => {}, outputError: () => {} })
  }
  try {
    if (argv.length === 0) process.stderr.write(program.helpInformation())
    else await program.parseAsync(argv, { from: 'user' })
    return argv.length === 0 ? exitStatus.invalid : status
  } catch (error) {
    return fail(error, argv)
  }
}

function fail(error: unknown, argv: readonly string[]): number {
  if (error instanceof CommanderError && error.exitCode === 0) return exitStatus.finished
  const problem = error instanceof CommanderError ? wrongCommandLine(error) : error
  reportDiagnostics(diagnosticsOf(problem), diagnosticForm(argv), undefined)
  return exitStatusOf(problem)
}

function wrongCommandLine(error: CommanderError): SqlError {
  const [detail = '', ...more] = error.message.replace(/^error: /, '').split('\n')
  const suggestion = more.join(' ').replace(/^\(|\)$/g, '')
  return new SqlError([commandLineDiagnostic(detail, suggestion || 'millrace --help lists commands and flags')])
}

/** `--format json` asks for errors as JSON too; it counts even where the rest of the command line is wrong. */
export function diagnosticForm(argv: readonly string[]): DiagnosticForm {
  const json = argv.some(
    (text, index) => text === '--format=json' || (text === '--format' && argv[index + 1] === 'json'),
  )
  return json ? 'json' : 'text'
}

/** A reader that has seen enough (`| head`) closes the pipe: that is an end, not an error. */
function endQuietlyOnBrokenPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
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
