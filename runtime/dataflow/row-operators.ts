import { blockRowsMax } from '../abi/memory.ts'
import type { EvaluatorCallArtifact } from '../abi/artifact.ts'
import type { KernelEntry } from './graph.ts'
import type { OperatorEnvironment } from './operator-base.ts'
import { PipelineOperator } from './operator-base.ts'

/** Filters and projections: rows in, rows out. */
export class OutputOperator extends PipelineOperator {
  readonly #run: KernelEntry
  #ready = 0

  constructor(environment: OperatorEnvironment, run: KernelEntry) {
    super(environment)
    this.#run = run
  }

  protected takeRows(block: number, count: number): void {
    this.#ready = this.#run.kernel(block, count, this.output, this.control)
  }

  protected moreRows(): number {
    const count = this.#ready
    this.#ready = 0
    return count
  }
}

/** As above, then the planner's evaluator adds columns. */
export class EvaluateOperator extends PipelineOperator {
  readonly #run: KernelEntry
  readonly #calls: readonly EvaluatorCallArtifact[]
  readonly #evaluate: (call: EvaluatorCallArtifact, rows: EvaluatedRows) => void
  #ready = 0

  constructor(environment: OperatorEnvironment, parts: EvaluateParts) {
    super(environment)
    this.#run = parts.run
    this.#calls = parts.calls
    this.#evaluate = parts.evaluate
  }

  protected takeRows(block: number, count: number): void {
    const rows = this.#run.kernel(block, count, this.output, this.control)
    if (rows > 0) {
      for (const [index, call] of this.#calls.entries()) {
        this.#evaluate(call, { block: this.output, count: rows, index, arena: this.strings })
      }
    }
    this.#ready = rows
  }

  protected moreRows(): number {
    const count = this.#ready
    this.#ready = 0
    return count
  }
}

export interface EvaluatedRows {
  readonly block: number
  readonly count: number
  /** Number of the call. */
  readonly index: number
  readonly arena: OperatorEnvironment['arena']
}

export interface EvaluateParts {
  readonly run: KernelEntry
  readonly calls: readonly EvaluatorCallArtifact[]
  readonly evaluate: (call: EvaluatorCallArtifact, rows: EvaluatedRows) => void
}

/** VALUES: makes its rows when it is started, then ends. */
export class ValuesOperator extends PipelineOperator {
  readonly #run: KernelEntry
  readonly #rowCount: number
  #first = 0
  #ended = false

  constructor(environment: OperatorEnvironment, parts: { readonly run: KernelEntry; readonly rowCount: number }) {
    super(environment)
    this.#run = parts.run
    this.#rowCount = parts.rowCount
  }

  protected takeRows(): void {}

  protected moreRows(): number {
    while (this.#first < this.#rowCount) {
      const count = Math.min(blockRowsMax, this.#rowCount - this.#first)
      this.strings.reset()
      this.enterKernel(0)
      const rows = this.#run.kernel(this.#first, count, this.output, this.control)
      this.#first += count
      if (rows > 0) return rows
    }
    if (!this.#ended) {
      this.#ended = true
      this.finishInput()
    }
    return 0
  }
}
