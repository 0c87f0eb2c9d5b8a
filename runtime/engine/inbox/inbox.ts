import { DataError } from '../../../sql/base/diagnostic.ts'
import { closed } from '../../../sql/messages/raise.ts'
import { physicalSizeBytes } from '../../../sql/types/sql-type.ts'
import type { BlockLayout } from '../../abi/block.ts'
import { blockRowsMax } from '../../abi/memory.ts'
import type { ReadResult, SourceReader } from '../../connect/connector.ts'
import { Arena } from '../../memory/arena.ts'
import { orderOf } from '../../memory/page-allocator.ts'
import { ownerBuffers, type WorkerMemory } from '../../memory/worker-memory.ts'

/** Nothing is taken while so many rows wait: enough to keep the pump busy over one turn of the event loop. */
const waitingRowsMax = 64 * blockRowsMax
/** The same for rows with long strings. */
const waitingBytesMax = 64 * 2 ** 20

/** Rows that wait, laid out as the source's block; `watermark` follows the rows. */
interface Slot {
  readonly address: number
  readonly arena: Arena
  count: number
  watermark: bigint | null
}

/** What writes rows: where the next one goes. */
export interface InboxRow {
  readonly block: number
  readonly row: number
}

/** A state to come back to when one of several rows is refused. */
export interface InboxMark {
  readonly slots: number
  readonly count: number
}

/**
 * The bounded queue between callers who push and the pump that pulls: rows lie in linear memory in the source's own
 * layout from the moment they are pushed, so nothing is kept on the heap and later changes to the caller's objects do no harm.
 */
export class Inbox implements SourceReader {
  readonly #name: string
  readonly #memory: WorkerMemory
  readonly #layout: BlockLayout
  readonly #target: number
  /** The source has event time, which watermarks move. */
  readonly hasEventTime: boolean
  #waiting: Slot[] = []
  #free: Slot[] = []
  /** Handed on by the last `read`: its long strings are in use until the next. */
  #inHand: Slot | null = null
  #ended = false
  #rowsWaiting = 0
  #arrival: PromiseWithResolvers<void> | null = null
  #room: PromiseWithResolvers<void> | null = null
  readonly bytesRead = 0

  /** `target` is the address of the source's block. */
  constructor(
    name: string,
    memory: WorkerMemory,
    place: { readonly layout: BlockLayout; readonly target: number; readonly hasEventTime: boolean },
  ) {
    this.hasEventTime = place.hasEventTime
    this.#name = name
    this.#memory = memory
    this.#layout = place.layout
    this.#target = place.target
  }

  get full(): boolean {
    return this.#rowsWaiting >= waitingRowsMax || this.#bytesWaiting() > waitingBytesMax
  }

  get rowsWaiting(): number {
    return this.#rowsWaiting
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Resolves when there is room again, or the inbox was ended. */
  ready(): Promise<void> {
    if (!this.full || this.#ended) return Promise.resolve()
    this.#room ??= Promise.withResolvers()
    return this.#room.promise
  }

  // ---- writing -----------------------------------------------------------------------------------------------

  /** What is written from here on can be rolled back. Whoever writes asks `full` before. @throws DataError closed */
  begin(): InboxMark {
    if (this.#ended) throw new DataError(closed({ what: `source ${this.#name}` }))
    return { slots: this.#waiting.length, count: this.#waiting.at(-1)?.count ?? 0 }
  }

  /** Where the next row is to be written; `rowsFree` rows fit there. */
  next(): InboxRow & { readonly rowsFree: number } {
    const slot = this.#tail()
    return { block: slot.address, row: slot.count, rowsFree: blockRowsMax - slot.count }
  }

  /** The arena of the block that `next` named. */
  arena(): Arena {
    return this.#tail().arena
  }

  /** `count` rows have been written where `next` said. */
  wrote(count: number): void {
    this.#tail().count += count
    this.#rowsWaiting += count
  }

  /** Forgets what was written since `begin`. */
  rollBack(mark: InboxMark): void {
    while (this.#waiting.length > mark.slots) this.#recycle(this.#waiting.pop() as Slot)
    const last = this.#waiting.at(-1)
    if (last !== undefined) last.count = mark.count
    this.#rowsWaiting = this.#waiting.reduce((sum, slot) => sum + slot.count, 0)
  }

  /** What was written since `begin` may be read. */
  commit(): void {
    this.#wake()
  }

  watermark(micros: bigint): void {
    if (this.#ended) throw new DataError(closed({ what: `source ${this.#name}` }))
    const last = this.#waiting.at(-1) ?? this.#tail()
    if (last.watermark === null || micros > last.watermark) last.watermark = micros
    this.#wake()
  }

  /** No more rows; idempotent. */
  end(): void {
    this.#ended = true
    this.#wake()
    this.#room?.resolve()
    this.#room = null
  }

  // ---- reading -----------------------------------------------------------------------------------------------

  read(): ReadResult {
    if (this.#inHand !== null) this.#recycle(this.#inHand)
    this.#inHand = null
    const head = this.#waiting[0]
    if (head === undefined) return this.#ended ? { kind: 'end' } : { kind: 'wait', until: this.#whenArrived() }
    if (head.count > 0) return this.#handOn(head)
    this.#waiting.shift()
    const { watermark } = head
    this.#recycle(head)
    return watermark === null ? this.read() : { kind: 'watermark', micros: watermark }
  }

  place(): { readonly object: string } {
    return { object: this.#name }
  }

  record(): null {
    return null
  }

  async close(): Promise<void> {
    this.end()
    const slots = [...this.#waiting, ...this.#free, ...(this.#inHand === null ? [] : [this.#inHand])]
    for (const slot of slots) {
      slot.arena.free()
      this.#memory.pages.release(slot.address)
    }
    this.#waiting = []
    this.#free = []
    this.#inHand = null
    this.#rowsWaiting = 0
    return Promise.resolve()
  }

  #handOn(slot: Slot): ReadResult {
    const { count } = slot
    copyRows(this.#memory, this.#layout, { from: slot.address, to: this.#target, count })
    this.#rowsWaiting -= count
    if (slot.watermark === null) {
      this.#waiting.shift()
      this.#inHand = slot
    } else {
      // The watermark is still to come: a slot of its own keeps its place while this one's strings are in use.
      this.#waiting[0] = { ...this.#takeSlot(), watermark: slot.watermark }
      this.#inHand = slot
      slot.watermark = null
    }
    if (!this.full) {
      this.#room?.resolve()
      this.#room = null
    }
    return { kind: 'rows', count }
  }

  #whenArrived(): Promise<void> {
    this.#arrival ??= Promise.withResolvers()
    return this.#arrival.promise
  }

  #wake(): void {
    this.#arrival?.resolve()
    this.#arrival = null
  }

  #tail(): Slot {
    const last = this.#waiting.at(-1)
    if (last !== undefined && last.count < blockRowsMax && last.watermark === null) return last
    const slot = this.#takeSlot()
    this.#waiting.push(slot)
    return slot
  }

  #takeSlot(): Slot {
    const { pages } = this.#memory
    return (
      this.#free.pop() ?? {
        address: pages.take(ownerBuffers, orderOf(this.#layout.sizeBytes)),
        arena: new Arena(pages, ownerBuffers),
        count: 0,
        watermark: null,
      }
    )
  }

  #recycle(slot: Slot): void {
    slot.count = 0
    slot.watermark = null
    slot.arena.reset()
    this.#free.push(slot)
  }

  #bytesWaiting(): number {
    let total = 0
    for (const slot of this.#waiting) total += this.#layout.sizeBytes + slot.arena.sizeBytes
    return total
  }
}

/** Columns of the first `count` rows from one block to another of the same layout. Views keep pointing where they did. */
function copyRows(
  { views }: WorkerMemory,
  layout: BlockLayout,
  { from, to, count }: { readonly from: number; readonly to: number; readonly count: number },
): void {
  for (const { physical, dataOffset, validOffset } of layout.columns) {
    const start = from + dataOffset
    views.u8.copyWithin(to + dataOffset, start, start + count * physicalSizeBytes(physical))
    if (validOffset !== null) views.u8.copyWithin(to + validOffset, from + validOffset, from + validOffset + count)
  }
}
