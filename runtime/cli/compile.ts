import { must } from '../../sql/base/assert.ts'
import { compileProgram } from '../engine/artifact/compile-program.ts'
import { manifestName, signatureName } from '../engine/artifact/manifest.ts'
import { signManifest } from '../engine/artifact/signature.ts'
import { writeFolder } from '../engine/artifact/write-folder.ts'
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
    const files = new Map(await compileProgram(source.text, { settings, vars }))
    if (sign !== undefined) {
      const signature = signManifest(must(files.get(manifestName), 'a manifest'), sign)
      files.set(signatureName, new TextEncoder().encode(signature))
    }
    await writeFolder(out, files)
    return exitStatus.finished
  } catch (error) {
    reportDiagnostics(diagnosticsOf(error), 'text', source)
    return exitStatusOf(error)
  }
}
