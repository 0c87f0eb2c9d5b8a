import { must } from '../../sql/base/assert.ts'
import { DataError, SqlError, type Diagnostic } from '../../sql/base/diagnostic.ts'
import type { Listing } from '../../sql/catalog/listing.ts'
import { changeSetting } from '../../sql/catalog/settings.ts'
import { closed, sourceNotReplayable, unsupportedFeature } from '../../sql/messages/raise.ts'
import type { SinkArtifact } from '../abi/artifact.ts'
import type { ByteStream, SinkSummary } from '../connect/connector.ts'
import type { Consumer, QueryOutput } from '../dataflow/graph.ts'
import type { CacheMetrics } from './cache/artifact-cache.ts'
import type { SinkParts } from './cache/encoder-parts.ts'
import { objectsReadBy, columnsReadBy } from './deployment/artifact-inputs.ts'
import type { RunnableQuery } from './deployment/deployable.ts'
import { objectOfInstance, type DataflowNode } from './deployment/node.ts'
import type { ColumnsNeeded } from './deployment/source-starter.ts'
import type { Batch } from './deployment/topology.ts'
import { insertConsumer } from './inbox/insert-consumer.ts'
import { type EngineWorld, type Logger, type OpenOptions, silentLogger, type Tier } from './options.ts'
import type { PlannedProgram } from './planning/plan-program.ts'
import type { PlanningWorld } from './planning/plan-statement.ts'
import type { EngineState, Planned, Runnable } from './planning/planned.ts'
import { checkOptions, checkText } from './check-options.ts'
import { collectRows, type Collected } from './collect-rows.ts'
import { listingResult, type StatementResult } from './results.ts'
import { newBatch, Running } from './running.ts'
import type { Toolchain } from './toolchain/toolchain.ts'
import type { UnitDescription } from './toolchain/unit-description.ts'
import { createWorkerParts } from './worker-parts.ts'

export interface EngineEvents {
  onSinkFinished?(sink: string, summary: SinkSummary): void
  onSinkClosedByReader?(sink: string): void
  onFailure?(object: string, reason: unknown): void
  /** Code of a source or a query is in use from now on. `describe`: null when it is not known where it comes from. */
  onUnitLoaded?(owner: string, describe: () => UnitDescription | null): void
}

export interface EngineOptions extends OpenOptions {
  readonly world: EngineWorld
  readonly stdout: ByteStream
  readonly toolchain: Toolchain
  readonly events?: EngineEvents
  /** Answers EXPLAIN; given from outside, because it runs programs on engines itself. */
  readonly explain: (
    engine: Engine,
    planned: Planned & { readonly kind: 'explain' },
    program: string,
  ) => Promise<Listing>
  /** The program is all there will ever be: sources decode only the columns that it reads. */
  readonly closedProgram?: boolean
  /** What sources decode, where that is decided already. */
  readonly needs?: ColumnsNeeded
}

type Kind<K extends Runnable['kind']> = Runnable & { readonly kind: K }

/**
 * The running system behind the API and the command line: a session (catalog, settings), the toolchain, and what runs. All in
 * the caller's thread.
 */
export class Engine {
  readonly logger: Logger
  readonly #options: EngineOptions
  readonly #tier: Tier
  #state: EngineState
  /** Of the last program that changes the session: resolved when it is through. */
  #turn: Promise<void> = Promise.resolve()
  #running: Running | null = null
  #failures: { readonly object: string; readonly reason: unknown }[] = []
  #closed = false

  /** @throws SqlError unsupported_feature, unknown_setting, invalid_setting_value */
  constructor(options: EngineOptions) {
    this.#options = options
    this.#tier = checkOptions(options)
    this.logger = options.logger ?? silentLogger
    const { initial } = options.toolchain
    const settings = Object.entries(options.settings ?? {}).reduce(
      (all, [key, value]) => changeSetting(all, { key, value }),
      initial.settings,
    )
    this.#state = { ...initial, settings }
  }

  /** What planning starts from, and what of the world it sees. */
  get planning(): { readonly state: EngineState; readonly world: PlanningWorld } {
    return { state: this.#state, world: this.#planningWorld('') }
  }

  get state(): EngineState {
    return this.#state
  }

  get running(): Running {
    this.#running ??= this.#startRunning()
    return this.#running
  }

  /** Nothing has been deployed so far. */
  get idle(): boolean {
    return this.#running === null
  }

  // ---- statements --------------------------------------------------------------------------------------------

  /** What planning and running in this tier need of the heavy parts. */
  async load(): Promise<void> {
    await this.#options.toolchain.load(this.#tier)
  }

  get artifacts(): CacheMetrics {
    return this.#options.toolchain.cacheMetrics()
  }

  get plannerLoadMillis(): number {
    return this.#options.toolchain.plannerLoadMillis
  }

  /** Plans without running; the session does not change. @throws DataError closed */
  async plan(program: string): Promise<PlannedProgram> {
    this.checkOpen()
    await this.load()
    return this.planNow(program)
  }

  /** @throws SqlError with everything that is wrong */
  async planChecked(program: string): Promise<readonly Planned[]> {
    return checked(await this.plan(program))
  }

  /** As `plan`, for when the planner has been loaded. */
  planNow(program: string): PlannedProgram {
    this.checkOpen()
    checkText(program)
    const { toolchain } = this.#options
    const planned = toolchain.plan(this.#state, this.#planningWorld(program))
    for (const warning of toolchain.takeWarnings()) this.logger.warn(warning)
    return planned
  }

  /** Plans all statements, then runs them in order. @throws SqlError with everything that is wrong, before anything runs */
  async execute(program: string): Promise<readonly StatementResult[]> {
    await this.load()
    const before = this.#state
    const planned = this.planNow(program)
    if (planned.diagnostics.length === 0 && !planned.statements.some(changesSession))
      return await this.#runAll(planned.statements, program)
    return await this.#inTurn(() => {
      const current = this.#state === before ? planned : this.planNow(program)
      return this.#runAll(checked(current), program)
    })
  }

  /** Programs that change the session run one after the other: each is planned on what the ones before have left. */
  async #inTurn<Result>(run: () => Promise<Result>): Promise<Result> {
    const before = this.#turn
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#turn = promise
    try {
      await before
      this.checkOpen()
      return await run()
    } finally {
      resolve()
    }
  }

  async #runAll(planned: readonly Planned[], program: string): Promise<readonly StatementResult[]> {
    return await this.run(planned, { batch: this.newBatch(planned), program })
  }

  /** A deployment that decodes what these statements read, or everything where later ones may read more. */
  newBatch(statements: readonly Runnable[]): Batch {
    if (this.#options.needs !== undefined) return newBatch(this.#options.needs)
    if (this.#options.closedProgram !== true) return newBatch('all')
    const artifacts = statements.flatMap((planned) => ('prepared' in planned ? [planned.prepared.artifact] : []))
    const needs: ColumnsNeeded = columnsReadBy(artifacts)
    return newBatch(needs)
  }

  /** Runs planned statements in order; sources start at the end, or before a statement that needs their rows. */
  async run(
    statements: readonly Runnable[],
    deployment: { readonly batch: Batch; readonly program: string },
  ): Promise<readonly StatementResult[]> {
    const { batch } = deployment
    const results: StatementResult[] = []
    try {
      for (const planned of statements) {
        this.checkOpen()
        for (const warning of planned.warnings) this.logger.warn(warning.message)
        results.push(await this.#runOne(planned, deployment))
        if (changesSession(planned)) this.#state = planned.after
      }
    } finally {
      if (this.#running !== null) this.#running.start(batch)
    }
    return results
  }

  async #runOne(
    planned: Runnable,
    { batch, program }: { readonly batch: Batch; readonly program: string },
  ): Promise<StatementResult> {
    const { span } = planned
    switch (planned.kind) {
      case 'create_source':
      case 'create_query':
      case 'create_sink':
        await this.#create(planned, batch)
        return { kind: 'done', span }
      case 'drop':
        for (const object of planned.dropped) await this.running.topology.drop(object.name)
        return { kind: 'done', span }
      case 'insert':
        return { kind: 'inserted', span, rowCount: await this.#insert(planned) }
      case 'select': {
        this.running.start(batch)
        await this.settle()
        const { columns, rows } = await this.collect(planned.prepared)
        return { kind: 'rows', span, columns, rows: rows() }
      }
      case 'explain': {
        return listingResult(span, await this.#options.explain(this, planned, program))
      }
      case 'listing':
        return listingResult(span, planned.listing)
      case 'set':
        return { kind: 'done', span }
      default:
        return planned satisfies never
    }
  }

  async #create(planned: Kind<'create_source' | 'create_query' | 'create_sink'>, batch: Batch): Promise<void> {
    const { topology } = this.running
    if (planned.outcome === 'exists') return
    if (planned.outcome === 'replaced') await topology.drop(planned.object.name)
    if (planned.kind === 'create_source') topology.deploy({ ...planned, kind: 'source' }, batch)
    else if (planned.kind === 'create_query') {
      topology.deploy({ kind: 'query', object: planned.object, artifact: planned.prepared.artifact }, batch)
    } else {
      const { object, connector, prepared, key } = planned
      topology.deploy({ kind: 'sink', object, connector, artifact: prepared.artifact, key }, batch)
    }
    this.running.pump.wake()
  }

  async #insert({ target, columns, prepared }: Kind<'insert'>): Promise<number> {
    const feed = this.running.topology.sharedNode(target.name)?.feed
    if (feed?.kind !== 'inbox') throw new DataError(closed({ what: `source ${target.name}` }))
    return await this.#runToEnd(prepared, 'insert', (node, done) =>
      insertConsumer({ feed, views: this.running.parts.memory.views, shape: node.shape, columns }, done),
    )
  }

  /** Deploys a statement of a batch that is started later, and takes over the session that it leaves. */
  async deployOnly(planned: Runnable, batch: Batch): Promise<void> {
    if (planned.kind === 'create_source' || planned.kind === 'create_query' || planned.kind === 'create_sink')
      await this.#create(planned, batch)
    else if (planned.kind === 'insert') await this.#insert(planned)
    else if (planned.kind === 'drop') for (const { name } of planned.dropped) await this.running.topology.drop(name)
    this.#state = planned.after
  }

  // ---- results -----------------------------------------------------------------------------------------------

  /** As `collect`, after what was pushed before has had its effect. */
  async answer(prepared: RunnableQuery): Promise<Collected> {
    await this.running.pump.quiet()
    return await this.collect(prepared)
  }

  /** All rows of a query over views (as they are now) or over sources that can be read again. @throws SqlError source_not_replayable */
  async collect(prepared: RunnableQuery): Promise<Collected> {
    return await this.#runToEnd(prepared, 'select', (node, done) =>
      collectRows(this.running.parts.memory.views, node, done),
    )
  }

  /** What turns rows into bytes. */
  encoder(rows: SinkParts): SinkArtifact {
    return this.#options.toolchain.encoder(rows, this.#state.settings)
  }

  /** Deploys a query for a consumer that follows it as long as it likes. Start the batch afterwards. */
  follow(prepared: RunnableQuery, batch: Batch, onError = this.#state.settings.on_error): DataflowNode {
    const { artifact } = prepared
    return this.running.topology.addQuery({ name: 'select', kind: 'select', artifact, onError, inputs: 'live', batch })
  }

  /** Deploys a SELECT over what views hold now. Start the batch afterwards. @throws SqlError as `collect` */
  followHeld(prepared: RunnableQuery, batch: Batch): DataflowNode {
    const { artifact } = prepared
    const onError = this.#state.settings.on_error
    const inputs = this.#inputsOf(prepared)
    return this.running.topology.addQuery({ name: 'select', kind: 'select', artifact, onError, inputs, batch })
  }

  /** A SELECT that reads rows that views hold, and nothing else. */
  readsViews({ artifact }: RunnableQuery): boolean {
    const origins = this.running.topology.origins(objectsReadBy(artifact))
    return origins.length > 0 && origins.every(({ kind }) => kind === 'query')
  }

  /** A SELECT whose rows views hold, all of which will be complete: it is answered when they are. */
  answersAtEnd(prepared: RunnableQuery): boolean {
    return this.readsViews(prepared) && this.running.topology.ends(objectsReadBy(prepared.artifact))
  }

  /** Runs a SELECT to its end for a consumer of the caller's. @throws SqlError source_not_replayable */
  async stream(prepared: RunnableQuery, open: (shape: QueryOutput) => Consumer): Promise<void> {
    await this.#runToEnd<void>(prepared, 'select', ({ shape }, done) => {
      const consumer = open(shape)
      return {
        ready: () => consumer.ready(),
        accept: (block, count) => consumer.accept(block, count),
        end: () => {
          consumer.end?.()
          done.resolve()
        },
        failed: (reason) => done.reject(reason),
      }
    })
  }

  async #runToEnd<T>(
    prepared: RunnableQuery,
    kind: 'select' | 'insert',
    make: (node: { readonly shape: QueryOutput }, done: PromiseWithResolvers<T>) => Consumer,
  ): Promise<T> {
    const { topology } = this.running
    const batch = newBatch(columnsReadBy([prepared.artifact]))
    const inputs = this.#inputsOf(prepared)
    const node = topology.addQuery({
      name: kind,
      kind,
      artifact: prepared.artifact,
      onError: this.#state.settings.on_error,
      inputs,
      batch,
    })
    try {
      const done = Promise.withResolvers<T>()
      const shape = must(node.output, 'the shape of a query')
      topology.attach(node, make({ shape: inputs === 'snapshot' ? asInserts(shape) : shape }, done))
      this.running.start(batch)
      return await done.promise
    } catch (error) {
      // the caller has it: it is not for `drain` any more
      this.#failures = this.#failures.filter(({ object, reason }) => object !== kind || reason !== error)
      throw error
    } finally {
      topology.removeQuery(node)
    }
  }

  /** Views are read as they are now; sources from the start, when they can. */
  #inputsOf({ artifact, query }: RunnableQuery): 'live' | 'snapshot' {
    const { topology } = this.running
    const origins = topology.origins(objectsReadBy(artifact))
    const sources = origins.filter((origin) => origin.kind === 'source')
    for (const { object } of sources) {
      if (!topology.replayable(object.name))
        throw new SqlError([sourceNotReplayable({ name: object.name }, { span: query.span })])
    }
    const views = origins.length - sources.length
    if (views > 0 && sources.length > 0) {
      const feature = 'one SELECT over both views and sources'
      throw new SqlError([
        unsupportedFeature({ feature }, { span: query.span, hint: 'make a MATERIALIZED VIEW of the source' }),
      ])
    }
    return views > 0 ? 'snapshot' : 'live'
  }

  // ---- life --------------------------------------------------------------------------------------------------

  /** Everything pushed so far has had its effect, and bounded sources have ended. @throws the first failure since the last call */
  async drain(): Promise<void> {
    if (this.#running !== null) await this.#running.drain()
    const [failure] = this.#failures.splice(0)
    if (failure !== undefined) throw failure.reason
  }

  /** As `drain`, but failures stay for the next `drain`. */
  async settle(): Promise<void> {
    if (this.#running !== null) await this.#running.drain()
  }

  /** A callback of a subscriber has failed: nobody else may hear of it. */
  subscriberFailed(query: string, reason: unknown): void {
    this.#failures.push({ object: query, reason })
    this.logger.error(reason instanceof Error ? reason.message : String(reason))
  }

  get failures(): readonly { readonly object: string; readonly reason: unknown }[] {
    return this.#failures
  }

  get closed(): boolean {
    return this.#closed
  }

  async stopSources(): Promise<void> {
    await this.#running?.stopSources()
  }

  /** Stops sources, finishes what has arrived and what was written. Idempotent. */
  async close(how: 'finish' | 'abort' = 'finish'): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    const running = this.#running
    if (running === null) return
    try {
      await running.stopSources()
      if (how === 'finish') await running.pump.quiet()
      await running.finishSinks(how)
    } finally {
      await running.finishSinks('abort')
      running.close()
      running.parts.tiers.close()
    }
  }

  #startRunning(): Running {
    this.checkOpen()
    const { world, stdout, toolchain, events = {} } = this.#options
    return new Running({
      parts: createWorkerParts({
        tier: this.#tier,
        toolchain,
        logger: this.logger,
        hotMillis: this.#state.settings.warm_up === null ? null : this.#state.settings.warm_up / 1000,
        keeps: this.#state.settings.warm_up_keeps,
        swapSeed: this.#options.swapSeed,
        onUnitLoaded: ({ unit, owner }) =>
          events.onUnitLoaded?.(objectOfInstance(owner), () => toolchain.code.describe?.(unit) ?? null),
      }),
      world,
      stdout,
      logger: this.logger,
      deadLetters: toolchain.deadLetters(this.#state.settings),
      encoder: (rows) => this.encoder(rows),
      events: {
        onFailure: (object, reason) => {
          this.#failures.push({ object, reason })
          this.logger.error(reason instanceof Error ? reason.message : String(reason))
          events.onFailure?.(object, reason)
        },
        onSinkFinished: (sink, summary) => events.onSinkFinished?.(sink, summary),
        onSinkClosedByReader: (sink) => events.onSinkClosedByReader?.(sink),
      },
    })
  }

  #planningWorld(program: string): PlanningWorld {
    const { world, vars = {} } = this.#options
    return { program, variables: { vars, environment: world.environment }, connectors: world.connectors }
  }

  /** @throws DataError closed */
  checkOpen(what = 'the database'): void {
    if (this.#closed) throw new DataError(closed({ what }))
  }
}

/** Other statements leave what is there, whatever has come there since they were planned. */
function changesSession({ kind }: Runnable): boolean {
  return kind !== 'insert' && kind !== 'select' && kind !== 'explain' && kind !== 'listing'
}

/** Of a snapshot every row comes once, with weight +1. */
function asInserts(shape: QueryOutput): QueryOutput {
  return { ...shape, mode: 'append', layout: { ...shape.layout, weightOffset: null } }
}

/** The statements, or an error with everything that is wrong. */
export function checked({ statements, diagnostics }: PlannedProgram): readonly Planned[] {
  if (diagnostics.length > 0) throw new SqlError(diagnostics as readonly [Diagnostic, ...Diagnostic[]])
  return statements
}
