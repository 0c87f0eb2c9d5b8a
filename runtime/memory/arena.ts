import { pageSizeBytes } from '../abi/memory.ts'
import type { PageAllocator } from './page-allocator.ts'
import { orderOf } from './page-allocator.ts'

/**
 * Bump allocation in a chain of pages: for what lives and dies together (string bytes of a block, control blocks of a query). What is larger
 * than a page gets a run of its own.
 */
export class Arena {
  readonly #pages: PageAllocator
  readonly #owner: number
  #runs: number[] = []
  #cursor = 0
  #end = 0

  constructor(pages: PageAllocator, owner: number) {
    this.#pages = pages
    this.#owner = owner
  }

  /** Address of `sizeBytes` bytes, aligned to 8 (or `alignment`). Zeroed only on first use of the page. */
  allocate(sizeBytes: number, alignment: 1 | 8 | 16 = 8): number {
    const start = (this.#cursor + alignment - 1) & -alignment
    const end = start + sizeBytes
    if (end <= this.#end) {
      this.#cursor = end
      return start
    }
    return this.#extend(sizeBytes)
  }

  /** Forgets everything; keeps the first page, so that a steady stream of small blocks never meets the allocator. */
  reset(): void {
    const first = this.#runs[0]
    if (first === undefined) return
    while (this.#runs.length > 1) this.#pages.release(this.#runs.pop() as number)
    this.#cursor = first
    this.#end = first + this.#pages.sizeOf(first)
  }

  /** Gives every page back. */
  free(): void {
    for (const run of this.#runs) this.#pages.release(run)
    this.#runs = []
    this.#cursor = 0
    this.#end = 0
  }

  get sizeBytes(): number {
    let total = 0
    for (const run of this.#runs) total += this.#pages.sizeOf(run)
    return total
  }

  #extend(sizeBytes: number): number {
    const run = this.#pages.take(this.#owner, orderOf(sizeBytes))
    this.#runs.push(run)
    if (sizeBytes < pageSizeBytes) {
      this.#cursor = run + sizeBytes
      this.#end = run + pageSizeBytes
    }
    return run
  }
}
