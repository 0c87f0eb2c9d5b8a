import type { ModuleIr } from '../../../codegen/kernel/ir.ts'
import { loadToolkit } from '../../../codegen/wasm/module.ts'
import type { LibraryLinking } from '../../../codegen/wasm/unit-scope.ts'
import { emitWasmUnit } from '../../../codegen/wasm/unit.ts'
import { loadWasmUnit } from '../../../runtime/worker/load-wasm.ts'
import { inInterpreter, inJavascript, type Instantiate } from './harness.ts'

const toolkit = await loadToolkit()

/** `called` hears of each call that leaves the module. */
export function inWasm(called?: (name: string) => void, linking: LibraryLinking = 'native'): Instantiate {
  return (unit, binding) => {
    const { bytes } = emitWasmUnit(toolkit, unit.kernel as ModuleIr, { linking })
    const functions = Object.entries(binding.library).map(([name, call]) => [
      name,
      (...parameters: never[]): unknown => {
        called?.(name)
        return call(...parameters)
      },
    ])
    const library = called === undefined ? binding.library : (Object.fromEntries(functions) as typeof binding.library)
    return loadWasmUnit(new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>), { ...binding, library })
  }
}

export const encoderTiers: readonly (readonly [name: string, Instantiate])[] = [
  ['interpreter', inInterpreter],
  ['javascript', inJavascript],
  ['wasm', inWasm()],
]
