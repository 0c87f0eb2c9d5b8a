import { loadToolkit } from '../../../codegen/wasm/module.ts'
import { emitWasmUnit } from '../../../codegen/wasm/unit.ts'
import type { ModuleIr } from '../../../codegen/kernel/ir.ts'
import type { Unit } from '../../../runtime/abi/artifact.ts'
import { loadWasmUnit } from '../../../runtime/worker/load-wasm.ts'
import type { UnitBinding, UnitExports } from '../../../runtime/worker/load.ts'
import { bindDecoder, type BoundDecoder, type CompiledDecoder } from './harness.ts'

const toolkit = await loadToolkit()

/** A decoder in WebAssembly, and how often it has called each function of the library. */
export function bindCounting(compiled: CompiledDecoder): { decoder: BoundDecoder; calls: Map<string, number> } {
  const calls = new Map<string, number>()
  const instantiate = (unit: Unit, binding: UnitBinding): UnitExports => {
    const { bytes } = emitWasmUnit(toolkit, unit.kernel as ModuleIr)
    const functions = Object.entries(binding.library).map(([name, call]) => [
      name,
      (...parameters: never[]): unknown => {
        calls.set(name, (calls.get(name) ?? 0) + 1)
        return call(...parameters)
      },
    ])
    const library = Object.fromEntries(functions) as UnitBinding['library']
    return loadWasmUnit(new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>), { ...binding, library })
  }
  return { decoder: bindDecoder(compiled, { instantiate }), calls }
}

/** Numbers below `below`, the same ones for the same seed. */
export function generator(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return Math.floor(((state >>> 0) / 4_294_967_296) * below)
  }
}

export type Random = (below: number) => number
export const of = <T>(random: Random, values: readonly T[]): T => values[random(values.length)] as T
