import { emitWasmUnit } from '../../../codegen/wasm/unit.ts'
import { loadToolkit } from '../../../codegen/wasm/module.ts'
import type { ModuleIr } from '../../../codegen/kernel/ir.ts'
import { changeSetting } from '../../../sql/catalog/settings.ts'
import { nodeWorld } from '../../connect/connectors.ts'
import { checked } from '../engine.ts'
import { fullToolchain } from '../toolchain/full-toolchain.ts'
import { folderFiles } from './folder-files.ts'
import { makeProgram } from './make-program.ts'
import { maskSecrets } from './mask-secrets.ts'
import { runtimeFiles } from './runtime-files.ts'

export interface CompileOptions {
  /** As SET would change them. */
  readonly settings?: Readonly<Record<string, string>>
  /** Values for `${NAME}` while compiling; those that are not given are left open. None is kept. */
  readonly vars?: Readonly<Record<string, string>>
}

/**
 * A whole program, ahead of time: the files of the folder that runs it, by path. The same program, settings and engine give the same
 * bytes wherever they are made: the environment is not looked at.
 *
 * @throws SqlError with everything that is wrong, not_compilable
 */
export async function compileProgram(
  program: string,
  { settings = {}, vars = {} }: CompileOptions,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const toolchain = fullToolchain()
  const [toolkit, runtime] = await Promise.all([loadToolkit(), runtimeFiles(), toolchain.load('javascript')])
  const { initial } = toolchain
  const changed = Object.entries(settings).reduce(
    (all, [key, value]) => changeSetting(all, { key, value }),
    initial.settings,
  )
  const variables = { vars, environment: {}, unknown: 'keep' } as const
  const world = { program, variables, connectors: nodeWorld }
  const statements = checked(toolchain.plan({ ...initial, settings: changed }, world))
  const made = makeProgram(statements, toolchain.deadLetters)
  const units = made.units.map((unit) => ({ ...unit, wasm: emitWasmUnit(toolkit, unit.unit.kernel as ModuleIr) }))
  return folderFiles({ program: made.program, units, text: maskSecrets(program, statements), runtime })
}
