import { setImmediate } from 'node:timers'
import type { SourceDriver } from './source-driver.ts'

/** Timers, signals and sockets get their turn at least this often while there is work. */
const sliceMillis = 10

export interface PumpOptions {
  /** Carries what was pushed through the graph: `Graph.run`. */
  readonly run: () => true | Promise<void>
  readonly nowMillis: () => number
  /** Work begins, or goes on after others had their turn; no kernel is running. */
  readonly beforeSlice: () => void
  /** A source has failed; it has been taken out. */
  readonly onSourceFailure: (driver: SourceDriver, reason: unknown) => void
  /** While true only `privileged` sources are read: their rows make the room that the others wait for. */
  readonly congested: () => boolean
  /** Called when everything that arrived has had its effect, before the pump waits. */
  readonly onIdle: () => void
  /** An error of ours: nothing runs any more. */
  readonly onCrash: (error: unknown) => void
}

/**
 * Moves blocks from sources through the graph: one block of each source in turn, in synchronous loops that yield to the
 * event loop every few milliseconds. While rows flow it makes no promise per block; it waits only when every source
 * waits or is held up by a consumer that is not ready.
 */
export class Pump {
  readonly #options: PumpOptions
  #drivers: SourceDriver[] = []
  readonly #privileged = new Set<SourceDriver>()
  #running = false
  #stopped = false
  #wake: PromiseWithResolvers<void> | null = null
  #idle: PromiseWithResolvers<void> | null = null
  #quiet: PromiseWithResolvers<void> | null = null
  /** When timers and I/O had their last turn, as far as is known here. */
  #turnAt = 0
  /** Set while the graph waits for a consumer. */
  #blocked: Promise<void> | null = null
  #dirty = false

  constructor(options: PumpOptions) {
    this.#options = options
  }

  get drivers(): readonly SourceDriver[] {
    return this.#drivers
  }

  add(driver: SourceDriver, options: { readonly privileged?: boolean } = {}): void {
    this.#drivers.push(driver)
    if (options.privileged === true) this.#privileged.add(driver)
    driver.onWake = () => this.wake()
    this.wake()
  }

  remove(driver: SourceDriver): void {
    this.#drivers = this.#drivers.filter((each) => each !== driver)
    this.#privileged.delete(driver)
    this.wake()
  }

  /** Something has changed that the pump cannot see: a query was deployed, rows were pushed. */
  wake(): void {
    this.#dirty = true
    if (this.#wake !== null) {
      this.#wake.resolve()
      this.#wake = null
    } else if (!this.#running && !this.#stopped) {
      this.#running = true
      void this.#loop()
    }
  }

  /**
   * Resolves when everything that has arrived has had its effect in every consumer and every bounded source has ended, or
   * the pump was stopped.
   */
  idle(): Promise<void> {
    if (this.#stopped) return Promise.resolve()
    this.#idle ??= Promise.withResolvers()
    const { promise } = this.#idle
    this.wake()
    return promise
  }

  /** Resolves when the rows that have arrived have had their effect; bounded sources may still be reading. */
  quiet(): Promise<void> {
    if (this.#stopped) return Promise.resolve()
    this.#quiet ??= Promise.withResolvers()
    const { promise } = this.#quiet
    this.wake()
    return promise
  }

  /** After timers and I/O have had a turn. */
  nextTurn(): Promise<void> {
    return nextTurn()
  }

  /** True while a consumer holds the graph up. */
  get blocked(): boolean {
    return this.#blocked !== null
  }

  stop(): void {
    this.#stopped = true
    this.#wake?.resolve()
    this.#wake = null
    this.#settle()
  }

  #settle(): void {
    for (const waiting of [this.#idle, this.#quiet]) waiting?.resolve()
    this.#idle = null
    this.#quiet = null
  }

  async #loop(): Promise<void> {
    try {
      while (!this.#stopped) {
        this.#dirty = false
        const working = this.#slice()
        // also for a caller that goes on pushing whenever everything has had its effect, and never waits for anything else
        if (this.#options.nowMillis() - this.#turnAt >= sliceMillis) await this.#takeTurn()
        if (!working) await this.#rest()
      }
    } catch (error) {
      this.#stopped = true
      this.#idle?.reject(error)
      this.#quiet?.reject(error)
      this.#options.onCrash(error)
    } finally {
      this.#running = false
    }
  }

  async #takeTurn(): Promise<void> {
    await nextTurn()
    this.#turnAt = this.#options.nowMillis()
  }

  /** Works until the slice is over (true) or nothing can be done (false). */
  #slice(): boolean {
    const { nowMillis, beforeSlice } = this.#options
    beforeSlice()
    const end = nowMillis() + sliceMillis
    while (!this.#stopped) {
      if (!this.#round()) return false
      if (nowMillis() >= end) return true
    }
    return false
  }

  /** One block of each source. False when no source gave one. */
  #round(): boolean {
    let worked = false
    this.#run()
    for (const driver of this.#drivers) {
      const isHeldUp = this.#options.congested() && !this.#privileged.has(driver)
      if (isHeldUp ? !driver.flush() : driver.step() !== 'worked') continue
      worked = true
      // what it has read has its effect before its failure has
      this.#run()
      if (driver.failure === null) continue
      this.remove(driver)
      this.#options.onSourceFailure(driver, driver.failure.reason)
      this.#run()
    }
    return worked
  }

  #run(): void {
    const result = this.#options.run()
    if (result === true) {
      this.#blocked = null
      return
    }
    if (this.#blocked === result) return
    this.#blocked = result
    void result.then(() => {
      if (this.#blocked === result) this.#blocked = null
      this.wake()
    })
  }

  async #rest(): Promise<void> {
    if (this.#dirty || this.#stopped) return
    if (this.#blocked === null) {
      this.#options.onIdle()
      this.#quiet?.resolve()
      this.#quiet = null
      if (this.#drivers.every((driver) => driver.ended || !driver.bounded)) {
        this.#idle?.resolve()
        this.#idle = null
      }
    }
    this.#wake = Promise.withResolvers()
    await this.#wake.promise
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
