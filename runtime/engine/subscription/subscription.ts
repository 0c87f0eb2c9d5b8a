import type { Consumer } from '../../dataflow/graph.ts'
import { BoundedQueue, type QueueReader } from './bounded-queue.ts'

/** A subscriber that reads nothing holds its source up when this many changes wait (batches: this many batches). */
const changesWaitingMax = 8192
const batchesWaitingMax = 16

/** What turns blocks into what the subscriber gets. */
export interface BlockTranslator<T> {
  translate(block: number, count: number, take: (item: T) => void): void
}

/**
 * The changes of a stream, view or query as an async iterator. It is subscribed from the moment it is made; what it has not
 * read waits in a bounded queue, and when that is full the sources that lead here wait, too. Errors of the query reach
 * the reader after the changes before them. Leaving the loop (or `return`, `await using`) unsubscribes.
 */
export class Subscription<T> implements AsyncIterableIterator<T>, AsyncDisposable {
  readonly #queue: QueueReader<T>
  readonly #unsubscribe: () => void

  constructor(queue: QueueReader<T>, unsubscribe: () => void) {
    this.#queue = queue
    this.#unsubscribe = unsubscribe
  }

  /** Changes that wait to be read. */
  get waiting(): number {
    return this.#queue.length
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    const value = await this.#queue.take()
    return value === undefined ? { done: true, value: undefined } : { done: false, value }
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#queue.abandon()
    this.#unsubscribe()
    return Promise.resolve({ done: true, value: undefined })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }
}

export function queueFor<T>(kind: 'changes' | 'batches'): BoundedQueue<T> {
  return new BoundedQueue<T>(kind === 'changes' ? changesWaitingMax : batchesWaitingMax)
}

/** Fills a subscription's queue. */
export function queueConsumer<T>(queue: BoundedQueue<T>, translator: BlockTranslator<T>): Consumer {
  return {
    ready: () => queue.ready(),
    accept: (block, count) => translator.translate(block, count, (item) => queue.add(item)),
    end: () => queue.end(),
    failed: (error) => queue.fail(error),
  }
}

/**
 * Calls back for every change, in the thread of whoever runs the engine. When the callback gives a promise, the next block
 * waits for it. A callback that throws or rejects ends its subscription.
 */
export function callbackConsumer<T>(
  callback: (item: T) => unknown,
  translator: BlockTranslator<T>,
  onEnd: (error: { readonly reason: unknown } | null) => void,
): Consumer {
  let pending: Promise<void> | null = null
  let failure: { readonly reason: unknown } | null = null
  const fail = (reason: unknown): void => {
    failure ??= { reason }
  }
  let waiting = 0
  const wait = (result: PromiseLike<unknown>): void => {
    waiting++
    pending = Promise.all([pending, result])
      .then(() => {}, fail)
      .then(() => {
        waiting--
        if (waiting === 0) pending = null
      })
  }
  return {
    ready: () => pending ?? true,
    accept(block, count) {
      if (failure !== null) throw failure.reason
      translator.translate(block, count, (item) => {
        const result = callback(item)
        if (isThenable(result)) wait(result)
      })
    },
    end: () => onEnd(failure),
    failed: (reason) => onEnd({ reason }),
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
