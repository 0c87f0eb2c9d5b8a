import { assert, must } from '../../sql/base/assert.ts'
import { controlBlock, rowOffsets, rowTouchedBit, tableHeader, touchedEntry } from '../abi/state.ts'
import { viewInlineBytesMax, viewOffsets } from '../abi/view.ts'
import type { Arena } from '../memory/arena.ts'
import type { WorkerMemory } from '../memory/worker-memory.ts'
import { ownerOperators } from '../memory/worker-memory.ts'
import type { Panes } from './panes.ts'

/** State of one operator that library calls come back to: `control.operator` is its number. */
export interface OperatorState {
  readonly panes: Panes
  /** Snapshots of touched rows; reset after each batch. */
  readonly snapshots: Arena
  /** Offsets of view fields that change (accumulators): their long strings are copied with a snapshot. */
  readonly changingViews: readonly number[]
}

/** Operators of a worker by number, which is also the owner of their pages. */
export class OperatorRegistry {
  readonly memory: WorkerMemory
  readonly #operators = new Map<number, OperatorState>()
  readonly #free: number[] = []
  #next = ownerOperators
  /** What `row_error` does while a kernel runs; set by the graph before each kernel. */
  onRowError: (site: number, row: number) => void = () =>
    assert(false, 'row errors come from kernels that the graph runs')

  constructor(memory: WorkerMemory) {
    this.memory = memory
  }

  /** A number that no operator has. */
  reserve(): number {
    const free = this.#free.pop()
    if (free !== undefined) return free
    this.#next += 1
    return this.#next - 1
  }

  bind(operator: number, state: OperatorState): void {
    this.#operators.set(operator, state)
  }

  /** What pages it still has, one that could not be started or that failed between two pages, go back. */
  remove(operator: number): void {
    this.#operators.delete(operator)
    this.memory.pages.releaseAll(operator)
    this.#free.push(operator)
  }

  get(operator: number): OperatorState {
    return must(this.#operators.get(operator), 'an operator with state')
  }
}

/** First change of a row in this batch: snapshots it (unless it is new) and enters it in the touched list. */
export function touchRow(state: OperatorState, memory: WorkerMemory, row: TouchedRow): void {
  const { i32, u8 } = memory.views
  const count = i32[(row.control + controlBlock.touchedCount) >>> 2] as number
  i32[(row.control + controlBlock.touchedCount) >>> 2] = count + 1
  const entry = (i32[(row.control + controlBlock.touchedBase) >>> 2] as number) + count * touchedEntry.sizeBytes
  let snapshot = 0
  if (row.isNew === 'no') {
    const size = i32[(row.table + tableHeader.rowSizeBytes) >>> 2] as number
    snapshot = takeSnapshotRoom(state, memory, { control: row.control, sizeBytes: size })
    u8.copyWithin(snapshot, row.row, row.row + size)
    for (const offset of state.changingViews) copyLongView(state, memory, snapshot + offset)
  }
  i32[(entry + touchedEntry.row) >>> 2] = row.row
  i32[(entry + touchedEntry.snapshot) >>> 2] = snapshot
  i32[(entry + touchedEntry.table) >>> 2] = row.table
  const flags = (row.row + rowOffsets.flags) >>> 2
  i32[flags] = (i32[flags] as number) | rowTouchedBit
}

/** Snapshots lie in pieces of this size, so that generated code can make them itself while there is room. */
const snapshotPieceBytes = 16_384

/** Rows with strings that change get no such piece: copying those needs the arena. */
function takeSnapshotRoom(
  { snapshots, changingViews }: OperatorState,
  { views }: WorkerMemory,
  { control, sizeBytes }: { readonly control: number; readonly sizeBytes: number },
): number {
  if (changingViews.length > 0 || sizeBytes > snapshotPieceBytes) return snapshots.allocate(sizeBytes)
  const { i32 } = views
  const [cursor, end] = [(control + controlBlock.snapshotCursor) >>> 2, (control + controlBlock.snapshotEnd) >>> 2]
  if ((i32[cursor] as number) + sizeBytes > (i32[end] as number)) {
    const piece = snapshots.allocate(snapshotPieceBytes)
    i32[cursor] = piece
    i32[end] = piece + snapshotPieceBytes
  }
  const room = i32[cursor] as number
  i32[cursor] = room + sizeBytes
  return room
}

/** Forgets all snapshots. */
export function resetSnapshots(
  { snapshots }: Pick<OperatorState, 'snapshots'>,
  { views }: WorkerMemory,
  control: number,
): void {
  views.i32[(control + controlBlock.snapshotCursor) >>> 2] = 0
  views.i32[(control + controlBlock.snapshotEnd) >>> 2] = 0
  snapshots.reset()
}

export interface TouchedRow {
  readonly control: number
  readonly table: number
  readonly row: number
  readonly isNew: 'yes' | 'no'
}

function copyLongView(state: OperatorState, memory: WorkerMemory, view: number): void {
  const { i32, u8 } = memory.views
  const length = i32[view >>> 2] as number
  if (length <= viewInlineBytesMax) return
  const source = i32[(view + viewOffsets.address) >>> 2] as number
  const target = state.snapshots.allocate(length, 1)
  u8.copyWithin(target, source, source + length)
  i32[(view + viewOffsets.address) >>> 2] = target
}
