/** Bytes on their way out: grows as needed; `take` hands them over and starts anew. */
export class OutputBuffer {
  #bytes: Uint8Array<ArrayBuffer>
  #length = 0

  constructor(capacity = 1 << 16) {
    this.#bytes = new Uint8Array(capacity)
  }

  get length(): number {
    return this.#length
  }

  append(more: Uint8Array): void {
    const needed = this.#length + more.length
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
      grown.set(this.#bytes.subarray(0, this.#length))
      this.#bytes = grown
    }
    this.#bytes.set(more, this.#length)
    this.#length = needed
  }

  /** A copy of what was written; the buffer is empty afterwards. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(0, this.#length)
    this.#length = 0
    return taken
  }

  /** What was written, itself; the buffer goes on in `next`, or in memory as large as it had. */
  exchange(next: ArrayBuffer = new ArrayBuffer(this.#bytes.length)): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.subarray(0, this.#length)
    this.#bytes = new Uint8Array(next)
    this.#length = 0
    return taken
  }
}
