import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Command } from 'commander'
import type { SourceText } from '../../sql/base/code-frame.ts'
import { must } from '../../sql/base/assert.ts'
import { carriedLanguage, type CarriedCode } from '../engine/artifact/carried-toolchain.ts'
import { carriedStatements } from '../engine/artifact/carried-statements.ts'
import { checkRuntimeSettings } from '../engine/artifact/runtime-settings.ts'
import { describeCarried } from '../engine/artifact/unit-origins.ts'
import { checkVersion, type VerifiedFolder } from '../engine/artifact/verify-folder.ts'
import type { UnitFactory } from '../worker/load.ts'
import { runCommandLine } from './command-line.ts'
import { openEngine } from './open-engine.ts'
import type { RawRunFlags, RunFormat } from './run-flags.ts'
import { addRunFlags, formatOption } from './run-options.ts'
import { execute, type OpenProgram } from './run/execute.ts'

type Flags = RawRunFlags & { readonly format?: RunFormat }

/** `node main.mjs` of a verified artifact: `argv` without the executable and the script. Gives the exit status. */
export async function main(folder: VerifiedFolder, argv: readonly string[]): Promise<number> {
  return await runCommandLine(
    argv,
    (run) =>
      addRunFlags(new Command('main.mjs').description('Runs the compiled program.'), ['auto', 'javascript', 'wasm'])
        .addOption(formatOption())
        .option('--verify-key <pub.pem>', 'the Ed25519 public key that the artifact must be signed with')
        .helpOption('-h, --help', 'print this help')
        .action((flags: Flags) => run(() => execute(flags, programText(folder), opener(folder)))),
    { empty: 'run' },
  )
}

function opener(folder: VerifiedFolder): OpenProgram {
  return async (flags, surroundings) => {
    const { program } = folder.manifest
    checkVersion(program)
    checkRuntimeSettings(flags.settings)
    // Both tiers are compiled already: there is nothing to warm up for.
    const tier = flags.tier === 'auto' ? 'wasm' : flags.tier
    const engine = openEngine({ ...flags, tier }, carriedLanguage(program, codeOf(folder)), surroundings)
    await engine.load()
    return { engine, program: '', statements: carriedStatements(program, engine.planning) }
  }
}

function codeOf(folder: VerifiedFolder): CarriedCode {
  const { directory, manifest, files } = folder
  return {
    describe: (unit) => describeCarried(folder, unit),
    webAssembly: (unit) => must(files.get(`units/${unit}.wasm`), `unit ${unit}`),
    async factories() {
      const names = Object.keys(manifest.files).flatMap((path) => /^units\/(.*)\.mjs$/.exec(path)?.[1] ?? [])
      return new Map(
        await Promise.all(
          names.map(async (name): Promise<[string, UnitFactory]> => {
            const url = pathToFileURL(join(directory, 'units', `${name}.mjs`)).href
            const module = (await import(url)) as { readonly default: UnitFactory }
            return [name, module.default]
          }),
        ),
      )
    },
  }
}

/** For places in messages. */
function programText({ directory }: VerifiedFolder): SourceText {
  const file = join(directory, 'program.sql')
  return { file, text: readFileSync(file, 'utf8') }
}
