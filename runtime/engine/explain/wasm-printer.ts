import type { ModuleIr } from '../../../codegen/kernel/ir.ts'
import type { WasmCode } from '../../../compiler/explain/units.ts'
import type { Unit } from '../../abi/artifact.ts'

/** Makes the WebAssembly of units for EXPLAIN. Loads Binaryen, which takes 0.4 s: only for the levels that show it. */
export async function loadWasmPrinter(): Promise<(unit: Unit) => WasmCode> {
  const [{ loadToolkit }, { printWasmUnit }] = await Promise.all([
    import('../../../codegen/wasm/module.ts'),
    import('../../../codegen/wasm/print.ts'),
  ])
  const toolkit = await loadToolkit()
  return ({ name, kernel, spans }) => ({ name, ...printWasmUnit(toolkit, kernel as ModuleIr, spans) })
}
