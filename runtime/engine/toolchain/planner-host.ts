import type { Planner } from '../../../sql/planner/planner.ts'

/**
 * The planner, loaded when it is first needed: it is most of what starting costs. All databases of a process share one: it
 * keeps nothing of them between two calls, and a second copy would cost another 0.1 s and 30 MB.
 */
export class PlannerHost {
  static #shared: Planner | null = null
  #planner: Planner | null = null
  #loadMillis = 0

  /** Milliseconds that loading took; 0 while it has not been needed. */
  get loadMillis(): number {
    return this.#loadMillis
  }

  async load(): Promise<Planner> {
    if (this.#planner === null) {
      const start = performance.now()
      const { loadPlanner } = await import('../../../sql/planner/planner.ts')
      this.#planner = PlannerHost.#shared ??= loadPlanner()
      this.#loadMillis = performance.now() - start
    }
    return this.#planner
  }

  /** The planner if it has been loaded. */
  get loaded(): Planner | null {
    return this.#planner
  }
}
