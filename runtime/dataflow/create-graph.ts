import { must } from '../../sql/base/assert.ts'
import { InternalError } from '../../sql/base/diagnostic.ts'
import type { ArtifactContent, SinkArtifact, SourceArtifact } from '../abi/artifact.ts'
import { pageSizeBytes } from '../abi/memory.ts'
import { Arena } from '../memory/arena.ts'
import type {
  BlockOfRows,
  Consumer,
  ConsumerHandle,
  Graph,
  GraphMetrics,
  GraphOptions,
  QueryBinding,
  QueryOutput,
  SinkEncoder,
  SourceBinding,
  SourceInput,
} from './graph.ts'
import type { GraphNode, Owner, Subscriber } from './node.ts'
import { EndFeed, makeNode, minusInfinity } from './node.ts'
import { RunningQuery } from './query.ts'
import { RunningEncoder } from './running-encoder.ts'
import { SourceOperator } from './source-node.ts'
import { ViewFeed } from './store-operator.ts'
import { Task, type TaskEvents } from './task.ts'

export function createGraph(options: GraphOptions): Graph {
  return new DataflowGraph(options)
}

interface RunningSource {
  readonly owner: Owner
  readonly operator: SourceOperator
  readonly node: GraphNode
  readonly task: Task
  readonly artifact: SourceArtifact
  readonly number: number
}

class DataflowGraph implements Graph {
  readonly #options: GraphOptions
  readonly #sources = new Map<string, RunningSource>()
  readonly #queries = new Map<string, RunningQuery>()
  /** By the names of their queries. */
  readonly #encoders = new Map<string, RunningEncoder>()
  readonly #feeds = new Map<GraphNode, { readonly arena: Arena; readonly number: number }>()
  readonly #starts: Task[] = []
  readonly #active: Task[] = []
  readonly #events: TaskEvents

  constructor(options: GraphOptions) {
    this.#options = options
    this.#events = {
      failed: (node, error) => this.#failed(node, error),
      consumerFailed: (_node, subscriber, error) => {
        subscriber.removed = true
        subscriber.consumer.failed?.(error)
      },
    }
  }

  addSource(name: string, artifact: SourceArtifact, binding: SourceBinding): SourceInput {
    this.#checkFree(name)
    const number = this.#options.operators.reserve()
    const operator = this.#started(
      number,
      () =>
        new SourceOperator({
          name,
          artifact,
          binding,
          options: this.#options,
          number,
          onWork: () => this.#sourceHasWork(source),
        }),
    )
    const owner: Owner = { name, stopped: false, starting: false, onFailure: () => undefined }
    const node = makeNode(
      { owner, operator, layout: artifact.layout, nowNanos: () => this.#options.nowNanos() },
      operator.block,
    )
    const source: RunningSource = { owner, operator, node, artifact, number, task: new Task(this.#events, []) }
    this.#sources.set(name, source)
    return operator
  }

  addQuery(name: string, artifact: ArtifactContent, binding: QueryBinding): QueryOutput {
    this.#checkFree(name)
    const query = new RunningQuery(name, { artifact, binding }, this.#options)
    query.objectColumns = (object) =>
      this.#sources.get(object)?.artifact.columns ??
      must(this.#queries.get(object), 'an object').output.artifact.outputColumns
    this.#queries.set(name, query)
    try {
      const roots = [...query.roots, ...this.#connectInputs(query, binding.inputs ?? 'live')]
      this.#startTask(roots, { subject: query, finish: () => (query.starting = false) })
    } catch (error) {
      this.remove(name)
      throw error
    }
    const { outputLayout, outputColumns, outputMode } = query.output.artifact
    return { layout: outputLayout, columns: outputColumns, mode: outputMode }
  }

  /** Connects a query with what it reads; gives the nodes that show it what is there already. */
  #connectInputs(query: RunningQuery, inputs: 'live' | 'snapshot'): readonly GraphNode[] {
    const feeds: GraphNode[] = []
    for (const { artifact: pipeline, node } of query.pipelines) {
      if (pipeline.input.kind !== 'object') continue
      const { object } = pipeline.input
      const live = inputs === 'snapshot' && this.#viewOf(object) ? null : this.#connect(object, { node, port: 0 })
      const feed = this.#feedOf(object, {
        owner: query,
        live,
        to: { kind: 'node', node, port: 0, after: 0, removed: false },
      })
      if (feed) feeds.push(feed)
      else if (live !== null && this.#nodeOf(object).ended)
        feeds.push(this.#endOf(object, query, { kind: 'node', node, port: 0, after: 0, removed: false }))
    }
    return feeds
  }

  addEncoder(name: string, artifact: SinkArtifact): SinkEncoder {
    if (this.#encoders.has(name)) throw new InternalError(`${name} has an encoder already`)
    const encoder = new RunningEncoder(name, artifact, this.#options)
    this.#encoders.set(name, encoder)
    return encoder
  }

  addConsumer(
    object: string,
    consumer: Consumer,
    { snapshot = false }: { readonly snapshot?: boolean } = {},
  ): ConsumerHandle {
    const node = this.#nodeOf(object)
    const subscriber: Subscriber = {
      kind: 'consumer',
      consumer,
      after: node.sequence,
      removed: false,
      starting: snapshot,
    }
    node.subscribers = [...node.subscribers, subscriber]
    const owner: Owner = { name: object, stopped: false, starting: false, onFailure: () => undefined }
    const remove = (): void => {
      subscriber.removed = true
      owner.stopped = true
      this.#sweep(node)
    }
    const to: Subscriber = { ...subscriber, after: 0, starting: false }
    try {
      const shown = snapshot ? this.#feedOf(object, { owner, live: subscriber, to }) : null
      const feed = shown ?? (node.ended ? this.#endOf(object, owner, to) : null)
      if (feed) this.#startTask([feed], { subject: subscriber, finish: () => (subscriber.starting = false) })
      else subscriber.starting = false
    } catch (error) {
      remove()
      throw error
    }
    const source = this.#sources.get(object)
    const facts = source
      ? { columns: source.artifact.columns, mode: 'append' as const }
      : {
          columns: this.#queryOf(object).output.artifact.outputColumns,
          mode: this.#queryOf(object).output.artifact.outputMode,
        }
    return { layout: node.layout, ...facts, remove }
  }

  remove(name: string): void {
    this.#encoders.get(name)?.close()
    this.#encoders.delete(name)
    const source = this.#sources.get(name)
    const query = this.#queries.get(name)
    const owner = source?.owner ?? query
    if (!owner) return
    owner.stopped = true
    const nodes = new Set(query?.pipelines.map(({ node }) => node) ?? [source?.node])
    for (const node of this.#allNodes()) {
      for (const subscriber of node.subscribers)
        if (subscriber.kind === 'node' && nodes.has(subscriber.node)) subscriber.removed = true
      if (!node.busy) node.subscribers = node.subscribers.filter(({ removed }) => !removed)
    }
    for (const task of this.#tasks()) task.forget((node) => node.owner === owner)
    this.#sweepFeeds()
    query?.close()
    this.#queries.delete(name)
    if (!source) return
    this.#sources.delete(name)
    drop(this.#active, source.task)
    source.operator.close()
    this.#options.operators.remove(source.number)
  }

  run(): true | Promise<void> {
    for (;;) {
      const blocked: Promise<void>[] = []
      const started = runAll(this.#starts, blocked)
      const finished = started + runAll(this.#active, blocked)
      this.#sweepFeeds()
      if (this.#starts.length === 0 && this.#active.length === 0) return true
      // what has finished may be what others waited for
      if (finished > 0) continue
      if (blocked.length === 0) throw new InternalError('the dataflow waits for itself')
      return Promise.race(blocked)
    }
  }

  *snapshot(view: string): Generator<BlockOfRows, void> {
    const query = this.#queryOf(view)
    const store = must(query.store, `a store of view ${view}`)
    const number = this.#options.operators.reserve()
    const arena = new Arena(this.#options.memory.pages, number)
    try {
      yield* store.operator.scan(arena.allocate(query.output.artifact.outputLayout.sizeBytes, 16))
    } finally {
      arena.free()
      this.#options.operators.remove(number)
    }
  }

  metrics(): GraphMetrics {
    const { pages } = this.#options.memory
    return {
      sources: [...this.#sources].map(([name, { operator, node }]) => ({
        name,
        unit: operator.unit,
        rowsIn: operator.rowsIn,
        rowsOut: node.rowsOut,
        rowErrors: operator.rowErrors,
        lateRows: operator.lateRows,
        nanoseconds: operator.stopwatch.nanoseconds,
        watermarkMicros: operator.watermarkMicros === minusInfinity ? null : operator.watermarkMicros,
      })),
      queries: [...this.#queries].map(([name, query]) => ({ name, operators: query.metrics() })),
      encoders: [...this.#encoders].map(([name, { unit, rows }]) => ({ name, unit, rows })),
      memory: { takenBytes: pages.takenCount * pageSizeBytes, limitBytes: pages.pageCount * pageSizeBytes },
    }
  }

  close(): void {
    for (const name of [...this.#queries.keys()].toReversed()) this.remove(name)
    for (const name of [...this.#sources.keys(), ...this.#encoders.keys()]) this.remove(name)
  }

  /** What the operator of that number is started with; when it cannot be, the number has nothing. */
  #started<Part>(number: number, start: () => Part): Part {
    try {
      return start()
    } catch (error) {
      this.#options.operators.remove(number)
      throw error
    }
  }

  #checkFree(name: string): void {
    if (this.#sources.has(name) || this.#queries.has(name)) throw new InternalError(`${name} is in the graph already`)
  }

  #queryOf(name: string): RunningQuery {
    return must(this.#queries.get(name), `object ${name} in the graph`)
  }

  #nodeOf(object: string): GraphNode {
    return this.#sources.get(object)?.node ?? this.#queryOf(object).output.node
  }

  #viewOf(object: string): RunningQuery | null {
    const query = this.#queries.get(object)
    return query?.store ? query : null
  }

  #connect(object: string, to: { readonly node: GraphNode; readonly port: number }): Subscriber {
    const producer = this.#nodeOf(object)
    const subscriber: Subscriber = { kind: 'node', ...to, after: producer.sequence, removed: false }
    producer.subscribers = [...producer.subscribers, subscriber]
    return subscriber
  }

  /** A node that shows the rows which a view has now to one subscriber; null when `object` is no view. */
  #feedOf(
    object: string,
    parts: { readonly owner: Owner; readonly live: Subscriber | null; readonly to: Subscriber },
  ): GraphNode | null {
    const view = this.#viewOf(object)
    const store = view?.store
    if (!view || !store) return null
    const number = this.#options.operators.reserve()
    const arena = new Arena(this.#options.memory.pages, number)
    const { outputLayout } = view.output.artifact
    const block = this.#started(number, () => arena.allocate(outputLayout.sizeBytes, 16))
    const node = makeNode(
      {
        owner: parts.owner,
        operator: new ViewFeed(store, { block, live: parts.live }),
        layout: outputLayout,
        nowNanos: () => this.#options.nowNanos(),
      },
      block,
    )
    node.subscribers = [parts.to]
    this.#feeds.set(node, { arena, number })
    return node
  }

  /** A node that says the end of `object`, which has ended, to one subscriber. */
  #endOf(object: string, owner: Owner, to: Subscriber): GraphNode {
    const { layout } = this.#nodeOf(object)
    const node = makeNode({ owner, operator: new EndFeed(), layout, nowNanos: () => this.#options.nowNanos() }, 0)
    node.subscribers = [to]
    return node
  }

  #startTask(roots: readonly GraphNode[], start: { readonly subject: Owner | Subscriber; finish(): void }): void {
    if (roots.length === 0) start.finish()
    else this.#starts.push(new Task(this.#events, roots, start))
  }

  #sourceHasWork({ task, node }: RunningSource): void {
    task.add(node)
    if (!this.#active.includes(task)) this.#active.push(task)
  }

  /** A node's operator threw: its query takes no more messages. */
  #failed(node: GraphNode, error: unknown): GraphNode | null {
    const { owner } = node
    owner.stopped = true
    owner.onFailure(error)
    return owner instanceof RunningQuery ? owner.output.node : null
  }

  #tasks(): readonly Task[] {
    return [...this.#starts, ...this.#active]
  }

  #allNodes(): readonly GraphNode[] {
    return [
      ...[...this.#sources.values()].map(({ node }) => node),
      ...[...this.#queries.values()].flatMap(({ pipelines }) => pipelines.map(({ node }) => node)),
      ...this.#feeds.keys(),
    ]
  }

  #sweep(node: GraphNode): void {
    if (!node.busy) node.subscribers = node.subscribers.filter(({ removed }) => !removed)
  }

  /** Frees feeds that have shown everything, or whose reader has gone. */
  #sweepFeeds(): void {
    if (this.#feeds.size === 0) return
    const inUse = new Set(this.#tasks().flatMap((task) => [...task.nodes()]))
    for (const [node, { arena, number }] of this.#feeds) {
      if (inUse.has(node) && !node.owner.stopped) continue
      node.operator.close()
      arena.free()
      this.#options.operators.remove(number)
      this.#feeds.delete(node)
    }
  }
}

/** Gives each task a turn; those that are done leave the list. @returns how many that were */
function runAll(tasks: Task[], blocked: Promise<void>[]): number {
  let finished = 0
  // what runs may add and remove tasks; the usual single one needs no copy
  for (const task of tasks.length > 1 ? [...tasks] : tasks) {
    const state = task.run()
    if (state.kind === 'done') {
      finished++
      drop(tasks, task)
    } else if (state.kind === 'blocked') blocked.push(state.until)
  }
  return finished
}

function drop(tasks: Task[], task: Task): void {
  if (tasks.at(-1) === task) tasks.pop()
  else if (tasks.includes(task)) tasks.splice(tasks.indexOf(task), 1)
}
