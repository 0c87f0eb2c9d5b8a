/** Calls that are all measured, so that short runs have exact figures. */
const exactCalls = 64
/** Later one call in so many is measured and counts for all of them. */
const sampling = 8

/**
 * How long something has run, in nanoseconds, for metrics. Reading the clock costs some 80 ns, which ten times a block would be a
 * nanosecond a row; so of many calls only one in eight is measured and counted eightfold.
 */
export class Stopwatch {
  nanoseconds = 0
  readonly #now: () => number
  #calls = 0
  #start = 0
  #weight = 0

  constructor(now: () => number) {
    this.#now = now
  }

  /** Before a call. Not nested. */
  start(): void {
    const call = this.#calls++
    this.#weight = call < exactCalls ? 1 : call % sampling === 0 ? sampling : 0
    if (this.#weight > 0) this.#start = this.#now()
  }

  /** After it. */
  stop(): void {
    if (this.#weight > 0) this.nanoseconds += (this.#now() - this.#start) * this.#weight
  }
}
