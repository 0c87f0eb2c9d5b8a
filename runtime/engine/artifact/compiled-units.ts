import { canonicalJson } from '../../../codegen/artifact/canonical-json.ts'
import type { WasmUnit } from '../../../codegen/wasm/unit.ts'
import type { CompiledUnit } from './folder-parts.ts'
import type { NamedUnit } from './make-program.ts'

/** Units with their WebAssembly. Statements that print rows of the same shape have the same encoders: units of equal kernels are compiled once. */
export function compiledUnits(
  units: readonly NamedUnit[],
  emit: (unit: NamedUnit) => WasmUnit,
): readonly CompiledUnit[] {
  const known = new Map<string, WasmUnit>()
  return units.map((each) => {
    const key = canonicalJson(each.unit.kernel)
    const wasm = known.get(key) ?? emit(each)
    known.set(key, wasm)
    return { ...each, wasm }
  })
}
