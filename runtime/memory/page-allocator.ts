import type { MemoryViews } from '../abi/memory.ts'
import { dirtyMapAddress, pageSizeBytes } from '../abi/memory.ts'
import { assert } from '../../sql/base/assert.ts'
import { DataError } from '../../sql/base/diagnostic.ts'
import { outOfMemory } from '../../sql/messages/raise.ts'

const orderMax = 14
const none = -1

/**
 * Buddy allocator of 64 KiB pages: runs of 2^order pages, aligned to their size. A run's first page carries its order, owner
 * and state; free runs of one order form a doubly linked list through page numbers. Splitting and merging cost at most 14 steps, and
 * memory that was freed can always grow together again. Rejected: one bitmap with first fit (a scan per large index).
 *
 * Pages are handed out zeroed, unless the taker does that. Fresh ones are by nature; used ones are cleared when they are taken again.
 */
export class PageAllocator {
  readonly views: MemoryViews
  readonly pageCount: number
  readonly #next: Int32Array
  readonly #previous: Int32Array
  readonly #order: Int8Array
  readonly #free: Uint8Array
  readonly #used: Uint8Array
  readonly #owner: Int32Array
  readonly #heads = new Int32Array(orderMax + 1).fill(none)
  readonly #pagesByOwner = new Map<number, number>()
  #takenCount = 0

  constructor(views: MemoryViews) {
    this.views = views
    const count = Math.floor(views.u8.length / pageSizeBytes)
    this.pageCount = count
    this.#next = new Int32Array(count)
    this.#previous = new Int32Array(count)
    this.#order = new Int8Array(count)
    this.#free = new Uint8Array(count)
    this.#used = new Uint8Array(count)
    this.#owner = new Int32Array(count)
    // page 0 is the control region; low pages last, so that they are taken first
    const runs: [number, number][] = []
    for (let page = 1; page < count;) {
      let order = Math.min(orderMax, 31 - Math.clz32(page & -page))
      while (page + (1 << order) > count) order--
      runs.push([page, order])
      page += 1 << order
    }
    for (const [page, order] of runs.reverse()) this.#link(page, order)
  }

  /** Pages in use, all owners. */
  get takenCount(): number {
    return this.#takenCount
  }

  pagesOf(owner: number): number {
    return this.#pagesByOwner.get(owner) ?? 0
  }

  /**
   * Takes a run of 2^order zeroed pages for `owner` and returns its address.
   *
   * @throws DataError out_of_memory
   */
  take(owner: number, order = 0): number {
    const address = this.takeAsItIs(owner, order)
    const page = address / pageSizeBytes
    for (let index = page; index < page + (1 << order); index++) if (this.#used[index] === 1) this.#clear(index)
    return address
  }

  /**
   * As `take`, but with whatever the pages hold: clearing a long run takes longer than a batch may wait.
   *
   * @throws DataError out_of_memory
   */
  takeAsItIs(owner: number, order: number): number {
    let from = order
    while (from <= orderMax && this.#heads[from] === none) from++
    if (from > orderMax) {
      const detail = `no ${(1 << order) * pageSizeBytes} bytes in one piece are left of ${this.pageCount * pageSizeBytes}`
      throw new DataError(outOfMemory({ detail }))
    }
    const page = this.#heads[from] as number
    this.#unlink(page, from)
    while (from > order) {
      from--
      this.#link(page + (1 << from), from)
    }
    this.#order[page] = order
    this.#owner[page] = owner
    this.#count(owner, 1 << order)
    return page * pageSizeBytes
  }

  /** Gives back the run that starts at `address`. */
  release(address: number): void {
    let page = address / pageSizeBytes
    assert(Number.isInteger(page) && page > 0 && this.#free[page] === 0, 'a taken run is released once')
    let order = this.#order[page] as number
    this.#count(this.#owner[page] as number, -(1 << order))
    this.views.u8.fill(0, dirtyMapAddress + page, dirtyMapAddress + page + (1 << order))
    this.#used.fill(1, page, page + (1 << order))
    while (order < orderMax) {
      const buddy = page ^ (1 << order)
      if (buddy === 0 || buddy + (1 << order) > this.pageCount) break
      if (this.#free[buddy] === 0 || this.#order[buddy] !== order) break
      this.#unlink(buddy, order)
      page = Math.min(page, buddy)
      order++
    }
    this.#link(page, order)
  }

  /** Gives back every run of `owner`. */
  releaseAll(owner: number): void {
    if (this.pagesOf(owner) === 0) return
    const runs: number[] = []
    for (let page = 1; page < this.pageCount; page += 1 << (this.#order[page] as number))
      if (this.#free[page] === 0 && this.#owner[page] === owner) runs.push(page * pageSizeBytes)
    for (const run of runs) this.release(run)
  }

  sizeOf(address: number): number {
    return pageSizeBytes << (this.#order[address / pageSizeBytes] as number)
  }

  /** V8 fills shared memory element by element: in doubles three times as fast as in bytes. */
  #clear(page: number): void {
    const doubles = pageSizeBytes / 8
    this.views.f64.fill(0, page * doubles, (page + 1) * doubles)
  }

  #count(owner: number, pages: number): void {
    this.#takenCount += pages
    this.#pagesByOwner.set(owner, (this.#pagesByOwner.get(owner) ?? 0) + pages)
  }

  #link(page: number, order: number): void {
    const head = this.#heads[order] as number
    this.#order[page] = order
    this.#free[page] = 1
    this.#previous[page] = none
    this.#next[page] = head
    if (head !== none) this.#previous[head] = page
    this.#heads[order] = page
  }

  #unlink(page: number, order: number): void {
    const next = this.#next[page] as number
    const previous = this.#previous[page] as number
    if (previous === none) this.#heads[order] = next
    else this.#next[previous] = next
    if (next !== none) this.#previous[next] = previous
    this.#free[page] = 0
  }
}

/** The order of the smallest run of at least `sizeBytes`. */
export function orderOf(sizeBytes: number): number {
  const pages = Math.ceil(sizeBytes / pageSizeBytes)
  return pages <= 1 ? 0 : 32 - Math.clz32(pages - 1)
}
