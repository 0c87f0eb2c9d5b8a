import type { RunningTier, TierStatus } from './running-tier.ts'
import type { UnitTiers } from './unit-tiers.ts'

/** All units stay in one tier, for one reason. */
export class FixedTiers implements UnitTiers {
  readonly #status: TierStatus

  constructor(tier: RunningTier, reason: string) {
    this.#status = { tier, reason, compileMillis: 0, codeBytes: 0, swaps: 0, deoptimisations: 0 }
  }

  onLoaded(): void {}

  onUnloaded(): void {}

  beforeSlice(): void {}

  statusOf(): TierStatus {
    return this.#status
  }

  metrics(): null {
    return null
  }

  close(): void {}
}
