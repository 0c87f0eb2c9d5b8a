import type { MemoryViews } from '../abi/memory.ts'
import { Arena } from './arena.ts'
import { reserveMemory } from './linear-memory.ts'
import { orderOf, PageAllocator } from './page-allocator.ts'

/** Owner numbers of pages that no operator owns; operators count from `ownerOperators` on. */
export const ownerBuffers = 1
const ownerLibrary = 2
export const ownerOperators = 16

/**
 * A worker's memory and who hands out what of it. `arena` is the arena of the operator whose kernel runs: library functions put the
 * bytes of strings they make there; the graph sets it before it calls a kernel.
 */
export interface WorkerMemory {
  readonly views: MemoryViews
  readonly pages: PageAllocator
  arena: Arena
}

export function createWorkerMemory(options: { readonly limitBytes?: number } = {}): WorkerMemory {
  const views = reserveMemory(options.limitBytes)
  const pages = new PageAllocator(views)
  return { views, pages, arena: new Arena(pages, ownerLibrary) }
}

/** Allocation for connectors and buffers: whole page runs, 64 KiB at least. */
export class RunAllocator {
  readonly #pages: PageAllocator

  constructor(pages: PageAllocator) {
    this.#pages = pages
  }

  /** @throws DataError out_of_memory */
  allocate(sizeBytes: number): number {
    return this.#pages.take(ownerBuffers, orderOf(sizeBytes))
  }

  release(address: number, _sizeBytes: number): void {
    this.#pages.release(address)
  }
}
