import type { Table } from 'apache-arrow'
import { SqlError } from '../../../sql/base/diagnostic.ts'
import { didYouMean } from '../../../sql/base/did-you-mean.ts'
import { lazily } from '../../../sql/base/lazily.ts'
import { syntaxError, unknownObject, wrongObjectKind } from '../../../sql/messages/raise.ts'
import type { Consumer, ConsumerHandle } from '../../dataflow/graph.ts'
import type { RunnableQuery } from '../deployment/deployable.ts'
import type { DataflowNode } from '../deployment/node.ts'
import type { Batch } from '../deployment/topology.ts'
import { checked, type Engine } from '../engine.ts'
import { loadArrow } from '../rows/arrow-library.ts'
import { arrowSchema, toArrowTable } from '../rows/arrow-output.ts'
import { copyBlock, type CopiedBlock } from '../rows/copied-block.ts'
import { forEachChange, makeRowReader, type Change } from '../rows/row-reader.ts'
import type { BoundedQueue } from './bounded-queue.ts'
import { callbackConsumer, queueConsumer, queueFor, Subscription, type BlockTranslator } from './subscription.ts'

export interface SubscribeOptions {
  /** A view's rows before its changes; true when absent. */
  readonly snapshot?: boolean
  /** Arrow tables instead of changes. */
  readonly batches?: boolean
}

/** The handle of a callback's subscription. */
export interface Unsubscribe {
  /** Idempotent; the callback is not called any more. */
  unsubscribe(): void
  /** Resolves when the query has ended or `unsubscribe` was called; rejects when the query or the callback has failed. */
  readonly closed: Promise<void>
}

/** Makes subscriptions and ends them when the database closes. */
export class Subscriber {
  readonly #engine: Engine
  readonly #open = new Map<Consumer, { readonly queue: BoundedQueue<unknown> | null; readonly end: () => void }>()

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** `subscribe` of the public API: with `second` as a callback, or as options. */
  subscribe(query: string, second: unknown, third: SubscribeOptions = {}): unknown {
    if (typeof second === 'function') return this.callBack(query, second as (change: Change) => unknown, third)
    const options = (second ?? {}) as SubscribeOptions
    return options.batches === true ? this.batches(query, options) : this.changes(query, options)
  }

  changes(query: string | RunnableQuery, options: SubscribeOptions): Subscription<Change> {
    this.#engine.checkOpen()
    const queue = queueFor<Change>('changes')
    const shape = later<ConsumerHandle>()
    const consumer = queueConsumer(queue, this.#changeTranslator(shape), () => this.#detach(consumer))
    this.#attach(query, options, { consumer, queue, shape, end: () => queue.end() })
    return new Subscription(queue.reader(), () => this.#detach(consumer))
  }

  batches(query: string, options: SubscribeOptions): Subscription<Table> {
    this.#engine.checkOpen()
    const queue = queueFor<CopiedBlock>('batches')
    const shape = later<ConsumerHandle>()
    const { views } = this.#engine.running.parts.memory
    const translator: BlockTranslator<CopiedBlock> = {
      translate: (block, count, take) => take(copyBlock(views, shape.get(), { block, count })),
    }
    const consumer = queueConsumer(queue, translator, () => this.#detach(consumer))
    this.#attach(query, options, { consumer, queue, shape, end: () => queue.end() })
    return new Subscription(
      queue.reader(async (block) => await toTable(block)),
      () => this.#detach(consumer),
    )
  }

  callBack(query: string, callback: (change: Change) => unknown, options: SubscribeOptions): Unsubscribe {
    this.#engine.checkOpen()
    const closed = Promise.withResolvers<void>()
    // Whoever does not ask for `closed` hears of failures from `drain`.
    closed.promise.catch(() => {})
    const shape = later<ConsumerHandle>()
    let wanted = true
    const whileWanted = (change: Change): unknown => (wanted ? callback(change) : undefined)
    const consumer = callbackConsumer(whileWanted, this.#changeTranslator(shape), (error) => {
      if (error === null) closed.resolve()
      else closed.reject(error.reason)
      if (error?.by === 'callback') this.#engine.subscriberFailed(query, error.reason)
      this.#detach(consumer)
    })
    this.#attach(query, options, { consumer, queue: null, shape, end: () => closed.resolve() })
    const unsubscribe = (): void => {
      wanted = false
      this.#detach(consumer)
      closed.resolve()
    }
    return { unsubscribe, closed: closed.promise }
  }

  /** What has been pushed still reaches subscribers, as far as they read; then all end. */
  async close(): Promise<void> {
    if (this.#engine.idle || this.#engine.closed) return
    const { pump } = this.#engine.running
    const settled = pump.quiet()
    for (let done = false; !done;) {
      done = await Promise.race([settled.then(() => true), pump.nextTurn().then(() => false)])
      // A queue that is full and not read would hold everything up for ever: its reader keeps what waits in it.
      for (const [consumer, { queue }] of this.#open) if (queue !== null && queue.ready() !== true) this.#end(consumer)
    }
    for (const consumer of this.#open.keys()) this.#end(consumer)
  }

  #end(consumer: Consumer): void {
    const entry = this.#open.get(consumer)
    this.#detach(consumer)
    entry?.end()
  }

  #detach(consumer: Consumer): void {
    this.#open.delete(consumer)
    this.#engine.running.topology.detach(consumer)
  }

  #attach(
    query: string | RunnableQuery,
    { snapshot = true }: SubscribeOptions,
    parts: {
      readonly consumer: Consumer
      readonly queue: BoundedQueue<never> | BoundedQueue<Change> | BoundedQueue<CopiedBlock> | null
      readonly shape: Later<ConsumerHandle>
      readonly end: () => void
    },
  ): void {
    const { running } = this.#engine
    const batch = this.#engine.newBatch([])
    const node = typeof query === 'string' ? this.#nodeFor(query, batch) : this.#engine.follow(query, batch)
    const { consumer, queue, shape, end } = parts
    // before it is attached: what has failed already detaches it at once
    this.#open.set(consumer, { queue, end })
    try {
      shape.set(running.topology.attach(node, consumer, { snapshot: snapshot && node.kind === 'materialized_view' }))
    } catch (error) {
      this.#open.delete(consumer)
      throw error
    }
    running.start(batch)
  }

  /** The object of that name, else the query. */
  #nodeFor(query: string, batch: Batch): DataflowNode {
    const { objects } = this.#engine.state.catalog
    const object = objects.get(query) ?? objects.get(query.toLowerCase())
    if (object?.kind === 'sink')
      throw new SqlError([wrongObjectKind({ name: query, kind: 'sink', expected: 'source, stream or view' })])
    if (object !== undefined) return this.#engine.running.topology.reader(object.name, batch)
    if (!/\s/.test(query.trim()))
      throw new SqlError([unknownObject({ kind: 'stream', name: query }, { hint: didYouMean(query, objects.keys()) })])
    const [planned, more] = checked(this.#engine.planNow(query))
    if (planned?.kind !== 'select' || more !== undefined) {
      throw new SqlError([syntaxError({ detail: 'subscribe takes a name or one SELECT' }, { span: planned?.span })])
    }
    return this.#engine.follow(planned.prepareLive(), batch)
  }

  #changeTranslator(shape: Later<ConsumerHandle>): BlockTranslator<Change> {
    const { views } = this.#engine.running.parts.memory
    const reader = lazily(() => makeRowReader(views, shape.get()))
    return { translate: (block, count, take) => forEachChange(reader(), { block, count }, take) }
  }
}

async function toTable(block: CopiedBlock): Promise<Table> {
  const arrow = await loadArrow()
  return toArrowTable(arrow, arrowSchema(arrow, block.columns, { weights: block.weights !== null }), [block])
}

/** The handle of a consumer is known only after the graph has taken the consumer; blocks come later still. */
interface Later<T> {
  set(value: T): void
  get(): T
}

function later<T>(): Later<T> {
  let value: { readonly of: T } | null = null
  return {
    set: (given) => {
      value = { of: given }
    },
    get: () => {
      if (value === null) throw new Error('a block came before its consumer was attached')
      return value.of
    },
  }
}
