import { CommanderError, type Command } from 'commander'
import { DataError, SqlError } from '../../sql/base/diagnostic.ts'
import { sinkUnwritable } from '../../sql/messages/raise.ts'
import { systemCode, systemReason } from '../connect/file/file-system.ts'
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
  const output = watchOutput()
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
    else await parse(program, argv)
    const failure = output.failure()
    if (failure !== null && status === exitStatus.finished) throw failure
    return helpless ? exitStatus.invalid : status
  } catch (error) {
    return fail(error, argv, program)
  }
}

/** Help and the version end in an error of commander's that is none. */
async function parse(program: Command, argv: readonly string[]): Promise<void> {
  try {
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError && error.exitCode === 0)) throw error
  }
}

function fail(error: unknown, argv: readonly string[], program: Command): number {
  const problem = error instanceof CommanderError ? wrongCommandLine(error, program) : error
  reportDiagnostics(diagnosticsOf(problem), diagnosticForm(argv), undefined)
  return exitStatusOf(problem)
}

function wrongCommandLine(error: CommanderError, program: Command): SqlError {
  const [detail = '', ...more] = error.message.replace(/^error: /, '').split('\n')
  const suggestion = more.join(' ').replace(/^\(|\)$/g, '')
  const help = `${program.name()} --help lists ${program.commands.length > 0 ? 'commands and ' : ''}flags`
  return new SqlError([commandLineDiagnostic(detail, suggestion || help)])
}

/** `--format json` asks for errors as JSON too; it counts even where the rest of the command line is wrong. */
function diagnosticForm(argv: readonly string[]): DiagnosticForm {
  const json = argv.some(
    (text, index) => text === '--format=json' || (text === '--format' && argv[index + 1] === 'json'),
  )
  return json ? 'json' : 'text'
}

/**
 * A reader that has seen enough (`| head`) closes the pipe: that is an end, not an error. Anything else, such as a full disk under
 * `> file`, is told at the end, whoever has written.
 */
function watchOutput(): { failure(): DataError | null } {
  let first: Error | null = null
  process.stderr.on('error', () => {})
  process.stdout.on('error', (error) => (first ??= error))
  return {
    failure() {
      // The event comes a tick after the write.
      const error = first ?? process.stdout.errored
      if (error === null || systemCode(error) === 'EPIPE') return null
      const reason = systemReason(error)
      return new DataError(sinkUnwritable({ name: 'stdout', path: 'standard output', reason }))
    },
  }
}
