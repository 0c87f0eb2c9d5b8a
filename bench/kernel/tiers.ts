import { instantiateInterpreter } from '../../codegen/interpreter/instantiate.ts'
import type { ModuleIr } from '../../codegen/kernel/ir.ts'
import { loadToolkit } from '../../codegen/wasm/module.ts'
import { emitWasmUnit } from '../../codegen/wasm/unit.ts'
import type { Unit } from '../../runtime/abi/artifact.ts'
import { compileWasm } from '../../runtime/worker/compile-wasm.ts'
import { loadWasmUnit } from '../../runtime/worker/load-wasm.ts'
import { loadUnit, type UnitBinding, type UnitExports } from '../../runtime/worker/load.ts'

export const benchTiers = ['interpreter', 'javascript', 'wasm'] as const
export type BenchTier = (typeof benchTiers)[number]

export type Instantiate = (unit: Unit, binding: UnitBinding) => UnitExports

/** How units become functions in a tier. */
export async function loadTier(tier: BenchTier): Promise<Instantiate> {
  switch (tier) {
    case 'interpreter':
      return (unit, binding) => instantiateInterpreter(unit.kernel as ModuleIr, binding)
    case 'javascript':
      return (unit, binding) => loadUnit({ javascript: unit.javascript, hash: unit.name }, binding)
    case 'wasm': {
      const toolkit = await loadToolkit()
      return (unit, binding) => {
        const { bytes } = emitWasmUnit(toolkit, unit.kernel as ModuleIr)
        return loadWasmUnit(compileWasm(bytes as Uint8Array<ArrayBuffer>, 'whole'), binding)
      }
    }
  }
}
