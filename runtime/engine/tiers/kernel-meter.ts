import type { Kernel, LoadedUnit, UnitExports } from '../../dataflow/graph.ts'
import type { RunningTier } from './running-tier.ts'

/** Rates that a comparison of two tiers rests on, the last ones. */
const ratesMax = 32

interface KernelRates {
  /** Of the slice in hand: rows, or bytes of a decoder. */
  amount: number
  millis: number
  /** Milliseconds per row or byte, slice by slice. */
  readonly rates: number[]
  /** All that was measured. */
  totalAmount: number
}

/**
 * What the kernels of one unit take in one tier. Only slices of the pump that are measured call them through `probes`; in
 * all others they are called directly and cost nothing.
 */
export class KernelMeter {
  readonly tier: RunningTier
  readonly #exports: UnitExports
  readonly #probes: UnitExports
  readonly #kernels = new Map<string, KernelRates>()

  constructor(tier: RunningTier, exports: UnitExports, nowMillis: () => number) {
    this.tier = tier
    this.#exports = exports
    const probes = Object.entries(exports).map(([name, kernel]): [string, Kernel] => {
      const rates: KernelRates = { amount: 0, millis: 0, rates: [], totalAmount: 0 }
      this.#kernels.set(name, rates)
      return [name, (moving.has(name) ? probeMoving : probe)(kernel, rates, nowMillis)]
    })
    this.#probes = Object.fromEntries(probes)
  }

  /** From the next call on the unit runs in this tier. */
  install({ entries }: LoadedUnit, how: 'direct' | 'measured'): void {
    const from = how === 'measured' ? this.#probes : this.#exports
    for (const name in entries) (entries[name] as { kernel: Kernel }).kernel = from[name] as Kernel
  }

  /** Ends a measured slice. @returns milliseconds in the kernels of the unit */
  endSlice(): number {
    let millis = 0
    for (const kernel of this.#kernels.values()) {
      if (kernel.amount === 0) continue
      millis += kernel.millis
      if (kernel.rates.push(kernel.millis / kernel.amount) > ratesMax) kernel.rates.shift()
      kernel.totalAmount += kernel.amount
      kernel.amount = 0
      kernel.millis = 0
    }
    return millis
  }

  /** Forgets what was measured. */
  reset(): void {
    for (const kernel of this.#kernels.values()) {
      kernel.rates.length = 0
      kernel.amount = kernel.millis = kernel.totalAmount = 0
    }
  }

  /**
   * How many times as long as `other` the kernels take here for the same work; kernels count by the work that they had in both. Null
   * where no kernel has been measured `ratesMin` times in both.
   */
  timesOf(other: KernelMeter, ratesMin: number): number | null {
    let ours = 0
    let theirs = 0
    for (const [name, kernel] of this.#kernels) {
      const rival = other.#kernels.get(name)
      if (rival === undefined || Math.min(kernel.rates.length, rival.rates.length) < ratesMin) continue
      const amount = kernel.totalAmount + rival.totalAmount
      ours += lowerQuartile(kernel.rates) * amount
      theirs += lowerQuartile(rival.rates) * amount
    }
    return theirs === 0 ? null : ours / theirs
  }
}

/** Whatever disturbs a measurement makes it longer, so that the low ones tell more than the mean. */
function lowerQuartile(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 2] as number
}

/** These work from their second parameter on, an address or a row, and give the one up to which they went. */
const moving: ReadonlySet<string> = new Set(['decode', 'encode'])

/** The second parameter of all others is the number of rows. */
function probe(kernel: Kernel, rates: KernelRates, nowMillis: () => number): Kernel {
  return (...parameters) => {
    const start = nowMillis()
    const result = kernel(...parameters)
    rates.millis += nowMillis() - start
    rates.amount += parameters[1] ?? 0
    return result
  }
}

function probeMoving(kernel: Kernel, rates: KernelRates, nowMillis: () => number): Kernel {
  return (...parameters) => {
    const start = nowMillis()
    const result = kernel(...parameters)
    rates.millis += nowMillis() - start
    rates.amount += result - (parameters[1] ?? 0)
    return result
  }
}
