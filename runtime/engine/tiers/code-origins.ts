import type { Unit } from '../../abi/artifact.ts'
import type { Kernel, LoadedUnit, UnitExports } from '../../dataflow/graph.ts'
import type { RunningTier, TierStatus } from './running-tier.ts'

/** What a unit runs in, and why; what it calls there. */
export type UnitStatus = TierStatus & {
  /** Functions outside of itself that a WebAssembly module calls; empty for the other tiers, which call whatever they need. */
  readonly calls: readonly string[]
}

/**
 * Remembers how every kernel came to be, so that what is said about a unit is read off the kernels that are really called, whatever
 * anybody has asked for.
 */
export class CodeOrigins {
  readonly #tiers = new WeakMap<Kernel, RunningTier>()
  readonly #calls = new WeakMap<Unit, readonly string[]>()

  note(exports: UnitExports, tier: 'interpreter' | 'javascript'): UnitExports {
    return this.#note(exports, tier)
  }

  noteWasm(exports: UnitExports, unit: Unit, module: WebAssembly.Module): UnitExports {
    const calls = WebAssembly.Module.imports(module).filter(({ kind }) => kind === 'function')
    this.#calls.set(
      unit,
      calls.map(({ name }) => name),
    )
    return this.#note(exports, 'wasm')
  }

  /** `status`: as who decides about tiers believes it to be. A kernel that is being measured is called by another function, which has no origin. */
  statusOf({ entries, unit }: LoadedUnit, status: TierStatus): UnitStatus {
    const [entry] = Object.values(entries)
    const tier = (entry && this.#tiers.get(entry.kernel)) ?? status.tier
    return { ...status, tier, calls: tier === 'wasm' ? (this.#calls.get(unit) ?? []) : [] }
  }

  #note(exports: UnitExports, tier: RunningTier): UnitExports {
    for (const kernel of Object.values(exports)) this.#tiers.set(kernel, tier)
    return exports
  }
}
