/**
 * Chunks that a stream has delivered and nobody has taken yet. Whoever fills it stops at `isFull`; so it holds at most
 * `limitBytes` and what one delivery brings.
 */
export class ChunkQueue {
  readonly #limitBytes: number
  #chunks: Uint8Array[] = []
  #sizeBytes = 0
  #wake: (() => void) | undefined

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  get isFull(): boolean {
    return this.#sizeBytes >= this.#limitBytes
  }

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk)
    this.#sizeBytes += chunk.length
    this.notify()
  }

  /** Moves bytes to the start of `into`; how many. */
  take(into: Uint8Array): number {
    let to = 0
    while (to < into.length) {
      const chunk = this.#chunks[0]
      if (chunk === undefined) break
      const count = Math.min(chunk.length, into.length - to)
      into.set(count === chunk.length ? chunk : chunk.subarray(0, count), to)
      to += count
      if (count === chunk.length) this.#chunks.shift()
      else this.#chunks[0] = chunk.subarray(count)
    }
    this.#sizeBytes -= to
    return to
  }

  /** Wakes who waits: there is something to take, or the stream ended or failed. */
  notify(): void {
    this.#wake?.()
    this.#wake = undefined
  }

  /** Resolves at the next `notify`. */
  wait(): Promise<void> {
    return new Promise((resolve) => {
      const before = this.#wake
      this.#wake = () => {
        before?.()
        resolve()
      }
    })
  }

  clear(): void {
    this.#chunks = []
    this.#sizeBytes = 0
  }
}
