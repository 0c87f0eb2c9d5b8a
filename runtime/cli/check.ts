import { fullLanguage } from '../engine/full-language.ts'
import { parseAssignment } from './arguments.ts'
import { exitStatus } from './exit-status.ts'
import { openEngine } from './open-engine.ts'
import { readProgramText } from './program-text.ts'
import { reportDiagnostics } from './report.ts'

export interface CheckFlags {
  readonly set: readonly string[]
  readonly var: readonly string[]
  readonly format: 'text' | 'json'
}

/** `millrace check`: plans the file and reports everything that is wrong with it. Runs nothing. */
export async function checkCommand(file: string, flags: CheckFlags): Promise<number> {
  const source = await readProgramText(file, undefined)
  const engine = openEngine(
    {
      settings: Object.fromEntries(flags.set.map((text) => parseAssignment('--set', text))),
      variables: Object.fromEntries(flags.var.map((text) => parseAssignment('--var', text))),
    },
    fullLanguage(),
  )
  const { statements, diagnostics } = await engine.plan(source.text)
  if (diagnostics.length > 0) {
    reportDiagnostics(diagnostics, flags.format, source)
    if (flags.format === 'text')
      process.stderr.write(`${diagnostics.length} ${diagnostics.length === 1 ? 'error' : 'errors'}\n`)
    return exitStatus.invalid
  }
  if (flags.format === 'text')
    process.stdout.write(`${statements.length} ${statements.length === 1 ? 'statement' : 'statements'}, no errors\n`)
  return exitStatus.finished
}
