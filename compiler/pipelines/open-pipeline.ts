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

  /** One that can end in state or in the evaluator: the same, or one that reads what the breaker shows, or the rows that VALUES makes. */
  beforeBreaker(open: OpenPipeline): OpenPipeline {
    const ends = open.breaker !== null || open.input.kind === 'values'
    return ends ? this.reading([this.close(open, { kind: 'output' })], open.edge) : open
  }
}
