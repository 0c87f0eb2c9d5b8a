import { must } from '../../sql/base/assert.ts'
import type { SourceArtifact } from '../abi/artifact.ts'
import { sourceControl } from '../abi/artifact.ts'
import type { BlockLayout } from '../abi/block.ts'
import { Arena } from '../memory/arena.ts'
import type { Batch, GraphOptions, KernelEntry, LoadedUnit, SourceBinding, SourceInput } from './graph.ts'
import type { Message, Operator } from './node.ts'
import { infinity, minusInfinity } from './node.ts'
import { Stopwatch } from './stopwatch.ts'
import { LoadedUnits } from './unit-loader.ts'

export interface SourceEnvironment {
  readonly name: string
  readonly artifact: SourceArtifact
  readonly binding: SourceBinding
  readonly options: GraphOptions
  readonly number: number
  /** There is something to say: the graph runs the source's task. */
  readonly onWork: () => void
}

/** A source as the graph sees it: what was pushed, then how far its watermark has come, then its end. */
export class SourceOperator implements Operator, SourceInput {
  readonly layout: BlockLayout
  readonly block: number
  readonly control: number
  readonly decode: KernelEntry | null
  busy = false
  rowsIn = 0
  rowErrors = 0
  readonly stopwatch: Stopwatch
  readonly #units: LoadedUnits
  readonly #environment: SourceEnvironment
  readonly #arena: Arena
  readonly #strings: Arena
  readonly #ingest: KernelEntry
  #rows = 0
  #batch: 'closed' | 'open' | 'ending' = 'closed'
  /** The watermark last said, as two words: a whole one would be an object for each block. */
  #saidLow = 0
  #saidHigh = Number(minusInfinity >> 32n)
  #end: 'open' | 'ending' | 'ended' = 'open'
  #lateRows = 0
  readonly #onRowError: (site: number, row: number) => void

  constructor(environment: SourceEnvironment) {
    const { artifact, options, number } = environment
    const { memory } = options
    this.#environment = environment
    this.stopwatch = new Stopwatch(() => environment.options.nowNanos())
    this.#onRowError = (site, row) => this.#reject(site, row)
    this.layout = artifact.layout
    this.#arena = new Arena(memory.pages, number)
    this.#strings = new Arena(memory.pages, number)
    this.block = this.#arena.allocate(this.layout.sizeBytes, 16)
    this.control = this.#arena.allocate(sourceControl.sizeBytes, 16)
    memory.views.u8.fill(0, this.control, this.control + sourceControl.sizeBytes)
    memory.views.i64[(this.control + sourceControl.watermark) >>> 3] = minusInfinity
    memory.views.i64[(this.control + sourceControl.aheadLimit) >>> 3] = infinity
    const { units, constants } = artifact
    this.#units = new LoadedUnits({ name: environment.name, units, constants }, options, this.#arena)
    this.#ingest = this.#units.kernel(artifact.ingest)
    this.decode = artifact.decode && this.#units.kernel(artifact.decode)
  }

  /** Holds decode and ingest. */
  get unit(): LoadedUnit {
    return this.#units.of(this.#environment.artifact.ingest)
  }

  /** Null: the source has no event time. */
  get watermarkMicros(): bigint | null {
    return this.layout.watermarkOffset === null ? null : this.#watermark
  }

  get lateRows(): number {
    return this.#lateRows
  }

  push(count: number, batch: Batch = 'ends'): number {
    const { options } = this.#environment
    const { memory, operators } = options
    this.stopwatch.start()
    memory.arena = this.#strings
    this.#strings.reset()
    operators.onRowError = this.#onRowError
    this.rowsIn += count
    this.#batch = 'open'
    this.#rows = this.#ingest.kernel(this.block, count, this.control)
    if (batch === 'ends') this.#batch = 'ending'
    const late = (this.control + sourceControl.lateRows) >>> 2
    this.#lateRows += memory.views.i32[late] as number
    memory.views.i32[late] = 0
    this.stopwatch.stop()
    this.#work()
    return this.#rows
  }

  flush(): boolean {
    if (this.#batch !== 'open') return false
    this.#batch = 'ending'
    this.#work()
    return true
  }

  watermark(micros: bigint): void {
    this.flush()
    if (micros <= this.#watermark) return
    this.#environment.options.memory.views.i64[(this.control + sourceControl.watermark) >>> 3] = micros
    this.#work()
  }

  end(): void {
    if (this.#end !== 'open') return
    this.flush()
    this.#end = 'ending'
    this.#work()
  }

  begin(): void {}

  next(message: Message): boolean {
    if (this.#rows > 0) {
      message.signal = 'rows'
      message.block = this.block
      message.count = this.#rows
      this.#rows = 0
      return true
    }
    if (this.#batch === 'ending') {
      this.#batch = 'closed'
      message.signal = 'flush'
      return true
    }
    if (this.#end === 'open' && this.#batch === 'closed' && this.#watermarkMoved()) {
      message.signal = 'watermark'
      message.watermark = this.#watermark
      return true
    }
    if (this.#end === 'ending') {
      this.#end = 'ended'
      message.signal = 'end'
      message.watermark = infinity
      return true
    }
    this.busy = false
    return false
  }

  close(): void {
    this.#end = 'ended'
    this.#batch = 'closed'
    this.#units.close()
    this.#arena.free()
    this.#strings.free()
  }

  get #watermark(): bigint {
    return must(this.#environment.options.memory.views.i64[(this.control + sourceControl.watermark) >>> 3])
  }

  /** Since this was asked last. It never moves back. */
  #watermarkMoved(): boolean {
    const { i32 } = this.#environment.options.memory.views
    const cell = (this.control + sourceControl.watermark) >>> 2
    const low = i32[cell] as number
    const high = i32[cell + 1] as number
    if (low === this.#saidLow && high === this.#saidHigh) return false
    this.#saidLow = low
    this.#saidHigh = high
    return true
  }

  #work(): void {
    this.busy = true
    this.#environment.onWork()
  }

  #reject(siteIndex: number, row: number): void {
    const { artifact, binding, name } = this.#environment
    this.rowErrors++
    binding.onRowError({
      object: name,
      site: must(artifact.sites[siteIndex], 'a site'),
      siteIndex,
      row,
      block: this.block,
      layout: this.layout,
      columns: artifact.columns,
    })
  }
}
