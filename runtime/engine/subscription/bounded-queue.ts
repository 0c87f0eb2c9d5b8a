/** What the reading side of a queue may do. */
export interface QueueReader<T> {
  readonly length: number
  take(): Promise<T | undefined>
  abandon(): void
}

/**
 * A queue between a synchronous producer and an asynchronous reader. The producer asks `ready` before it adds: at most one
 * block more than `limit` ever waits. Nothing is dropped.
 */
export class BoundedQueue<T> {
  readonly #limit: number
  #items: T[] = []
  #first = 0
  #ended = false
  #error: { readonly reason: unknown } | null = null
  #arrival: PromiseWithResolvers<void> | null = null
  #room: PromiseWithResolvers<void> | null = null

  constructor(limit: number) {
    this.#limit = limit
  }

  get length(): number {
    return this.#items.length - this.#first
  }

  /** True, or a promise that resolves when there is room or nobody reads any more. */
  ready(): true | Promise<void> {
    if (this.#ended || this.length < this.#limit) return true
    this.#room ??= Promise.withResolvers()
    return this.#room.promise
  }

  add(item: T): void {
    if (this.#ended) return
    this.#items.push(item)
    this.#arrived()
  }

  /** No more items; those that wait can still be taken. */
  end(): void {
    this.#ended = true
    this.#arrived()
    this.#roomMade()
  }

  /** As `end`; the reader gets the error after the items that wait. */
  fail(reason: unknown): void {
    this.#error ??= { reason }
    this.end()
  }

  /** The reader has gone: what waits is forgotten. */
  abandon(): void {
    this.#items = []
    this.#first = 0
    this.end()
  }

  /** The next item; undefined at the end. Rejects with what `fail` was given. */
  async take(): Promise<T | undefined> {
    while (this.length === 0) {
      if (this.#error !== null) {
        const { reason } = this.#error
        this.#error = null
        throw reason
      }
      if (this.#ended) return undefined
      this.#arrival ??= Promise.withResolvers()
      await this.#arrival.promise
    }
    return this.#shift()
  }

  /** The reading side, each item changed on its way out. */
  reader(): QueueReader<T>
  reader<U>(change: (item: T) => Promise<U>): QueueReader<U>
  reader(change?: (item: T) => Promise<unknown>): QueueReader<unknown> {
    if (change === undefined) return this
    const length = (): number => this.length
    return {
      get length() {
        return length()
      },
      take: async () => {
        const item = await this.take()
        return item === undefined ? undefined : await change(item)
      },
      abandon: () => this.abandon(),
    }
  }

  #shift(): T {
    const item = this.#items[this.#first] as T
    this.#items[this.#first++] = undefined as T
    if (this.#first === this.#items.length || this.#first >= this.#limit) {
      this.#items = this.#items.slice(this.#first)
      this.#first = 0
    }
    // Half empty before the producer is woken: one wake-up for many items.
    if (this.length <= this.#limit >> 1) this.#roomMade()
    return item
  }

  #arrived(): void {
    this.#arrival?.resolve()
    this.#arrival = null
  }

  #roomMade(): void {
    this.#room?.resolve()
    this.#room = null
  }
}
