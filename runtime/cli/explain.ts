import { explainProgram } from '../engine/explain/explain-program.ts'
import { fullLanguage } from '../engine/full-language.ts'
import { exitStatus } from './exit-status.ts'
import { openEngine } from './open-engine.ts'
import { recordProfile } from './profile/record-profile.ts'
import { readProgramText } from './program-text.ts'
import { diagnosticsOf, exitStatusOf, reportDiagnostics } from './report.ts'
import { readRunFlags, type ExplainFlags, type RawRunFlags } from './run-flags.ts'

/** `millrace explain`: every stage of the compiler, for all statements of a program that have a query. */
export async function explainCommand(file: string | undefined, raw: RawRunFlags & ExplainFlags): Promise<number> {
  const flags = readRunFlags(raw)
  const source = await readProgramText(file, raw.execute)
  const profile = flags.profilePath === undefined ? null : await recordProfile(flags.profilePath, source)
  try {
    const engine = openEngine(flags, fullLanguage(), { events: { ...profile?.events } })
    profile?.place(await engine.planChecked(source.text))
    const { level, format, analyze = false } = raw
    const text = await explainProgram(engine, source.text, { level, format, analyze })
    await engine.close('finish')
    process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
    return exitStatus.finished
  } catch (error) {
    reportDiagnostics(diagnosticsOf(error), raw.format === 'json' ? 'json' : 'text', source)
    return exitStatusOf(error)
  } finally {
    await profile?.finish()
  }
}
