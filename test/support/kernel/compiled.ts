import type { ModuleIr } from '../../../codegen/kernel/ir.ts'
import { loadToolkit } from '../../../codegen/wasm/module.ts'
import { type EmitOptions, emitWasmUnit } from '../../../codegen/wasm/unit.ts'
import { loadWasmUnit } from '../../../runtime/worker/load-wasm.ts'
import type { UnitBinding, UnitExports } from '../../../runtime/worker/load.ts'

export const toolkit = await loadToolkit()

/** A module's exports in WebAssembly. */
export function loadCompiled(module: ModuleIr, binding: UnitBinding, options?: EmitOptions): UnitExports {
  const { bytes } = emitWasmUnit(toolkit, module, options)
  return loadWasmUnit(new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>), binding)
}
