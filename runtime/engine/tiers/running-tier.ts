/** What a unit runs in now. */
export type RunningTier = 'interpreter' | 'javascript' | 'wasm'

/** What a unit runs in now, and why: for EXPLAIN ANALYZE, metrics and progress. */
export interface TierStatus {
  readonly tier: RunningTier
  /** A clause: `hot: 1.4 times as fast as in javascript`. */
  readonly reason: string
  /** Of its WebAssembly; 0 while it has none. */
  readonly compileMillis: number
  readonly codeBytes: number
  readonly swaps: number
  readonly deoptimisations: number
}
