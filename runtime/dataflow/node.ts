import { instantMax, instantMin } from '../abi/state.ts'
import type { BlockLayout } from '../abi/block.ts'
import type { Consumer } from './graph.ts'
import { Stopwatch } from './stopwatch.ts'

/** The greatest watermark: nothing more comes. */
export const infinity = instantMax
/** No watermark yet. */
export const minusInfinity = instantMin

/**
 * What a node says to its subscribers, one at a time; rows lie in `block` and stay there until the node is asked for the next message. `flush`: a batch is
 * over; who has held changes back shows them.
 */
export interface Message {
  signal: 'rows' | 'flush' | 'watermark' | 'end'
  block: number
  count: number
  watermark: bigint
}

/** What a node does. `begin` takes a message of an input; `next` then makes one message after the other. */
export interface Operator {
  begin(message: Message, port: number): void
  /** Fills `message`; false: everything that was begun has been said. */
  next(message: Message): boolean
  /** Frees its state. */
  close(): void
}

/** Whose node it is: what fails and is removed together. */
export interface Owner {
  readonly name: string
  /** Its nodes take no more messages. */
  stopped: boolean
  /** While it gets the rows that were there before it, messages of other tasks wait. */
  starting: boolean
  onFailure(error: unknown): void
}

/** Says `end` once: for who comes to a node after its own. */
export class EndFeed implements Operator {
  #said = false

  begin(): void {}

  next(message: Message): boolean {
    if (this.#said) return false
    this.#said = true
    message.signal = 'end'
    message.watermark = infinity
    return true
  }

  close(): void {}
}

export interface GraphNode {
  readonly owner: Owner
  readonly operator: Operator
  readonly layout: BlockLayout
  readonly message: Message
  subscribers: readonly Subscriber[]
  /** On the stack of a task. */
  busy: boolean
  /** How many tasks read its state and want it to stay as it is. */
  held: number
  /** Sequence number of the last message that it took (of its only input). */
  heard: number
  /** Messages said so far. */
  sequence: number
  /** It has said `end`: who comes now hears nothing any more. */
  ended: boolean
  readonly stopwatch: Stopwatch
  rowsIn: number
  rowsOut: number
  blocksIn: number
  rowErrors: number
}

export type Subscriber =
  | (Subscription & { readonly kind: 'node'; readonly node: GraphNode; readonly port: number })
  | (Subscription & {
      readonly kind: 'consumer'
      readonly consumer: Consumer
      /** as Owner.starting */ starting: boolean
    })

interface Subscription {
  /** Takes messages with greater sequence numbers. */
  after: number
  removed: boolean
}

export function makeNode(
  parts: Pick<GraphNode, 'owner' | 'operator' | 'layout'> & { readonly nowNanos: () => number },
  block: number,
): GraphNode {
  const { owner, operator, layout, nowNanos } = parts
  return {
    owner,
    operator,
    layout,
    message: { signal: 'rows', block, count: 0, watermark: minusInfinity },
    subscribers: [],
    busy: false,
    held: 0,
    heard: 0,
    sequence: 0,
    ended: false,
    stopwatch: new Stopwatch(nowNanos),
    rowsIn: 0,
    rowsOut: 0,
    blocksIn: 0,
    rowErrors: 0,
  }
}
