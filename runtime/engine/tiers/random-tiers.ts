import type { Unit } from '../../abi/artifact.ts'
import type { Kernel, LoadedUnit } from '../../dataflow/graph.ts'
import { KernelMeter } from './kernel-meter.ts'
import type { TierStatus } from './running-tier.ts'
import type { TierMetrics, UnitLoader, UnitTiers } from './unit-tiers.ts'

interface ChangingUnit {
  readonly meters: readonly [KernelMeter, ...KernelMeter[]]
  current: KernelMeter
  /** What the unit's tier has put into its entries. */
  readonly kernels: Map<string, Kernel>
  swaps: number
  deoptimisations: number
}

/**
 * For tests: before each call of a kernel a seeded number decides whether its unit goes to another of the three tiers. Units are exchanged
 * as under warm-up (`KernelMeter.install`), only for no reason and far more often, so that no block boundary is spared.
 */
export class RandomTiers implements UnitTiers {
  readonly #loader: UnitLoader
  readonly #moduleOf: (unit: Unit) => WebAssembly.Module
  readonly #units = new Map<LoadedUnit, ChangingUnit>()
  #state: number
  #swaps = 0
  #deoptimisations = 0

  constructor(
    seed: number,
    parts: { readonly loader: UnitLoader; readonly moduleOf: (unit: Unit) => WebAssembly.Module },
  ) {
    this.#state = seed | 0
    this.#loader = parts.loader
    this.#moduleOf = parts.moduleOf
  }

  onLoaded(loaded: LoadedUnit): void {
    const now = (): number => 0
    const javascript = this.#loader.load(loaded, 'javascript')
    const interpreter = this.#loader.load(loaded, 'interpreter')
    const wasm = this.#loader.loadWasm(loaded, this.#moduleOf(loaded.unit))
    const first = new KernelMeter('javascript', javascript, now)
    const unit: ChangingUnit = {
      meters: [first, new KernelMeter('interpreter', interpreter, now), new KernelMeter('wasm', wasm, now)],
      current: first,
      kernels: new Map(),
      swaps: 0,
      deoptimisations: 0,
    }
    this.#units.set(loaded, unit)
    this.#use(loaded, unit, first)
  }

  onUnloaded(loaded: LoadedUnit): void {
    this.#units.delete(loaded)
  }

  beforeSlice(): void {}

  statusOf(loaded: LoadedUnit): TierStatus {
    const { current, swaps = 0, deoptimisations = 0 } = this.#units.get(loaded) ?? {}
    const tier = current?.tier ?? 'javascript'
    return { tier, reason: 'tiers change at random', compileMillis: 0, codeBytes: 0, swaps, deoptimisations }
  }

  metrics(): TierMetrics {
    return {
      compiles: 0,
      compileFailures: 0,
      compileMillis: 0,
      codeBytes: 0,
      swaps: this.#swaps,
      deoptimisations: this.#deoptimisations,
      swapMillis: 0,
      swapMillisMax: 0,
    }
  }

  close(): void {}

  /** Exchanges the kernels, and puts itself before each of them. */
  #use(loaded: LoadedUnit, unit: ChangingUnit, meter: KernelMeter): void {
    meter.install(loaded, 'direct')
    unit.current = meter
    for (const [name, entry] of Object.entries(loaded.entries)) {
      unit.kernels.set(name, entry.kernel)
      entry.kernel = (...parameters) => {
        this.#maybeSwap(loaded, unit)
        return (unit.kernels.get(name) as Kernel)(...parameters)
      }
    }
  }

  #maybeSwap(loaded: LoadedUnit, unit: ChangingUnit): void {
    const next = unit.meters[this.#random() % unit.meters.length] ?? unit.meters[0]
    if (next === unit.current) return
    if (next.tier === 'wasm') {
      unit.swaps++
      this.#swaps++
    } else if (unit.current.tier === 'wasm') {
      unit.deoptimisations++
      this.#deoptimisations++
    }
    this.#use(loaded, unit, next)
  }

  /** splitmix32 */
  #random(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0
    let z = this.#state
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    return (z ^ (z >>> 16)) >>> 0
  }
}
