import type { QueryOutput, SourceInput } from '../../dataflow/graph.ts'
import type { Inbox } from '../inbox/inbox.ts'
import type { InboxWriter } from '../inbox/writer.ts'
import type { SourceDriver } from '../pump/source-driver.ts'
import type { SinkDriver } from '../sinks/sink-driver.ts'

/** What a node of the running dataflow is for. */
export type NodeKind = 'source' | 'stream' | 'materialized_view' | 'sink' | 'select' | 'insert'

/** How a source gets its rows. */
export type SourceFeed =
  | { readonly kind: 'connector'; readonly driver: SourceDriver }
  | { readonly kind: 'inbox'; readonly driver: SourceDriver; readonly inbox: Inbox; readonly writer: InboxWriter }

/**
 * One running instance of an object. A source that can be read again, and the streams over it, have one for each
 * deployment that reads them, so that every reader sees them from the start; everything else has one.
 */
export interface DataflowNode {
  /** Its name in the graph; differs from `object` for second instances. */
  readonly name: string
  readonly object: string
  readonly kind: NodeKind
  readonly inputs: readonly DataflowNode[]
  /** Belongs to the object; stays when nobody reads it. */
  readonly shared: boolean
  /** Nodes and consumers that read it. */
  readers: number
  feed: SourceFeed | null
  input: SourceInput | null
  /** Of a query: the shape of its rows. */
  output: QueryOutput | null
  sink: SinkDriver | null
  /** Set once: nothing comes from here any more. */
  failure: { readonly reason: unknown } | null
  /** Set once: it is not in the graph any more. */
  removed: boolean
}

/** NUL stands in no SQL identifier, so no object can have such a name. */
export function instanceName(object: string, instance: number): string {
  return `${object}\0${instance}`
}

/** The object's name of a node's. */
export function objectOfInstance(name: string): string {
  const at = name.indexOf('\0')
  return at < 0 ? name : name.slice(0, at)
}

/** Does `node` read `input`, directly or through others? */
export function readsFrom(node: DataflowNode, input: DataflowNode): boolean {
  return node === input || node.inputs.some((each) => readsFrom(each, input))
}
