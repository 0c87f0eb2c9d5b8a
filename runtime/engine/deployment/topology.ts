import { DataError } from '../../../sql/base/diagnostic.ts'
import { closed } from '../../../sql/messages/raise.ts'
import type { Artifact, ArtifactContent } from '../../abi/artifact.ts'
import type { Consumer, ConsumerHandle, RowError } from '../../dataflow/graph.ts'
import type { OnError } from '../errors/row-error-log.ts'
import { instanceName, readsFrom, type DataflowNode, type NodeKind } from './node.ts'
import { checkLayouts, objectsReadBy, withInputs } from './artifact-inputs.ts'
import { SourceStarter, type ColumnsNeeded } from './source-starter.ts'
import { openSink } from './sink-starter.ts'
import type { DeploymentContext } from './context.ts'
import type { Deployable, RunningObject } from './deployable.ts'

/**
 * One deployment: statements that start together. Sources and streams that can be read again are instantiated once for
 * each, so that all its readers see them from the start, whenever they come.
 */
export interface Batch {
  readonly nodes: Map<string, DataflowNode>
  readonly starts: (() => void)[]
  readonly needs: ColumnsNeeded
}

export interface QueryDeployment {
  readonly name: string
  readonly kind: 'select' | 'insert'
  readonly artifact: Artifact
  readonly onError: OnError
  readonly inputs: 'live' | 'snapshot'
  readonly batch: Batch
}

/** What runs: instances of objects, who reads whom, and what becomes of them when one fails. */
export class Topology {
  readonly #context: DeploymentContext
  readonly #sources: SourceStarter
  readonly #objects = new Map<string, Deployable>()
  readonly #shared = new Map<string, DataflowNode>()
  readonly #nodes = new Map<string, DataflowNode>()
  readonly #consumers = new Map<Consumer, { readonly node: DataflowNode; readonly handle: ConsumerHandle }>()
  #instances = 0

  constructor(context: DeploymentContext) {
    this.#context = context
    this.#sources = new SourceStarter(context, {
      onRowError: (node, error, facts) => this.#onSourceRowError(node, error, facts),
    })
  }

  get nodes(): readonly DataflowNode[] {
    return [...this.#nodes.values()]
  }

  /** The one instance of an object that is not made anew for each reader. */
  sharedNode(object: string): DataflowNode | undefined {
    return this.#shared.get(object)
  }

  /** The running instance of that name in the graph. */
  nodeOf(name: string): DataflowNode | undefined {
    return this.#nodes.get(name)
  }

  /**
   * Makes an object known; sinks and views start at once, sources fed from outside too, the rest when it is read. What cannot be
   * started leaves nothing behind.
   */
  deploy(deployable: Deployable, batch: Batch): DataflowNode | undefined {
    const { object } = deployable
    this.#objects.set(object.name, deployable)
    const eager = deployable.kind === 'source' ? deployable.connector === null : object.kind === 'materialized_view'
    try {
      if (deployable.kind === 'sink') return this.#whole(batch, () => this.#addSink(deployable, batch))
      return eager ? this.reader(object.name, batch) : undefined
    } catch (error) {
      this.#objects.delete(object.name)
      throw error
    }
  }

  /** The instance of `object` that this deployment reads; starts it, and what it reads, when there is none. */
  reader(object: string, batch: Batch): DataflowNode {
    return this.#whole(batch, () => this.#reader(object, batch, 'live'))
  }

  #reader(object: string, batch: Batch, inputs: 'live' | 'snapshot'): DataflowNode {
    const deployable = this.#objects.get(object)
    // Dropped since the query was planned.
    if (deployable === undefined) throw new DataError(closed({ what: object }))
    const own = this.replayable(object) || (inputs === 'snapshot' && deployable.object.kind === 'stream')
    const present = own ? batch.nodes.get(object) : this.#shared.get(object)
    // What the program has dropped again may have been the only reader of an instance.
    if (present !== undefined && !present.removed) return present
    const node = this.#start(deployable, { batch, shared: !own, inputs })
    if (own) batch.nodes.set(object, node)
    else this.#shared.set(object, node)
    return node
  }

  /** Every source that `object` leads back to, if any, can be read again and ends: it can be given to each reader from the start. */
  replayable(object: string): boolean {
    const deployable = this.#objects.get(object)
    if (deployable === undefined || deployable.kind === 'sink') return false
    if (deployable.kind === 'source') return deployable.connector !== null && deployable.connector.replayable
    return deployable.object.kind === 'stream' && deployable.object.reads.every((name) => this.replayable(name))
  }

  /** The sources that `objects` lead back to through streams, and the views on the way, which hold their rows. */
  origins(objects: readonly string[]): readonly Deployable[] {
    return objects.flatMap((name) => {
      const deployable = this.#objects.get(name)
      if (deployable === undefined) return []
      const through = deployable.kind === 'query' && deployable.object.kind === 'stream'
      return through ? this.origins(deployable.object.reads) : [deployable]
    })
  }

  /** Everything that `objects` lead back to, through views too, ends by itself or is fed from outside. */
  ends(objects: readonly string[]): boolean {
    return objects.every((name) => {
      const deployable = this.#objects.get(name)
      if (deployable?.kind === 'source') return deployable.connector === null || deployable.connector.bounded
      return deployable !== undefined && this.ends(deployable.object.reads)
    })
  }

  /** Deploys a query that is no object: a SELECT, an INSERT. Its consumer must be attached before the next turn of the pump. */
  addQuery(deployment: QueryDeployment): DataflowNode {
    return this.#whole(deployment.batch, () => this.#addQuery(deployment))
  }

  #addQuery({ name, kind, artifact, onError, inputs, batch }: QueryDeployment): DataflowNode {
    const nodes = this.#inputs(artifact, batch, inputs)
    const node = this.#newNode({
      name: instanceName(name, ++this.#instances),
      object: name,
      kind,
      inputs: [...nodes.values()],
      shared: false,
    })
    this.#addToGraph(node, { artifact: withInputs(artifact, nodes), onError, inputs })
    return node
  }

  /** Takes out a query that is no object, with its consumers, if any. Idempotent. */
  removeQuery(node: DataflowNode): void {
    for (const [consumer, attached] of this.#consumers) if (attached.node === node) this.detach(consumer)
    this.#collect(node)
  }

  /** An instance that belongs to no object goes when its only consumer cannot be attached. */
  attach(node: DataflowNode, consumer: Consumer, options: { readonly snapshot?: boolean } = {}): ConsumerHandle {
    const handle = this.#addConsumer(node, consumer, options)
    node.readers++
    this.#consumers.set(consumer, { node, handle })
    if (node.failure !== null) consumer.failed?.(node.failure.reason)
    this.#context.wake()
    return handle
  }

  #addConsumer(node: DataflowNode, consumer: Consumer, options: { readonly snapshot?: boolean }): ConsumerHandle {
    try {
      return this.#context.graph.addConsumer(node.name, consumer, options)
    } catch (error) {
      this.#collect(node)
      throw error
    }
  }

  /** Idempotent. What nobody reads any more is stopped and removed. */
  detach(consumer: Consumer): void {
    const attached = this.#consumers.get(consumer)
    if (attached === undefined) return
    this.#consumers.delete(consumer)
    attached.handle.remove()
    attached.node.readers--
    this.#collect(attached.node)
    this.#context.wake()
  }

  /** Takes an object out. Objects that read it must have been removed before; subscriptions that do end with `closed`. */
  async drop(object: string): Promise<void> {
    const kind = this.#objects.get(object)?.object.kind
    this.#objects.delete(object)
    const node =
      this.#shared.get(object) ??
      [...this.#nodes.values()].find((each) => each.object === object && each.kind === 'sink')
    this.#shared.delete(object)
    if (node === undefined) return
    if (node.sink !== null) await this.#context.finishSink(node.sink)
    const reason = new DataError(closed({ what: `${kind?.replace('_', ' ')} ${object}` }))
    for (const [consumer, attached] of this.#consumers) {
      if (!readsFrom(attached.node, node)) continue
      consumer.failed?.(reason)
      this.detach(consumer)
    }
    this.#remove(node)
  }

  /** A source or a query has failed: everything that reads it is told, sinks undo what they wrote. */
  fail(node: DataflowNode, reason: unknown): void {
    if (node.failure !== null) return
    for (const each of this.#nodes.values()) {
      if (!readsFrom(each, node) || each.failure !== null) continue
      each.failure = { reason }
      if (each.sink !== null) this.#context.abortSink(each.sink)
    }
    for (const [consumer, attached] of this.#consumers) {
      if (readsFrom(attached.node, node)) consumer.failed?.(reason)
    }
    this.#context.onFailure(node.object, reason)
  }

  failDriver(name: string, reason: unknown): void {
    const node = this.#nodes.get(name)
    if (node !== undefined) this.fail(node, reason)
  }

  // ---- starting ----------------------------------------------------------------------------------------------

  /** All instances that `start` makes, or none. */
  #whole<Result>(batch: Batch, start: () => Result): Result {
    const before = new Set(this.#nodes.values())
    try {
      return start()
    } catch (error) {
      for (const node of [...this.#nodes.values()].toReversed()) {
        if (before.has(node)) continue
        if (this.#shared.get(node.object) === node) this.#shared.delete(node.object)
        if (batch.nodes.get(node.object) === node) batch.nodes.delete(node.object)
        if (node.sink !== null) this.#context.abortSink(node.sink)
        this.#remove(node)
      }
      throw error
    }
  }

  #start(
    deployable: Deployable,
    how: { readonly batch: Batch; readonly shared: boolean; readonly inputs: 'live' | 'snapshot' },
  ): DataflowNode {
    const { object } = deployable
    const name = how.shared ? object.name : instanceName(object.name, ++this.#instances)
    if (deployable.kind === 'source') {
      const node = this.#newNode({ name, object: object.name, kind: 'source', inputs: [], shared: how.shared })
      this.#sources.start(node, deployable, how.batch)
      return node
    }
    const nodes = this.#inputs(deployable.artifact, how.batch, how.inputs)
    const node = this.#newNode({
      name,
      object: object.name,
      kind: kindOf(object),
      inputs: [...nodes.values()],
      shared: how.shared,
    })
    this.#addToGraph(node, {
      artifact: withInputs(deployable.artifact, nodes),
      onError: object.onError,
      inputs: how.inputs,
    })
    return node
  }

  #addSink(deployable: Deployable & { readonly kind: 'sink' }, batch: Batch): DataflowNode {
    const { object, artifact } = deployable
    const nodes = this.#inputs(artifact, batch, 'live')
    const node = this.#newNode({
      name: object.name,
      object: object.name,
      kind: 'sink',
      inputs: [...nodes.values()],
      shared: true,
    })
    const output = this.#addToGraph(node, {
      artifact: withInputs(artifact, nodes),
      onError: object.onError,
      inputs: 'live',
    })
    node.sink = openSink(
      this.#context,
      { object, connector: deployable.connector, key: deployable.key, output },
      (reason) => this.fail(node, reason),
    )
    this.#context.graph.addConsumer(node.name, node.sink)
    return node
  }

  #inputs(artifact: Artifact, batch: Batch, inputs: 'live' | 'snapshot'): ReadonlyMap<string, DataflowNode> {
    const nodes = new Map(objectsReadBy(artifact).map((object) => [object, this.#reader(object, batch, inputs)]))
    checkLayouts(artifact, nodes)
    return nodes
  }

  #addToGraph(
    node: DataflowNode,
    query: { readonly artifact: ArtifactContent; readonly onError: OnError; readonly inputs: 'live' | 'snapshot' },
  ) {
    const { graph, rowErrors } = this.#context
    const output = graph.addQuery(node.name, query.artifact, {
      onRowError: (error) =>
        rowErrors.take({ ...rowFacts(error, node), record: () => this.#context.rowText(error) }, query.onError),
      onFailure: (reason) => this.fail(node, reason),
      inputs: query.inputs,
    })
    node.output = output
    return output
  }

  #newNode(parts: Pick<DataflowNode, 'name' | 'object' | 'kind' | 'inputs' | 'shared'>): DataflowNode {
    const node: DataflowNode = {
      ...parts,
      readers: 0,
      feed: null,
      input: null,
      output: null,
      sink: null,
      // What reads something that has failed would show rows that are no longer kept up.
      failure: parts.inputs.find((input) => input.failure !== null)?.failure ?? null,
      removed: false,
    }
    this.#nodes.set(node.name, node)
    for (const input of node.inputs) input.readers++
    return node
  }

  #onSourceRowError(node: DataflowNode, error: RowError, facts: { readonly onError: OnError }): void {
    const reader = node.feed?.driver.reader
    const record = (): Uint8Array | string | null => reader?.record(error.row) ?? this.#context.rowText(error)
    this.#context.rowErrors.take({ ...rowFacts(error, node), place: reader?.place(error.row), record }, facts.onError)
  }

  // ---- stopping ----------------------------------------------------------------------------------------------

  /** Removes instances that nobody reads and that belong to no object. */
  #collect(node: DataflowNode): void {
    if (node.readers > 0 || node.shared) return
    this.#remove(node)
  }

  #remove(node: DataflowNode): void {
    if (node.removed) return
    node.removed = true
    this.#nodes.delete(node.name)
    if (node.feed !== null) this.#context.removeDriver(node.feed.driver)
    this.#context.graph.remove(node.name)
    void node.feed?.driver.close()
    for (const input of node.inputs) {
      input.readers--
      this.#collect(input)
    }
  }
}

function rowFacts(error: RowError, node: DataflowNode) {
  return { object: node.object, site: error.site, siteIndex: error.siteIndex, place: undefined }
}

function kindOf(object: RunningObject): NodeKind {
  return object.kind
}
