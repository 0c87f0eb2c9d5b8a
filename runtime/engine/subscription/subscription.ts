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

/** Fills a subscription's queue. `onOver`: nothing more will come; what waits in the queue can still be read. */
export function queueConsumer<T>(queue: BoundedQueue<T>, translator: BlockTranslator<T>, onOver: () => void): Consumer {
  return {
    ready: () => queue.ready(),
    accept: (block, count) => translator.translate(block, count, (item) => queue.add(item)),
    end() {
      queue.end()
      void Promise.resolve().then(onOver)
    },
    failed(error) {
      queue.fail(error)
      onOver()
    },
  }
}

export interface CallbackFailure {
  readonly reason: unknown
  readonly by: 'callback' | 'query'
}

/**
 * Calls back for every change, in the thread of whoever runs the engine. When the callback gives a promise, the next change
 * waits for it, and with it the rest of its block. A callback that throws or rejects ends its subscription: `onEnd` hears of it.
 */
export function callbackConsumer<T>(
  callback: (item: T) => unknown,
  translator: BlockTranslator<T>,
  onEnd: (error: CallbackFailure | null) => void,
): Consumer {
  /** Changes of the block in hand that wait for a promise of the callback's; null: none was given. */
  let waiting: T[] = []
  let pending: Promise<void> | null = null
  let over = false
  const end = (error: CallbackFailure | null): void => {
    if (over) return
    over = true
    waiting = []
    onEnd(error)
  }
  const finish = async (first: PromiseLike<unknown>): Promise<void> => {
    try {
      await first
      for (let next = 0; next < waiting.length; next++) await callback(waiting[next] as T)
      waiting = []
    } catch (reason) {
      end({ reason, by: 'callback' })
    }
    pending = null
  }
  const callOnce = (item: T): unknown => {
    try {
      return callback(item)
    } catch (reason) {
      return end({ reason, by: 'callback' })
    }
  }
  return {
    ready: () => pending ?? true,
    accept(block, count) {
      translator.translate(block, count, (item) => {
        if (over) return
        if (pending !== null) {
          waiting.push(item)
          return
        }
        const result = callOnce(item)
        if (isThenable(result)) pending = finish(result)
      })
    },
    end: () => void (pending ?? Promise.resolve()).then(() => end(null)),
    failed: (reason) => end({ reason, by: 'query' }),
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
