import type { LoadedUnit } from '../../dataflow/graph.ts'
import type { RunningTier, TierStatus } from './running-tier.ts'
import type { UnitTiers } from './unit-tiers.ts'

type Figures = Pick<TierStatus, 'codeBytes' | 'compileMillis'>

/** All units stay in one tier, for one reason. */
export class FixedTiers implements UnitTiers {
  readonly #status: Omit<TierStatus, keyof Figures>
  readonly #figuresOf: (loaded: LoadedUnit) => Figures | null

  /** `figuresOf`: of a unit's WebAssembly. */
  constructor(tier: RunningTier, reason: string, figuresOf: (loaded: LoadedUnit) => Figures | null) {
    this.#status = { tier, reason, swaps: 0, deoptimisations: 0 }
    this.#figuresOf = figuresOf
  }

  onLoaded(): void {}

  onUnloaded(): void {}

  beforeSlice(): void {}

  statusOf(loaded: LoadedUnit): TierStatus {
    const { compileMillis = 0, codeBytes = 0 } = this.#figuresOf(loaded) ?? {}
    return { ...this.#status, compileMillis, codeBytes }
  }

  metrics(): null {
    return null
  }

  close(): void {}
}
