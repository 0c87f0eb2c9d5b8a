/** Bytes on their way out: grows as needed; `take` hands them over and starts anew. */
export class OutputBuffer {
  bytes: Uint8Array<ArrayBuffer>
  /** Of the same bytes. */
  view: DataView
  /** Where the next byte goes. */
  at = 0

  constructor(capacity = 1 << 16) {
    this.bytes = new Uint8Array(capacity)
    this.view = new DataView(this.bytes.buffer)
  }

  /** Makes room for `sizeBytes` more; `bytes` may be another array afterwards. */
  ensure(sizeBytes: number): void {
    const needed = this.at + sizeBytes
    if (needed <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2))
    grown.set(this.bytes.subarray(0, this.at))
    this.bytes = grown
    this.view = new DataView(grown.buffer)
  }

  /** One byte. */
  byte(value: number): void {
    if (this.at === this.bytes.length) this.ensure(1)
    this.bytes[this.at++] = value
  }

  append(literal: Uint8Array): void {
    this.ensure(literal.length)
    this.bytes.set(literal, this.at)
    this.at += literal.length
  }

  /** A copy of what was written; the buffer is empty afterwards. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.bytes.slice(0, this.at)
    this.at = 0
    return taken
  }

  /** What was written, itself; the buffer goes on in `next`, or in memory as large as it had. */
  exchange(next: ArrayBuffer = new ArrayBuffer(this.bytes.length)): Uint8Array<ArrayBuffer> {
    const taken = this.bytes.subarray(0, this.at)
    this.bytes = new Uint8Array(next)
    this.view = new DataView(next)
    this.at = 0
    return taken
  }
}
