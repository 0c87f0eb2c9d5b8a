import { compileProgram } from '../engine/artifact/compile-program.ts'
import { parseAssignment } from './arguments.ts'
import { exitStatus } from './exit-status.ts'
import { readProgramText } from './program-text.ts'
import { diagnosticsOf, exitStatusOf, reportDiagnostics } from './report.ts'

export interface CompileFlags {
  readonly out: string
  readonly sign?: string
  readonly set: readonly string[]
  readonly var: readonly string[]
}

/** `millrace compile`. */
export async function compileCommand(file: string, { out, sign, ...flags }: CompileFlags): Promise<number> {
  const source = await readProgramText(file, undefined)
  const settings = Object.fromEntries(flags.set.map((text) => parseAssignment('--set', text)))
  const vars = Object.fromEntries(flags.var.map((text) => parseAssignment('--var', text)))
  try {
    const folder = await compileProgram(source.text, { settings, vars, ...(sign !== undefined && { sign }) })
    await folder.write(out)
    return exitStatus.finished
  } catch (error) {
    reportDiagnostics(diagnosticsOf(error), 'text', source)
    return exitStatusOf(error)
  }
}
