import { emitWasmUnit } from '../../../codegen/wasm/unit.ts'
import { loadToolkit } from '../../../codegen/wasm/module.ts'
import type { ModuleIr } from '../../../codegen/kernel/ir.ts'
import { must } from '../../../sql/base/assert.ts'
import { SqlError } from '../../../sql/base/diagnostic.ts'
import { changeSetting } from '../../../sql/catalog/settings.ts'
import { nodeWorld } from '../../connect/connectors.ts'
import { checkNames } from '../check-options.ts'
import { checked } from '../engine.ts'
import { fullToolchain } from '../toolchain/full-toolchain.ts'
import { compiledUnits } from './compiled-units.ts'
import { folderFiles } from './folder-files.ts'
import { makeProgram } from './make-program.ts'
import { maskSecrets } from './mask-secrets.ts'
import { manifestName, signatureName } from './manifest.ts'
import { runtimeFiles } from './runtime-files.ts'
import { signManifest } from './signature.ts'
import { writeFolder } from './write-folder.ts'

export interface CompileOptions {
  /** As SET would change them. */
  readonly settings?: Readonly<Record<string, string>>
  /** Values for `${NAME}` while compiling; those that are not given are left open. None is kept. */
  readonly vars?: Readonly<Record<string, string>>
  /** A file with an Ed25519 private key in PEM form, to sign it with. */
  readonly sign?: string
}

/** A compiled program. */
export interface CompiledFolder {
  /** Content by path. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** Writes them, in place of an older artifact's. @throws SqlError folder_not_empty; DataError sink_unwritable */
  write(directory: string): Promise<void>
}

/**
 * A whole program, ahead of time: the files of the folder that runs it, by path. The same program, settings and engine give the same
 * bytes wherever they are made: the environment is not looked at.
 *
 * @throws SqlError with everything that is wrong, not_compilable, invalid_key, unknown_option
 */
export async function compileProgram(program: string, options: CompileOptions): Promise<CompiledFolder> {
  checkNames(options, ['settings', 'vars', 'sign'], 'compile')
  const { settings = {}, vars = {}, sign } = options
  const toolchain = fullToolchain()
  const [toolkit, runtime] = await Promise.all([loadToolkit(), runtimeFiles(), toolchain.load('javascript')])
  const { initial } = toolchain
  const changed = Object.entries(settings).reduce(
    (all, [key, value]) => changeSetting(all, { key, value }),
    initial.settings,
  )
  const variables = { vars, environment: {}, unknown: 'keep' } as const
  const world = { program, variables, connectors: nodeWorld }
  const statements = planned(program, () => checked(toolchain.plan({ ...initial, settings: changed }, world)))
  const made = makeProgram(statements, {
    deadLetters: toolchain.deadLetters(changed),
    onError: changed.on_error,
    encoder: (rows) => toolchain.encoder(rows, changed),
  })
  const units = compiledUnits(made.units, ({ unit }) => emitWasmUnit(toolkit, unit.kernel as ModuleIr))
  const text = maskSecrets(program, statements)
  const files = new Map(folderFiles({ program: made.program, units, text, runtime }))
  if (sign !== undefined) {
    const signature = signManifest(must(files.get(manifestName), 'a manifest'), sign)
    files.set(signatureName, new TextEncoder().encode(signature))
  }
  return { files, write: (directory) => writeFolder(directory, files) }
}

/** What an option is not may be because its `${NAME}` has no value yet. */
function planned<T>(program: string, plan: () => T): T {
  try {
    return plan()
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    const [first, ...rest] = error.diagnostics.map((diagnostic) => {
      const { span } = diagnostic
      const [, name] = /\$\{(\w+)\}/.exec(span ? program.slice(span.start, span.end) : '') ?? []
      if (name === undefined) return diagnostic
      return { ...diagnostic, hint: `compile it with --var ${name}=.., or give a default with \${${name}:-default}` }
    })
    throw first ? new SqlError([first, ...rest]) : error
  }
}
