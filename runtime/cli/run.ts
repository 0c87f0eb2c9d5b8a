import { fullLanguage } from '../engine/full-language.ts'
import { openEngine } from './open-engine.ts'
import { readProgramText } from './program-text.ts'
import type { RawRunFlags, RunFormat } from './run-flags.ts'
import { execute } from './run/execute.ts'

/** `millrace run`. */
export async function runCommand(
  file: string | undefined,
  raw: RawRunFlags & { readonly format?: RunFormat },
): Promise<number> {
  const source = await readProgramText(file, raw.execute)
  return await execute(raw, source, async (flags, surroundings) => {
    const engine = openEngine(flags, fullLanguage(), surroundings)
    return { engine, program: source.text, statements: await engine.planChecked(source.text) }
  })
}
