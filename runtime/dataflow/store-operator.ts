import type { TableArtifact } from '../abi/artifact.ts'
import { emitList, tableHeader } from '../abi/state.ts'
import { Panes } from '../state/panes.ts'
import { firstRow, nextRow } from '../state/table.ts'
import { Arena } from '../memory/arena.ts'
import { EmitList } from './emit-list.ts'
import type { BlockOfRows, KernelEntry } from './graph.ts'
import { tableShape } from './table-shape.ts'
import type { GraphNode, Message, Operator, Subscriber } from './node.ts'
import { infinity } from './node.ts'
import type { OperatorEnvironment } from './operator-base.ts'
import { PipelineOperator } from './operator-base.ts'

export interface StoreParts {
  readonly update: KernelEntry
  readonly emit: KernelEntry
  readonly table: TableArtifact
  readonly liveCountOffset: number
}

/** The rows of a materialized view with their multiplicities. Says nothing by itself; `scan` reads it. */
export class StoreOperator extends PipelineOperator {
  readonly #parts: StoreParts
  readonly #panes: Panes
  readonly #pane: number
  readonly #list: EmitList

  constructor(environment: OperatorEnvironment, parts: StoreParts) {
    super(environment)
    const { memory, arena, number, operators } = environment
    this.#parts = parts
    this.#list = new EmitList(memory.views, arena.allocate(emitList.sizeBytes, 16))
    this.#panes = new Panes(memory, arena, {
      control: this.control,
      tables: [tableShape(environment, parts.table)],
      finishAfterMicros: infinity,
    })
    operators.bind(number, { panes: this.#panes, snapshots: new Arena(memory.pages, number), changingViews: [] })
    this.#pane = this.#panes.openSingle()
  }

  get groupCount(): number {
    return this.memory.views.i32[(this.#pane + tableHeader.rowCount) >>> 2] as number
  }

  /** All rows as blocks at `block` (laid out as the view's output), each row as often as it is there. The view must not change meanwhile. */
  *scan(block: number): Generator<BlockOfRows, void> {
    const { i64 } = this.memory.views
    this.#list.clear()
    for (let row = firstRow(this.memory, this.#pane); row !== 0; row = nextRow(this.memory, this.#pane, row)) {
      for (let left = i64[(row + this.#parts.liveCountOffset) >>> 3] as bigint; left > 0n; left--) {
        this.#list.add(row, 1, this.#pane)
        if (this.#list.room > 0) continue
        yield this.#emit(block)
        this.#list.clear()
      }
    }
    if (this.#list.count > 0) yield this.#emit(block)
  }

  override close(): void {
    super.close()
    this.#panes.closeAll()
  }

  protected takeRows(block: number, count: number): void {
    this.#parts.update.kernel(block, count, this.control)
  }

  protected moreRows(): number {
    return 0
  }

  #emit(block: number): BlockOfRows {
    this.enterKernel(0)
    return { block, count: this.#parts.emit.kernel(this.#list.address, this.#list.count, block, this.control) }
  }
}

/** Shows a view's rows to a new reader, once; then either goes on to the live changes or ends, as the view has. */
export class ViewFeed implements Operator {
  readonly #store: { readonly node: GraphNode; readonly operator: StoreOperator }
  readonly #parts: ViewFeedParts
  #rows: Generator<BlockOfRows, void> | null = null
  #said: 'nothing' | 'rows' | 'all' = 'nothing'

  constructor(store: { readonly node: GraphNode; readonly operator: StoreOperator }, parts: ViewFeedParts) {
    this.#store = store
    this.#parts = parts
  }

  begin(): void {}

  next(message: Message): boolean {
    if (this.#said === 'all') return false
    if (this.#rows === null) {
      this.#store.node.held++
      if (this.#parts.live !== null) this.#parts.live.after = this.#store.node.heard
      this.#rows = this.#store.operator.scan(this.#parts.block)
    }
    const next = this.#rows.next()
    if (next.done !== true) {
      message.signal = 'rows'
      message.block = next.value.block
      message.count = next.value.count
      return true
    }
    this.#release()
    // The end came before the reader.
    if (this.#parts.live === null || this.#store.operator.inputEnded) {
      message.signal = 'end'
      message.watermark = infinity
      return true
    }
    message.signal = 'watermark'
    message.watermark = this.#store.operator.watermark
    return true
  }

  close(): void {
    this.#release()
  }

  #release(): void {
    if (this.#rows !== null && this.#said !== 'all') this.#store.node.held--
    this.#said = 'all'
  }
}

export interface ViewFeedParts {
  /** Where the rows go. */
  readonly block: number
  /** The subscription to the view's changes, which start where the snapshot ends; null: only the snapshot. */
  readonly live: Subscriber | null
}
