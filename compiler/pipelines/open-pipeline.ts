import type { Edge } from '../streaming/stream-plan.ts'
import type { Pipeline, PipelineInput, Step, Terminal } from './pipeline.ts'

/** A pipeline that still grows: its last rows have the columns of `edge`. */
export interface OpenPipeline {
  readonly input: PipelineInput
  readonly inputEdge: Edge
  readonly steps: readonly Step[]
  /** Set once a breaker has been reached; what follows goes behind it. */
  readonly breaker: (Terminal & { readonly kind: 'aggregate' | 'window_hold' }) | null
  readonly edge: Edge
}

/** Puts a step at the end: before the breaker's state or behind it. */
export function extend(open: OpenPipeline, step: Step, edge: Edge): OpenPipeline {
  const { breaker } = open
  return breaker
    ? { ...open, breaker: { ...breaker, after: [...breaker.after, step] }, edge }
    : { ...open, steps: [...open.steps, step], edge }
}

/** Closed pipelines in the order of dataflow, producers first. */
export class PipelineList {
  readonly #pipelines: Pipeline[] = []

  get pipelines(): readonly Pipeline[] {
    return this.#pipelines
  }

  /** Closes it with what its breaker says, or else with `terminal`, and gives its id. */
  close(open: OpenPipeline, terminal: Terminal): number {
    const id = this.#pipelines.length
    const { input, inputEdge, steps, breaker, edge } = open
    this.#pipelines.push({ id, input, inputEdge, steps, terminal: breaker ?? terminal, outputEdge: edge })
    return id
  }

  /** A pipeline that reads the rows of closed ones. */
  reading(ids: readonly number[], edge: Edge): OpenPipeline {
    return { input: { kind: 'pipelines', ids }, inputEdge: edge, steps: [], breaker: null, edge }
  }

  /** One without a breaker: the same, or one that reads what the breaker shows. */
  beforeBreaker(open: OpenPipeline): OpenPipeline {
    return open.breaker ? this.reading([this.close(open, { kind: 'output' })], open.edge) : open
  }
}
