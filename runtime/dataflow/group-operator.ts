import type { TableArtifact } from '../abi/artifact.ts'
import type { BlockLayout } from '../abi/block.ts'
import { batchBlocksMax, blockRowsMax } from '../abi/memory.ts'
import { controlBlock, emitList, rowOffsets, rowTouchedBit, tableHeader, touchedEntry } from '../abi/state.ts'
import { Arena } from '../memory/arena.ts'
import { resetSnapshots } from '../state/operator-registry.ts'
import { Panes } from '../state/panes.ts'
import { firstPlace, listRows } from '../state/row-run.ts'
import { appendRow, removeRow } from '../state/table.ts'
import { dropEqualPairs } from './coalesce.ts'
import { EmitList } from './emit-list.ts'
import type { KernelEntry } from './graph.ts'
import { infinity } from './node.ts'
import type { OperatorEnvironment } from './operator-base.ts'
import { PipelineOperator } from './operator-base.ts'
import { tableShape } from './table-shape.ts'

/** An aggregate or a window hold, as its artifact describes it. */
export interface GroupParts {
  readonly update: KernelEntry
  readonly emit: KernelEntry
  readonly emitWhen: 'on_window_close' | 'close_then_changes' | 'changes'
  /** The groups first. */
  readonly tables: readonly TableArtifact[]
  readonly singleGroup: boolean
  readonly windowed: boolean
  readonly finishAfterMicros: bigint
  /** Watermark at which a window's rows are shown, counted from its end. */
  readonly closeAfterMicros: bigint
  readonly liveCountOffset: number | null
  readonly indexed: boolean
  readonly outputLayout: BlockLayout
  /** `final`: nothing is shown before the end, then every group once. */
  readonly shows: 'as_it_comes' | 'final'
}

/** What is being shown: the groups touched by the batch, or panes, one after the other. */
type Showing =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'touched'; next: number }
  | {
      readonly kind: 'panes'
      readonly panes: readonly number[]
      next: number
      row: number
      /** `settle`: a pane that is finished is closed, another one keeps taking late rows */
      readonly after: 'close' | 'keep' | 'settle'
    }

const nothing: Showing = { kind: 'nothing' }

/** Groups that a batch can touch: one for each of its rows. */
const touchedMax = batchBlocksMax * blockRowsMax

/**
 * Keeps groups in panes and shows them when it is time: under CHANGES what a batch changed, at its end, as pairs of old and new; else
 * each pane when the watermark has passed it, in order of window end, groups in order of arrival. With lateness under ON WINDOW CLOSE it does both: a
 * pane that has been shown goes on as under CHANGES until it is finished.
 */
export class GroupOperator extends PipelineOperator {
  readonly #parts: GroupParts
  readonly #panes: Panes
  readonly #snapshots: Arena
  readonly #list: EmitList
  readonly #touchedBase: number
  readonly #isPair = new Uint8Array(blockRowsMax)
  /** Rows of a pane that is being shown. */
  readonly #rows = new Int32Array(blockRowsMax)
  #showing: Showing = nothing
  /** The watermark that has come while touched rows were to be shown. */
  #watermarkToTake: bigint | null = null
  #lateDropped = 0

  constructor(environment: OperatorEnvironment, parts: GroupParts) {
    super(environment)
    const { memory, arena, number, operators } = environment
    this.#parts = parts
    this.#snapshots = new Arena(memory.pages, number)
    this.#list = new EmitList(memory.views, arena.allocate(emitList.sizeBytes, 16))
    this.#touchedBase =
      parts.emitWhen === 'on_window_close' ? 0 : arena.allocate(touchedEntry.sizeBytes * touchedMax, 16)
    memory.views.i32[(this.control + controlBlock.touchedBase) >>> 2] = this.#touchedBase
    const tables = parts.tables.map((table) => tableShape(environment, table))
    this.#panes = new Panes(memory, arena, {
      control: this.control,
      tables,
      finishAfterMicros: parts.finishAfterMicros,
    })
    operators.bind(number, {
      panes: this.#panes,
      snapshots: this.#snapshots,
      changingViews: parts.tables[0]?.changingViewOffsets ?? [],
    })
    if (!parts.windowed) this.#openSingle()
  }

  get lateDropped(): number {
    return this.#lateDropped
  }

  get groupCount(): number {
    let count = 0
    for (const pane of this.#panes.addresses()) count += this.#i32(pane + tableHeader.rowCount)
    return count
  }

  override close(): void {
    super.close()
    this.#panes.closeAll()
    this.#snapshots.free()
  }

  protected takeRows(block: number, count: number): void {
    const { i32 } = this.memory.views
    const late = (this.control + controlBlock.lateDropped) >>> 2
    i32[late] = 0
    this.#parts.update.kernel(block, count, this.control)
    // the kernel has counted
    this.#lateDropped += this.#i32(this.control + controlBlock.lateDropped)
    if (this.#touchedCount > touchedMax - blockRowsMax) this.#showTouched()
  }

  protected override takeFlush(): void {
    this.#showTouched()
  }

  protected override takeWatermark(watermark: bigint): void {
    this.#showTouched()
    if (this.#showing.kind === 'touched') this.#watermarkToTake = watermark
    else this.#passWindows(watermark)
  }

  /** At the end of a batch, and before windows that it touched close. */
  #showTouched(): void {
    if (this.#touchedCount > 0) this.#showing = { kind: 'touched', next: 0 }
  }

  #passWindows(watermark: bigint): void {
    if (!this.#parts.windowed || this.#parts.shows === 'final') return
    const panes = this.#panes.finished(watermark)
    if (this.#parts.emitWhen === 'close_then_changes') {
      this.#settle(watermark, panes)
      return
    }
    if (panes.length === 0) return
    if (this.#parts.emitWhen === 'on_window_close')
      this.#showing = { kind: 'panes', panes, next: 0, row: 0, after: 'close' }
    else for (const pane of panes) this.#panes.close(pane)
  }

  /** Windows that have closed are shown; those that have been shown and are finished go. */
  #settle(watermark: bigint, finished: readonly number[]): void {
    for (const pane of finished) if (this.#isShown(pane)) this.#panes.close(pane)
    const closed = this.#panes.ended(watermark - this.#parts.closeAfterMicros).filter((pane) => !this.#isShown(pane))
    if (closed.length > 0) this.#showing = { kind: 'panes', panes: closed, next: 0, row: 0, after: 'settle' }
  }

  /** Ends the showing of a pane: it goes, or from now on shows what late rows change. */
  #leavePane(pane: number, after: 'close' | 'keep' | 'settle'): void {
    if (after === 'keep') return
    if (after === 'close' || this.#panes.isFinished(pane, this.watermark)) this.#panes.close(pane)
    else this.memory.views.i32[(pane + tableHeader.shown) >>> 2] = 1
  }

  #isShown(pane: number): boolean {
    return this.#i32(pane + tableHeader.shown) !== 0
  }

  protected override takeEnd(): void {
    if (this.#parts.shows === 'as_it_comes') {
      this.#showTouched()
      return
    }
    const panes = this.#parts.windowed ? this.#panes.finished(infinity) : [...this.#panes.addresses()]
    this.#showing = { kind: 'panes', panes, next: 0, row: 0, after: 'keep' }
  }

  protected moreRows(): number {
    for (;;) {
      const showing = this.#showing
      this.#list.clear()
      switch (showing.kind) {
        case 'nothing':
          return 0
        case 'touched':
          if (this.#parts.shows === 'final' || !this.#listTouched(showing)) {
            this.#forgetTouched()
            this.#leaveTouched()
            continue
          }
          break
        case 'panes':
          if (!this.#listPane(showing)) {
            this.#showing = nothing
            return 0
          }
      }
      const rows = this.#emit()
      if (rows > 0) return rows
    }
  }

  #emit(): number {
    const { outputLayout } = this.#parts
    this.strings.reset()
    this.enterKernel(0)
    const rows = this.#parts.emit.kernel(this.#list.address, this.#list.count, this.output, this.control)
    if (outputLayout.originOffset === null) return rows
    return dropEqualPairs(this.memory.views, outputLayout, { block: this.output, count: rows, isPair: this.#isPair })
  }

  /** Old and new states of touched groups, as many as fit. False: there are no more. */
  #listTouched(showing: Showing & { readonly kind: 'touched' }): boolean {
    const touched = this.#touchedCount
    this.#isPair.fill(0)
    while (showing.next < touched && this.#list.room >= 2) {
      const entry = this.#touchedBase + showing.next * touchedEntry.sizeBytes
      const row = this.#i32(entry + touchedEntry.row)
      const snapshot = this.#i32(entry + touchedEntry.snapshot)
      const table = this.#i32(entry + touchedEntry.table)
      if (this.#parts.emitWhen === 'close_then_changes' && !this.#isShown(table)) {
        showing.next++
        continue
      }
      const hasOld = snapshot !== 0 && this.#isLive(snapshot)
      const hasNew = this.#isLive(row)
      if (hasOld && hasNew) this.#isPair[this.#list.count] = 1
      if (hasOld) this.#list.add(snapshot, -1, table)
      if (hasNew) this.#list.add(row, 1, table)
      showing.next++
    }
    return this.#list.count > 0
  }

  /** What touched rows have held up goes on. */
  #leaveTouched(): void {
    this.#showing = nothing
    const watermark = this.#watermarkToTake
    if (watermark === null) return
    this.#watermarkToTake = null
    this.#passWindows(watermark)
  }

  /** The batch is over: groups without rows go, the next batch starts with nothing touched. Where nobody sees batches, what was touched once stays it. */
  #forgetTouched(): void {
    const { i32 } = this.memory.views
    const count = (this.control + controlBlock.touchedCount) >>> 2
    if (this.#parts.shows === 'as_it_comes')
      for (let index = 0; index < (i32[count] as number); index++)
        this.#untouch(this.#touchedBase + index * touchedEntry.sizeBytes)
    i32[count] = 0
    resetSnapshots({ snapshots: this.#snapshots }, this.memory, this.control)
  }

  #untouch(entry: number): void {
    const { i32 } = this.memory.views
    const { indexed, liveCountOffset } = this.#parts
    const row = this.#i32(entry + touchedEntry.row)
    i32[(row + rowOffsets.flags) >>> 2] = this.#i32(row + rowOffsets.flags) & ~rowTouchedBit
    if (indexed && liveCountOffset !== null && this.#isZero(row + liveCountOffset)) {
      removeRow(this.memory, this.#i32(entry + touchedEntry.table), row)
    }
  }

  /** The next rows of the panes to show. False: all shown (and closed). */
  #listPane(showing: Showing & { readonly kind: 'panes' }): boolean {
    while (showing.next < showing.panes.length) {
      const pane = showing.panes[showing.next] as number
      // -1: the pane has been shown, and its rows have left
      if (showing.row !== -1) {
        const { i32 } = this.memory.views
        const from = showing.row === 0 ? firstPlace(i32, pane) : showing.row
        const { count, next } = listRows(i32, pane, { from, rows: this.#rows })
        this.#list.addRows(this.#rows, this.#keepLive(count), pane)
        showing.row = next === 0 ? -1 : next
        if (this.#list.count > 0) return true
        if (showing.row !== -1) continue
      }
      this.#leavePane(pane, showing.after)
      showing.next++
      showing.row = 0
    }
    return false
  }

  /** Drops groups without rows from the first `count` of the rows in hand: how many are left. */
  #keepLive(count: number): number {
    if (this.#parts.liveCountOffset === null) return count
    const rows = this.#rows
    let kept = 0
    for (let index = 0; index < count; index++) {
      const row = rows[index] as number
      if (this.#isLive(row)) rows[kept++] = row
    }
    return kept
  }

  #isLive(row: number): boolean {
    const { liveCountOffset } = this.#parts
    if (liveCountOffset === null) return true
    const high = this.#i32(row + liveCountOffset + 4)
    return high > 0 || (high === 0 && !this.#isZero(row + liveCountOffset))
  }

  /** Of an i64, in halves: as a whole it would be an object here. */
  #isZero(address: number): boolean {
    return this.#i32(address) === 0 && this.#i32(address + 4) === 0
  }

  /** Without windows there is one pane from the start; without keys its one group is shown from the start. */
  #openSingle(): void {
    const pane = this.#panes.openSingle()
    if (!this.#parts.singleGroup) return
    const row = appendRow(this.memory, pane)
    if (this.#parts.emitWhen !== 'changes' || this.#parts.shows === 'final') return
    const { i32 } = this.memory.views
    i32[(this.#touchedBase + touchedEntry.row) >>> 2] = row
    i32[(this.#touchedBase + touchedEntry.snapshot) >>> 2] = 0
    i32[(this.#touchedBase + touchedEntry.table) >>> 2] = pane
    i32[(row + rowOffsets.flags) >>> 2] = rowTouchedBit
    i32[(this.control + controlBlock.touchedCount) >>> 2] = 1
    this.#showing = { kind: 'touched', next: 0 }
  }

  get #touchedCount(): number {
    return this.#i32(this.control + controlBlock.touchedCount)
  }

  #i32(address: number): number {
    return this.memory.views.i32[address >>> 2] as number
  }
}
