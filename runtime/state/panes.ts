import { must } from '../../sql/base/assert.ts'
import { controlBlock, instantMax, instantMin, tableHeader } from '../abi/state.ts'
import type { Arena } from '../memory/arena.ts'
import type { WorkerMemory } from '../memory/worker-memory.ts'
import type { TableShape } from './table.ts'
import { initTable, releaseTable } from './table.ts'

export interface PanesShape {
  readonly control: number
  /** Groups first, then the sets of DISTINCT aggregates. */
  readonly tables: readonly TableShape[]
  /** Watermark at which a window is finished, counted from its end. */
  readonly finishAfterMicros: bigint
}

/**
 * The panes of one operator: one per window, each `tables.length` consecutive table headers. The pane in use is in the control
 * block, so that a kernel comes here only when the window changes. Headers are reused; pages of a closed pane go back at once.
 */
export class Panes {
  readonly #memory: WorkerMemory
  readonly #arena: Arena
  readonly #shape: PanesShape
  readonly #byStart = new Map<bigint, number>()
  readonly #freeHeaders: number[] = []
  #nextFinish = instantMax

  /** `arena` holds the headers and lives as long as the operator. */
  constructor(memory: WorkerMemory, arena: Arena, shape: PanesShape) {
    this.#memory = memory
    this.#arena = arena
    this.#shape = shape
    this.#forget()
  }

  get count(): number {
    return this.#byStart.size
  }

  /** Open panes in order of creation. */
  addresses(): Iterable<number> {
    return this.#byStart.values()
  }

  /** The only pane of an operator without windows; puts it in use. */
  openSingle(): number {
    const pane = this.#open(instantMin, instantMax)
    this.#use(pane, instantMax)
    return pane
  }

  /** See `pane_select`. */
  select(start: bigint, end: bigint, watermark: bigint): number {
    const finish = this.#finishOf(end)
    if (watermark >= finish) return 0
    const pane = this.#byStart.get(start) ?? this.#open(start, end)
    this.#use(pane, finish)
    return pane
  }

  /** Panes finished at this watermark, in order of window end, then start. */
  finished(watermark: bigint): readonly number[] {
    if (watermark < this.#nextFinish) return []
    return this.#inOrder((pane) => this.isFinished(pane, watermark))
  }

  isFinished(pane: number, watermark: bigint): boolean {
    return this.#finishOf(this.windowEnd(pane)) <= watermark
  }

  /** Panes whose window ends at this instant or before, in the same order. */
  ended(instant: bigint): readonly number[] {
    return this.#inOrder((pane) => this.windowEnd(pane) <= instant)
  }

  #inOrder(condition: (pane: number) => boolean): readonly number[] {
    return [...this.#byStart.values()]
      .filter(condition)
      .sort(
        (a, b) => compare(this.windowEnd(a), this.windowEnd(b)) || compare(this.windowStart(a), this.windowStart(b)),
      )
  }

  /** Frees a pane's pages and forgets it. */
  close(pane: number): void {
    this.#byStart.delete(this.windowStart(pane))
    this.#releaseTables(pane)
    this.#freeHeaders.push(pane)
    // a closed pane is neither the one in use nor the one before: both are forgotten, which is rare and cheap
    this.#forget()
    this.#nextFinish = instantMax
    for (const open of this.#byStart.values()) this.#expect(this.#finishOf(this.windowEnd(open)))
  }

  closeAll(): void {
    for (const pane of this.#byStart.values()) this.#releaseTables(pane)
    this.#byStart.clear()
    this.#forget()
  }

  windowStart(pane: number): bigint {
    return must(this.#memory.views.i64[(pane + tableHeader.windowStart) >>> 3])
  }

  windowEnd(pane: number): bigint {
    return must(this.#memory.views.i64[(pane + tableHeader.windowEnd) >>> 3])
  }

  #open(start: bigint, end: bigint): number {
    const { tables } = this.#shape
    const pane = this.#freeHeaders.pop() ?? this.#arena.allocate(tables.length * tableHeader.sizeBytes, 16)
    for (const [index, shape] of tables.entries()) {
      const table = pane + index * tableHeader.sizeBytes
      initTable(this.#memory, table, shape)
      this.#memory.views.i64[(table + tableHeader.windowStart) >>> 3] = start
      this.#memory.views.i64[(table + tableHeader.windowEnd) >>> 3] = end
    }
    this.#byStart.set(start, pane)
    this.#expect(this.#finishOf(end))
    return pane
  }

  #use(pane: number, finish: bigint): void {
    const { i32, i64 } = this.#memory.views
    const { control } = this.#shape
    i32[(control + controlBlock.previousPane) >>> 2] = must(i32[(control + controlBlock.pane) >>> 2])
    i64[(control + controlBlock.previousStart) >>> 3] = must(i64[(control + controlBlock.windowStart) >>> 3])
    i64[(control + controlBlock.previousEnd) >>> 3] = must(i64[(control + controlBlock.windowEnd) >>> 3])
    i64[(control + controlBlock.previousFinish) >>> 3] = must(i64[(control + controlBlock.windowFinish) >>> 3])
    i32[(control + controlBlock.pane) >>> 2] = pane
    i64[(control + controlBlock.windowStart) >>> 3] = this.windowStart(pane)
    i64[(control + controlBlock.windowEnd) >>> 3] = this.windowEnd(pane)
    i64[(control + controlBlock.windowFinish) >>> 3] = finish
  }

  /** No pane is in use, nor was one: no time lies in [1, 0). */
  #forget(): void {
    const { i32, i64 } = this.#memory.views
    const { control } = this.#shape
    i32[(control + controlBlock.previousPane) >>> 2] = 0
    i64[(control + controlBlock.previousStart) >>> 3] = 1n
    i64[(control + controlBlock.previousEnd) >>> 3] = 0n
    i64[(control + controlBlock.previousFinish) >>> 3] = instantMin
    i32[(control + controlBlock.pane) >>> 2] = 0
    i64[(control + controlBlock.windowStart) >>> 3] = 1n
    i64[(control + controlBlock.windowEnd) >>> 3] = 0n
    i64[(control + controlBlock.windowFinish) >>> 3] = instantMin
  }

  #releaseTables(pane: number): void {
    for (let index = 0; index < this.#shape.tables.length; index++) {
      releaseTable(this.#memory, pane + index * tableHeader.sizeBytes)
    }
  }

  #finishOf(end: bigint): bigint {
    const finish = end + this.#shape.finishAfterMicros
    return finish > instantMax ? instantMax : finish
  }

  #expect(finish: bigint): void {
    if (finish < this.#nextFinish) this.#nextFinish = finish
  }
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}
