import type { LoadedUnit, UnitExports } from '../../dataflow/graph.ts'
import type { RunningTier, TierStatus } from './running-tier.ts'

/** Who decides which tier the units of a worker run in. */
export interface UnitTiers {
  /** A unit is in use, in the first tier. */
  onLoaded(loaded: LoadedUnit): void
  onUnloaded(loaded: LoadedUnit): void
  /**
   * No kernel is running, and rows are about to be worked on. Called every few milliseconds while there is work. `remainingTimes` tells how many
   * times what has been read is still to come; null: nobody knows.
   */
  beforeSlice(remainingTimes: () => number | null): void
  statusOf(loaded: LoadedUnit): TierStatus
  /** Null: tiers do not change. */
  metrics(): TierMetrics | null
  close(): void
}

/** Counters of adaptive compilation since the database was opened. */
export interface TierMetrics {
  readonly compiles: number
  readonly compileFailures: number
  /** In the compile thread, which runs beside the queries. */
  readonly compileMillis: number
  readonly codeBytes: number
  /** Units that went to WebAssembly. Changing to and fro while two tiers are compared is not counted. */
  readonly swaps: number
  /** Units that went back, because WebAssembly was slower. */
  readonly deoptimisations: number
  /** How long queries stood still for swaps: all together, and the longest. */
  readonly swapMillis: number
  readonly swapMillisMax: number
}

/** Binds a unit to the worker's memory in a tier; `module`: of its WebAssembly. */
export interface UnitLoader {
  load(loaded: LoadedUnit, tier: Exclude<RunningTier, 'wasm'>): UnitExports
  loadWasm(loaded: LoadedUnit, module: WebAssembly.Module): UnitExports
}
