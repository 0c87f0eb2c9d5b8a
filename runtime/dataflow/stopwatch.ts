/** Calls that are all measured, so that short runs have exact figures. */
const exactCalls = 64
/** Later one call in so many is measured and counts for all of them. A prime, so that no rhythm of blocks and windows is in step with it. */
const sampling = 61

/**
 * How long something has run, in nanoseconds, for metrics. Reading the clock costs some 80 ns, which ten times a block would be a
 * nanosecond a row; so of many calls only one in 61 is measured and counted 61 times.
 */
export class Stopwatch {
  nanoseconds = 0
  readonly #now: () => number
  #exactLeft = exactCalls
  /** Calls until one is measured. */
  #wait = 1
  #start = 0
  #weight = 0

  constructor(now: () => number) {
    this.#now = now
  }

  /** Before a call. Not nested. */
  start(): void {
    if (--this.#wait > 0) return
    this.#weight = this.#exactLeft > 0 ? 1 : sampling
    this.#wait = this.#weight
    if (this.#exactLeft > 0) this.#exactLeft--
    this.#start = this.#now()
  }

  /** After it. */
  stop(): void {
    if (this.#weight === 0) return
    this.nanoseconds += (this.#now() - this.#start) * this.#weight
    this.#weight = 0
  }
}
