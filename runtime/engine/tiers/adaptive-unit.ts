import type { LoadedUnit, UnitExports } from '../../dataflow/graph.ts'
import type { CompileEffort } from './compile-message.ts'
import { KernelMeter } from './kernel-meter.ts'
import type { RunningTier, TierStatus } from './running-tier.ts'

/** Slices in WebAssembly before it is compared: V8 optimises there what it finds hot. */
const settlingSlices = 8
/** Slices of each tier that a comparison rests on. */
const trialSlices = 8
/** A comparison that finds nothing to compare ends after so many. */
const trialSlicesMax = 64
/** WebAssembly that takes up to so many times as long as what it replaced stays, by the setting `warm_up_keeps`. */
const tolerances = { faster: 1.05, always: Number.POSITIVE_INFINITY, never: 0 }
/** Comparisons may be unlucky, and V8 late: after a lost one the unit is tried again when it has run so much longer. */
const trialsMax = 3
const restMillis = 3000

/** Measured slices that tell what a row takes. */
const ratesMax = 16

type State =
  /** in the first tier; not hot so far */
  | { readonly kind: 'cold' }
  | { readonly kind: 'compiling' }
  | { readonly kind: 'settling'; left: number }
  /** slices alternate between the tiers, so that both see the same work */
  | { readonly kind: 'trial'; slices: number }
  | { readonly kind: 'won'; readonly times: number | null }
  /** in the first tier again, until the unit has run for `retryAt` */
  | { readonly kind: 'lost'; readonly times: number; readonly retryAtMillis: number }
  | { readonly kind: 'failed'; readonly message: string }

/** When WebAssembly stays. */
export type WarmUpKeeps = keyof typeof tolerances

/** What the manager does about a unit: counts it, or has it compiled with more effort when it is settled. */
export type UnitEvent = 'swapped' | 'deoptimised' | 'settled'

/** What a unit's WebAssembly took. */
export interface CompileFigures {
  readonly effort: CompileEffort
  readonly millis: number
  readonly codeBytes: number
}

/**
 * A unit whose tier may change between two slices of the pump. All tiers work on the same bytes at the same addresses, so that changing it is
 * setting one field for each kernel. It starts in the tier that is ready at once; when it has proved hot the manager has it compiled (`promote`);
 * then slices alternate between both tiers, the better one stays, and a unit that has gone back says why.
 */
export class AdaptiveUnit {
  readonly loaded: LoadedUnit
  readonly #first: KernelMeter
  readonly #nowMillis: () => number
  readonly #keeps: WarmUpKeeps
  readonly #onEvent: (event: UnitEvent, unit: AdaptiveUnit) => void
  #wasm: KernelMeter | null = null
  #current: KernelMeter
  #state: State = { kind: 'cold' }
  #how: 'direct' | 'measured' = 'direct'
  #rows = 0
  /** When the slice in hand began. */
  #rowsAtBegin = 0
  /** Milliseconds per row in the last measured slices with rows: code gets faster while V8 optimises it. */
  readonly #rates: number[] = []
  /** In measured slices without rows. */
  #otherMillis = 0
  #trials = 0
  #swaps = 0
  #deoptimisations = 0
  #effort: CompileEffort = 'quick'
  #compileMillis = 0
  #codeBytes = 0

  constructor(
    loaded: LoadedUnit,
    first: RunningTier,
    options: {
      readonly nowMillis: () => number
      readonly keeps: WarmUpKeeps
      readonly onEvent: (event: UnitEvent, unit: AdaptiveUnit) => void
    },
  ) {
    this.loaded = loaded
    this.#nowMillis = options.nowMillis
    this.#keeps = options.keeps
    this.#onEvent = options.onEvent
    const exports = Object.fromEntries(Object.entries(loaded.entries).map(([name, { kernel }]) => [name, kernel]))
    this.#first = new KernelMeter(first, exports, options.nowMillis)
    this.#current = this.#first
  }

  /** All rows that it has been given, times what one takes. */
  get workMillis(): number {
    const perRow = this.#rates.toSorted((a, b) => a - b)[this.#rates.length >> 1] ?? 0
    return this.#rows * perRow + this.#otherMillis
  }

  get cold(): boolean {
    return this.#state.kind === 'cold'
  }

  /** Every slice is to be measured. */
  get watched(): boolean {
    return this.#state.kind === 'settling' || this.#state.kind === 'trial'
  }

  /** Its WebAssembly can be had better. */
  get improvable(): boolean {
    return this.#effort === 'quick'
  }

  /** Before a slice. `rows`: so many it has been given so far. */
  beginSlice(how: 'direct' | 'measured', rows: number): void {
    this.#how = how
    this.#rowsAtBegin = rows
    this.#current.install(this.loaded, how)
  }

  /** After a measured slice. @returns milliseconds in its kernels */
  endSlice(rows: number): number {
    this.#rows = rows
    const millis = this.#current.endSlice()
    if (millis === 0) return 0
    const count = rows - this.#rowsAtBegin
    if (count === 0) this.#otherMillis += millis
    else if (this.#rates.push(millis / count) > ratesMax) this.#rates.shift()
    const state = this.#state
    if (state.kind === 'settling' && --state.left === 0) this.#startTrial()
    else if (state.kind === 'trial') this.#alternate(state)
    else if (state.kind === 'lost' && this.workMillis >= state.retryAtMillis) this.#settle()
    return millis
  }

  /** It has been asked for. */
  compiling(): void {
    this.#state = { kind: 'compiling' }
  }

  /** It cannot be compiled and stays where it is. */
  failed(message: string): void {
    this.#state = { kind: 'failed', message }
  }

  /** From the next call on the unit runs in WebAssembly; better code than it has already replaces that without being compared again. */
  promote(exports: UnitExports, { effort, millis, codeBytes }: CompileFigures): void {
    this.#wasm = new KernelMeter('wasm', exports, this.#nowMillis)
    this.#effort = effort
    this.#compileMillis += millis
    this.#codeBytes = codeBytes
    if (this.#state.kind === 'won') this.#enter(this.#wasm)
    else this.#settle()
  }

  status(hotMillis: number): TierStatus {
    return {
      tier: this.#current.tier,
      reason: this.#reason(hotMillis),
      compileMillis: this.#compileMillis,
      codeBytes: this.#codeBytes,
      swaps: this.#swaps,
      deoptimisations: this.#deoptimisations,
    }
  }

  #settle(): void {
    this.#state = { kind: 'settling', left: settlingSlices }
    this.#enter(this.#wasm as KernelMeter)
  }

  #enter(wasm: KernelMeter): void {
    this.#swaps++
    this.#onEvent('swapped', this)
    this.#use(wasm)
  }

  #startTrial(): void {
    this.#trials++
    this.#state = { kind: 'trial', slices: 0 }
    this.#first.reset()
    this.#wasm?.reset()
  }

  #alternate(state: State & { readonly kind: 'trial' }): void {
    const wasm = this.#wasm as KernelMeter
    state.slices++
    if (state.slices < 2 * trialSlices) {
      this.#use(this.#current === wasm ? this.#first : wasm)
      return
    }
    const times = wasm.timesOf(this.#first, trialSlices >> 1)
    if (times === null && state.slices < trialSlicesMax) this.#use(this.#current === wasm ? this.#first : wasm)
    else if ((times ?? 1) > tolerances[this.#keeps]) this.#deoptimise(times ?? 1)
    else {
      this.#state = { kind: 'won', times }
      this.#use(wasm)
      this.#onEvent('settled', this)
    }
  }

  #deoptimise(times: number): void {
    const retryAtMillis =
      this.#trials < trialsMax ? this.workMillis * 2 + restMillis * this.#trials : Number.POSITIVE_INFINITY
    this.#state = { kind: 'lost', times, retryAtMillis }
    this.#deoptimisations++
    this.#use(this.#first)
    this.#onEvent('deoptimised', this)
    this.#onEvent('settled', this)
  }

  #use(meter: KernelMeter): void {
    this.#current = meter
    meter.install(this.loaded, this.#how)
  }

  #reason(hotMillis: number): string {
    const state = this.#state
    switch (state.kind) {
      case 'cold':
        return `not hot: has run ${Math.round(this.workMillis)} ms for ${this.#rows.toLocaleString('en-US')} rows, WebAssembly comes after ${hotMillis} ms`
      case 'compiling':
        return 'hot: WebAssembly is being compiled'
      case 'settling':
      case 'trial':
        return `hot: WebAssembly is compared with ${this.#first.tier}`
      case 'won':
        return state.times === null
          ? 'hot'
          : `hot: WebAssembly takes ${state.times.toFixed(2)} of the time of ${this.#first.tier}`
      case 'lost':
        return `WebAssembly takes ${state.times.toFixed(2)} times as long${this.#keeps === 'never' ? ", and SET warm_up_keeps = 'never'" : ''}`
      case 'failed':
        return `WebAssembly cannot be compiled: ${state.message}`
      default:
        return state satisfies never
    }
  }
}
