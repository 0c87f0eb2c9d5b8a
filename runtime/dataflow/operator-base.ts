import { controlBlock } from '../abi/state.ts'
import { Arena } from '../memory/arena.ts'
import type { WorkerMemory } from '../memory/worker-memory.ts'
import type { OperatorRegistry } from '../state/operator-registry.ts'
import type { Message, Operator } from './node.ts'
import { infinity, minusInfinity } from './node.ts'

/** What an operator is made with. */
export interface OperatorEnvironment {
  readonly memory: WorkerMemory
  readonly operators: OperatorRegistry
  /** Lives as long as the query: control blocks, output blocks. */
  readonly arena: Arena
  /** Number of the operator, owner of its pages. */
  readonly number: number
  readonly outputSizeBytes: number
  readonly inputCount: number
  /** A kernel of this operator reports a failed row; `block`: of the rows in hand, 0 for rows of state. */
  onRowError(report: { readonly site: number; readonly row: number; readonly block: number }): void
}

type Pending = 'nothing' | 'flush' | 'watermark' | 'end'

/**
 * What all operators of a pipeline share: one control block, one output block, watermarks of the inputs (theirs is the least of them), ends. A subclass
 * makes rows from rows (`takeRows`, `moreRows`) and may have to show rows before a flush or a watermark goes on (`takeFlush`, `takeWatermark`).
 */
export abstract class PipelineOperator implements Operator {
  protected readonly environment: OperatorEnvironment
  protected readonly memory: WorkerMemory
  protected readonly control: number
  protected readonly output: number
  /** Long strings that its kernels make; until the next input. */
  protected readonly strings: Arena
  readonly #portWatermarks: bigint[]
  readonly #portEnded: boolean[]
  readonly #onRowError: (site: number, row: number) => void
  #watermark = minusInfinity
  #block = 0
  #pending: Pending = 'nothing'

  constructor(environment: OperatorEnvironment) {
    const { memory, arena, number, inputCount } = environment
    this.environment = environment
    this.memory = memory
    this.strings = new Arena(memory.pages, number)
    this.control = arena.allocate(controlBlock.sizeBytes, 16)
    this.output = arena.allocate(environment.outputSizeBytes, 16)
    this.#portWatermarks = Array.from({ length: inputCount }, () => minusInfinity)
    this.#portEnded = Array.from({ length: inputCount }, () => false)
    this.#onRowError = (site, row) => environment.onRowError({ site, row, block: this.#block })
    const { i32, i64, u8 } = memory.views
    u8.fill(0, this.control, this.control + controlBlock.sizeBytes)
    i32[(this.control + controlBlock.operator) >>> 2] = number
    i64[(this.control + controlBlock.watermark) >>> 3] = minusInfinity
    i64[(this.control + controlBlock.watermarkCap) >>> 3] = infinity
  }

  get outputBlock(): number {
    return this.output
  }

  get watermark(): bigint {
    return this.#watermark
  }

  /** All inputs have ended. */
  get inputEnded(): boolean {
    return this.#portEnded.every(Boolean)
  }

  begin(message: Message, port: number): void {
    switch (message.signal) {
      case 'rows':
        this.#setCap(port)
        this.strings.reset()
        this.enterKernel(message.block)
        this.takeRows(message.block, message.count)
        return
      case 'flush':
        this.takeFlush()
        this.#pending = 'flush'
        return
      case 'watermark':
        this.#portWatermarks[port] = message.watermark
        this.#advance()
        return
      case 'end':
        this.#portWatermarks[port] = infinity
        this.#portEnded[port] = true
        if (this.inputEnded) this.finishInput()
        else this.#advance()
    }
  }

  next(message: Message): boolean {
    const count = this.moreRows()
    if (count > 0) {
      message.signal = 'rows'
      message.block = this.output
      message.count = count
      return true
    }
    if (this.#pending === 'nothing') return false
    message.signal = this.#pending
    message.watermark = this.#watermark
    this.memory.views.i64[(this.control + controlBlock.watermark) >>> 3] = this.#watermark
    this.#pending = 'nothing'
    return true
  }

  close(): void {
    this.strings.free()
  }

  /** Rows of an input. */
  protected abstract takeRows(block: number, count: number): void
  /** The next rows in the output block; 0: no more for now. */
  protected abstract moreRows(): number
  /** A batch is over; what has been held back comes from `moreRows`. */
  protected takeFlush(): void {}
  /** The watermark has moved on; what must be shown before it goes on comes from `moreRows`. */
  protected takeWatermark(_watermark: bigint): void {}
  /** No more input. Called after `takeWatermark(infinity)`. */
  protected takeEnd(): void {}

  /** Whatever kernels do next is this operator's: the arena of their strings, their row errors. */
  protected enterKernel(block: number): void {
    this.#block = block
    this.memory.arena = this.strings
    this.environment.operators.onRowError = this.#onRowError
  }

  /** All inputs have ended (or there were none). */
  protected finishInput(): void {
    if (this.#watermark !== infinity) {
      this.#watermark = infinity
      this.takeWatermark(infinity)
    }
    this.takeEnd()
    this.#pending = 'end'
  }

  #advance(): void {
    let least = infinity
    for (const watermark of this.#portWatermarks) if (watermark < least) least = watermark
    if (least <= this.#watermark) return
    this.#watermark = least
    this.takeWatermark(least)
    this.#pending = 'watermark'
  }

  /** With several inputs, a row's watermark is also bounded by what the others have promised. */
  #setCap(port: number): void {
    if (this.#portWatermarks.length < 2) return
    let cap = infinity
    for (const [index, watermark] of this.#portWatermarks.entries())
      if (index !== port && watermark < cap) cap = watermark
    this.memory.views.i64[(this.control + controlBlock.watermarkCap) >>> 3] = cap
  }
}
