import type { ModuleIr } from '../../../codegen/kernel/ir.ts'
import { loadToolkit } from '../../../codegen/wasm/module.ts'
import { emitWasmUnit } from '../../../codegen/wasm/unit.ts'
import type { Unit } from '../../../runtime/abi/artifact.ts'
import { RandomTiers } from '../../../runtime/engine/tiers/random-tiers.ts'
import { DataflowBench, type Tier } from './dataflow-bench.ts'

/** `changing`: units go from tier to tier between calls, WebAssembly among them. */
export type BenchTier = Tier | 'changing'

export const benchTiers: readonly BenchTier[] = ['interpreter', 'javascript', 'changing']

/** Makes workers without an engine for each of `benchTiers`. */
export async function loadBenches(): Promise<(tier: BenchTier) => DataflowBench> {
  const toolkit = await loadToolkit()
  const modules = new Map<string, WebAssembly.Module>()
  const moduleOf = ({ kernel }: Unit): WebAssembly.Module => {
    const key = JSON.stringify(kernel, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))
    const made =
      modules.get(key) ??
      new WebAssembly.Module(
        emitWasmUnit(toolkit, kernel as ModuleIr, { optimize: 0 }).bytes as Uint8Array<ArrayBuffer>,
      )
    modules.set(key, made)
    return made
  }
  let seed = 0
  return (tier) => {
    if (tier !== 'changing') return new DataflowBench(tier)
    const tiers: RandomTiers = new RandomTiers(++seed, {
      loader: {
        load: ({ unit, binding }, to) => bench.load(unit, binding, to),
        loadWasm: ({ unit, binding }, module) => bench.load(unit, binding, module),
      },
      moduleOf,
    })
    const bench = new DataflowBench('javascript', {
      onLoaded: (loaded) => tiers.onLoaded(loaded),
      onUnloaded: (loaded) => tiers.onUnloaded(loaded),
    })
    return bench
  }
}
