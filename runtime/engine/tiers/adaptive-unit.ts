import type { Kernel, UnitExports } from '../../dataflow/graph.ts'

/** What a unit runs in now. */
export type RunningTier = 'interpreter' | 'javascript' | 'wasm'

/** How much a kernel did: rows, or bytes for a decoder. */
interface Work {
  amount: number
  millis: number
  calls: number
}

/** Calls in a new tier that are not measured: V8 compiles there what it finds hot. */
const settlingCalls = 32
/** Calls that a comparison of tiers rests on. */
const measuredCalls = 64
/** A unit is not hot before it has been called so often, however long that took. */
const hotCalls = 128
/** WebAssembly must not be slower than what it replaced by more than this. */
const tolerance = 1.05

export interface AdaptiveEvents {
  /** Called once: the unit has proved hot. */
  onHot(unit: AdaptiveUnit): void
  /** The unit went back, because WebAssembly was slower. */
  onDeoptimised(unit: AdaptiveUnit): void
  nowMillis(): number
  /** A unit is hot when it has run so long: compiling for less does not pay, because the compile thread itself takes about a second. */
  readonly hotMillis: number
}

/**
 * A unit whose kernels can be exchanged between two calls. All tiers work on the same bytes at the same addresses, so that exchanging moves
 * nothing. It starts in the tier that is ready at once; when it has proved hot it asks for a better one (`onHot`), and when
 * that is there (`promote`) it watches whether it is better indeed; if not, it goes back for good.
 */
export class AdaptiveUnit {
  readonly exports: UnitExports
  readonly #first: { readonly tier: RunningTier; readonly exports: UnitExports }
  readonly #events: AdaptiveEvents
  #tier: RunningTier
  #current: UnitExports
  #state: 'cold' | 'asked' | 'on trial' | 'settled' = 'cold'
  #work: Work = { amount: 0, millis: 0, calls: 0 }
  #rateBefore = 0

  constructor(first: { readonly tier: RunningTier; readonly exports: UnitExports }, events: AdaptiveEvents) {
    this.#first = first
    this.#events = events
    this.#tier = first.tier
    this.#current = first.exports
    this.exports = Object.fromEntries(Object.keys(first.exports).map((name) => [name, this.#kernel(name)]))
  }

  get tier(): RunningTier {
    return this.#tier
  }

  /** From the next call on the unit runs in WebAssembly. */
  promote(exports: UnitExports): void {
    this.#rateBefore = this.#work.millis / this.#work.amount
    this.#use('wasm', exports)
    this.#state = 'on trial'
  }

  /** From the next call on the unit runs in its first tier, for good. */
  deoptimise(): void {
    this.#use(this.#first.tier, this.#first.exports)
    this.#state = 'settled'
    this.#events.onDeoptimised(this)
  }

  #use(tier: RunningTier, exports: UnitExports): void {
    this.#tier = tier
    this.#current = exports
    this.#work = { amount: 0, millis: 0, calls: -settlingCalls }
  }

  /** The kernel as its callers keep it: calls what is current, and measures until the unit has settled. */
  #kernel(name: string): Kernel {
    return (a, b, c, d, e) => {
      const kernel = this.#current[name] as Kernel
      if (this.#state === 'settled') return kernel(a, b, c, d, e)
      const start = this.#events.nowMillis()
      const result = kernel(a, b, c, d, e)
      this.#measure(name === 'decode' ? result - b : b, this.#events.nowMillis() - start)
      return result
    }
  }

  #measure(amount: number, millis: number): void {
    const work = this.#work
    work.calls++
    // what is not settled yet does not count, nor does a call without work
    if (work.calls <= 0 || !(amount > 0)) return
    work.amount += amount
    work.millis += millis
    if (this.#state === 'cold' && work.millis >= this.#events.hotMillis && work.calls >= hotCalls) {
      this.#state = 'asked'
      this.#events.onHot(this)
    } else if (this.#state === 'on trial' && work.calls >= measuredCalls) {
      if (work.millis / work.amount > this.#rateBefore * tolerance) this.deoptimise()
      else this.#state = 'settled'
    }
  }
}
