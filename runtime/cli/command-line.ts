import { CommanderError, type Command } from 'commander'
import { SqlError } from '../../sql/base/diagnostic.ts'
import { commandLineDiagnostic } from './arguments.ts'
import { exitStatus } from './exit-status.ts'
import { diagnosticsOf, exitStatusOf, reportDiagnostics, type DiagnosticForm } from './report.ts'

/** What a command's action gives: an exit status. */
type Action = () => Promise<number>

/**
 * Runs the command that the arguments choose. `make` gets what receives its action. Gives the exit status of
 * docs/guide/command-line.md; never throws. `empty`: without arguments there is help, or the one command that there is.
 */
export async function runCommandLine(
  argv: readonly string[],
  make: (run: (action: Action) => Promise<void>) => Command,
  { empty }: { readonly empty: 'help' | 'run' },
): Promise<number> {
  endQuietlyOnBrokenPipe()
  let status: number = exitStatus.finished
  const program = make(async (action) => {
    status = await action()
  })
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeErr: () => {}, outputError: () => {} })
  }
  const helpless = argv.length === 0 && empty === 'help'
  try {
    if (helpless) process.stderr.write(program.helpInformation())
    else await program.parseAsync(argv, { from: 'user' })
    return helpless ? exitStatus.invalid : status
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
function diagnosticForm(argv: readonly string[]): DiagnosticForm {
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
