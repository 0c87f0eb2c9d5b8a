import type { GraphNode, Message, Owner, Subscriber } from './node.ts'

/** What a task waits for. */
export type TaskState =
  | { readonly kind: 'done' }
  /** A consumer is not ready. */
  | { readonly kind: 'blocked'; readonly until: Promise<void> }
  /** Another task is in a node that this one must go through. */
  | { readonly kind: 'waiting' }

const done: TaskState = { kind: 'done' }
const waiting: TaskState = { kind: 'waiting' }

export interface TaskEvents {
  /** The node's owner is stopped when this returns; the result is the node through which its readers see the end. */
  failed(node: GraphNode, error: unknown): GraphNode | null
  consumerFailed(node: GraphNode, subscriber: Subscriber & { readonly kind: 'consumer' }, error: unknown): void
}

/** Whom a task brings up to date with what was there before. Only it may talk to them until then. */
export interface Start {
  readonly subject: Owner | Subscriber
  /** Called when the last root is through. */
  finish(): void
}

/**
 * Carries the messages of one root (a source, the start of a query) through the graph, depth first, with an explicit stack: a frame is
 * a node and the number of its subscribers that have taken its message. So it can stop anywhere and go on later, and nothing is allocated per message.
 */
export class Task {
  readonly #events: TaskEvents
  readonly #roots: GraphNode[]
  /** The stack. The arrays stay as long as they ever were: shortening and growing them for each message would cost more than the rest. */
  readonly #nodes: GraphNode[] = []
  readonly #taken: number[] = []
  #depth = 0
  readonly #start: Start | null

  constructor(events: TaskEvents, roots: readonly GraphNode[], start: Start | null = null) {
    this.#events = events
    this.#roots = [...roots]
    this.#start = start
  }

  /** Adds a root whose operator has something to say. */
  add(root: GraphNode): void {
    this.#roots.push(root)
  }

  /** Nodes that it is in or will start from. */
  nodes(): readonly GraphNode[] {
    return [...this.#nodes.slice(0, this.#depth), ...this.#roots]
  }

  /** Drops what belongs to a stopped owner; its nodes are not touched any more. */
  forget(stopped: (node: GraphNode) => boolean): void {
    const first = this.#nodes.slice(0, this.#depth).findIndex(stopped)
    if (first >= 0) {
      for (const node of this.#nodes.slice(first, this.#depth)) node.busy = false
      this.#depth = first
    }
    // what is above the stack must not keep what has been removed
    this.#nodes.length = this.#depth
    for (let index = this.#roots.length - 1; index >= 0; index--)
      if (stopped(this.#roots[index] as GraphNode)) this.#roots.splice(index, 1)
  }

  /** Works until nothing is left or something must be waited for. */
  run(): TaskState {
    for (;;) {
      const depth = this.#depth
      if (depth === 0) {
        const root = this.#roots[0]
        if (root === undefined) {
          this.#start?.finish()
          return done
        }
        if (root.busy) return waiting
        if (this.#roots.length === 1) this.#roots.pop()
        else this.#roots.shift()
        this.#push(root, root.subscribers.length)
        continue
      }
      const node = this.#nodes[depth - 1] as GraphNode
      const index = this.#taken[depth - 1] as number
      const subscriber = node.subscribers[index]
      if (subscriber === undefined) {
        this.#advance(node, depth - 1)
        continue
      }
      const state = this.#deliver(node, subscriber, depth - 1)
      if (state !== null) return state
    }
  }

  #advance(node: GraphNode, top: number): void {
    const said = this.#next(node)
    if (said === 'failed') return
    if (said === 'something') {
      this.#taken[top] = 0
      return
    }
    node.busy = false
    this.#depth = top
    compact(node)
  }

  /** `failed`: the stack has been unwound. */
  #next(node: GraphNode): 'something' | 'nothing' | 'failed' {
    if (node.owner.stopped) return 'nothing'
    node.stopwatch.start()
    try {
      const more = node.operator.next(node.message)
      if (more) {
        node.sequence++
        if (node.message.signal === 'rows') node.rowsOut += node.message.count
        else if (node.message.signal === 'end') node.ended = true
      }
      return more ? 'something' : 'nothing'
    } catch (error) {
      this.#fail(node, error)
      return 'failed'
    } finally {
      node.stopwatch.stop()
    }
  }

  /** Hands the message to a subscriber; null: go on. */
  #deliver(node: GraphNode, subscriber: Subscriber, top: number): TaskState | null {
    if (subscriber.removed || node.sequence <= subscriber.after) {
      this.#taken[top] = (this.#taken[top] as number) + 1
      return null
    }
    if (subscriber.kind === 'consumer') return this.#deliverToConsumer(node, subscriber, top)
    const target = subscriber.node
    const isHeldUp = target.busy || target.held > 0 || (target.owner.starting && this.#start?.subject !== target.owner)
    if (isHeldUp && !target.owner.stopped) return waiting
    this.#taken[top] = (this.#taken[top] as number) + 1
    if (target.owner.stopped) return null
    this.#push(target, target.subscribers.length)
    target.heard = node.sequence
    this.#begin(target, node.message, subscriber.port)
    return null
  }

  #begin(target: GraphNode, message: Message, port: number): void {
    target.stopwatch.start()
    if (message.signal === 'rows') {
      target.rowsIn += message.count
      target.blocksIn++
    }
    try {
      target.operator.begin(message, port)
    } catch (error) {
      this.#fail(target, error)
    } finally {
      target.stopwatch.stop()
    }
  }

  #deliverToConsumer(
    node: GraphNode,
    subscriber: Subscriber & { readonly kind: 'consumer' },
    top: number,
  ): TaskState | null {
    const { consumer } = subscriber
    const { signal, block, count, watermark } = node.message
    if (subscriber.starting && this.#start?.subject !== subscriber) return waiting
    try {
      if (signal === 'rows') {
        const ready = consumer.ready()
        if (ready !== true) return { kind: 'blocked', until: ready }
        consumer.accept(block, count)
      } else if (signal === 'watermark') consumer.watermark?.(watermark)
      else if (signal === 'end') consumer.end?.()
    } catch (error) {
      this.#events.consumerFailed(node, subscriber, error)
    }
    this.#taken[top] = (this.#taken[top] as number) + 1
    return null
  }

  /** Unwinds the owner's frames; then its readers see the end. */
  #fail(node: GraphNode, error: unknown): void {
    const output = this.#events.failed(node, error)
    this.forget(({ owner }) => owner === node.owner)
    if (output === null || output.busy) return
    output.message.signal = 'end'
    output.ended = true
    output.sequence++
    this.#push(output, 0)
  }

  #push(node: GraphNode, taken: number): void {
    node.busy = true
    this.#nodes[this.#depth] = node
    this.#taken[this.#depth] = taken
    this.#depth += 1
  }
}

/** Drops subscribers that left while the node was busy. */
function compact(node: GraphNode): void {
  for (const { removed } of node.subscribers) {
    if (!removed) continue
    node.subscribers = node.subscribers.filter((subscriber) => !subscriber.removed)
    return
  }
}
