import type { MemoryViews } from '../abi/memory.ts'

/** A memory as texts are written into it. */
export interface TextMemory {
  readonly views: MemoryViews
  /** For words at any address. */
  readonly words: DataView
}

export function textMemory(views: MemoryViews): TextMemory {
  return { views, words: new DataView(views.memory.buffer) }
}
