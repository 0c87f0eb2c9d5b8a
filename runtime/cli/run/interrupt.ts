import { exitStatus } from '../exit-status.ts'

/** Why a run stops before its sources have ended. */
export type StopReason = 'interrupted' | 'duration' | 'limit' | 'closed_by_reader'

/** One place where everything that can stop a run meets. The first reason counts. */
export class StopSignal {
  readonly #stopped = Promise.withResolvers<StopReason>()
  #reason: StopReason | null = null
  #timer: NodeJS.Timeout | null = null
  readonly #onSignal = (): void => {
    // The second time means now: nothing is finished any more.
    if (this.#reason === 'interrupted') process.exit(exitStatus.interrupted)
    this.stop('interrupted')
  }

  readonly #durationMillis: number | undefined

  /** Listens to Ctrl-C and SIGTERM until `dispose`. */
  constructor(durationMillis: number | undefined) {
    this.#durationMillis = durationMillis
    process.on('SIGINT', this.#onSignal)
    process.on('SIGTERM', this.#onSignal)
  }

  /** The sources start now: the duration counts from here. Idempotent. */
  startTimer(): void {
    if (this.#durationMillis !== undefined)
      this.#timer ??= setTimeout(() => this.stop('duration'), this.#durationMillis)
  }

  get reason(): StopReason | null {
    return this.#reason
  }

  get stopped(): Promise<StopReason> {
    return this.#stopped.promise
  }

  stop(reason: StopReason): void {
    if (reason === 'interrupted') this.#reason = reason
    this.#reason ??= reason
    this.#stopped.resolve(this.#reason)
  }

  dispose(): void {
    process.off('SIGINT', this.#onSignal)
    process.off('SIGTERM', this.#onSignal)
    if (this.#timer !== null) clearTimeout(this.#timer)
  }
}
