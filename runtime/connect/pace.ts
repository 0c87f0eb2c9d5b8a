import type { Clock } from './connector.ts'

/** Spreads events over time: at most `rate` a second since the first was asked for; 0 = no limit. */
export class Pace {
  readonly #clock: Clock
  readonly #rate: number
  readonly #stopped = new AbortController()
  #startMicros: bigint | undefined

  constructor(clock: Clock, rate: number) {
    this.#clock = clock
    this.#rate = rate
  }

  /** How many events may have happened by now. */
  allowed(): number {
    if (this.#rate === 0) return Number.POSITIVE_INFINITY
    this.#startMicros ??= this.#clock.nowMicros()
    const elapsedMicros = Number(this.#clock.nowMicros() - this.#startMicros)
    return Math.floor((elapsedMicros / 1_000_000) * this.#rate) + 1
  }

  /** Resolves when event number `count` (from 1) is due, or at once after `stop`. */
  wait(count: number): Promise<void> {
    if (this.#rate === 0) return Promise.resolve()
    const start = this.#startMicros ?? this.#clock.nowMicros()
    const dueMicros = start + BigInt(Math.ceil(((count - 1) / this.#rate) * 1_000_000))
    const millis = Number(dueMicros - this.#clock.nowMicros()) / 1000
    return this.#clock.sleep(Math.max(1, Math.ceil(millis)), this.#stopped.signal)
  }

  stop(): void {
    this.#stopped.abort()
  }
}
