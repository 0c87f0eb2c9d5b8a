import type { Table } from 'apache-arrow'
import { nodeWorld } from '../connect/connectors.ts'
import type { CompiledFolder, CompileOptions } from './artifact/compile-program.ts'
import { Engine } from './engine.ts'
import type { ExplainOptions } from './explain/explain-options.ts'
import { fullLanguage } from './full-language.ts'
import type { Metrics } from './metrics.ts'
import { readMetrics } from './metrics.ts'
import type { OpenOptions } from './options.ts'
import type { StatementResult } from './results.ts'
import { loadArrow } from './rows/arrow-library.ts'
import { arrowSchema, toArrowTable } from './rows/arrow-output.ts'
import type { Change, Row } from './rows/row-reader.ts'
import { SourceHandle, type PushRow } from './source-handle.ts'
import { Subscriber, type SubscribeOptions, type Unsubscribe } from './subscription/subscriber.ts'
import { standardOutput } from './standard-output.ts'
import type { Subscription } from './subscription/subscription.ts'
import { checkNames, checkText, openOptionNames } from './check-options.ts'
import { inboxOf, queryOf } from './session-objects.ts'
import { systemClock } from './system-clock.ts'

export interface QueryOptions {
  /** Gives an apache-arrow Table instead of rows. */
  readonly arrow?: boolean
}

/**
 * A streaming SQL database in this process. Statements deploy sources, streams, views and sinks, which run in the
 * thread of the caller, between its other work: nothing runs while the caller computes.
 *
 *     await using db = await Millrace.open()
 *     await db.execute('CREATE SOURCE bid (auction BIGINT, price BIGINT); CREATE STREAM dear AS SELECT * FROM bid WHERE price > 100')
 *     db.subscribe('dear', ({ kind, row }) => console.log(kind, row))
 *     db.source('bid').push({ auction: 1n, price: 200n })
 *     await db.drain()
 *
 * Errors carry `code` and `sqlstate`: SqlError (a statement is wrong), DataError (a row, a file, a sink).
 */
export class Millrace implements AsyncDisposable {
  readonly #engine: Engine
  readonly #subscriber: Subscriber

  private constructor(engine: Engine) {
    this.#engine = engine
    this.#subscriber = new Subscriber(engine)
  }

  /** Opens a database in memory. @throws SqlError for options and settings that cannot be had */
  static async open(options: OpenOptions = {}): Promise<Millrace> {
    checkNames(options, openOptionNames, 'Millrace.open')
    const world = { connectors: nodeWorld, clock: systemClock, environment: process.env }
    const language = fullLanguage()
    const engine = new Engine({ ...options, world, stdout: standardOutput(), ...language })
    await engine.load()
    return new Millrace(engine)
  }

  /**
   * Runs one statement or many, in order, and resolves when all are deployed. The whole program is planned first: when
   * anything in it is wrong, nothing of it runs. INSERT and SELECT are waited for.
   *
   * @throws SqlError with every error of the program in `diagnostics`
   */
  async execute(sql: string): Promise<readonly StatementResult[]> {
    return await this.#engine.execute(sql)
  }

  /** A source without connector, to push rows into. @throws SqlError unknown_object; DataError not_pushable */
  source<R extends object = PushRow>(name: string): SourceHandle<R> {
    inboxOf(this.#engine, name)
    return new SourceHandle<R>(name, () => inboxOf(this.#engine, name))
  }

  /**
   * The changes of a source, stream or view, or of a SELECT, from now on; of a view its rows first (unless `snapshot` is
   * false). Without callback an async iterator; with `batches` of Arrow tables, whose last column `$weight` on changing results is -1
   * or +1. With a callback it is called for each change, in this thread; when it gives a promise, the next rows wait for it.
   *
   * @throws SqlError unknown_object, or what is wrong with the SELECT
   */
  subscribe<R extends object = Row>(
    query: string,
    options?: SubscribeOptions & { readonly batches?: false },
  ): Subscription<Change<R>>
  subscribe(query: string, options: SubscribeOptions & { readonly batches: true }): Subscription<Table>
  subscribe<R extends object = Row>(
    query: string,
    callback: (change: Change<R>) => unknown,
    options?: SubscribeOptions,
  ): Unsubscribe
  subscribe(query: string, second?: unknown, third?: SubscribeOptions): unknown {
    checkText(query)
    return this.#subscriber.subscribe(query, second, third)
  }

  /**
   * The rows of a SELECT over views as they are now, or over bounded sources that can be read again. What was pushed before has had its effect.
   *
   * @throws SqlError source_not_replayable for other sources
   */
  async query<R extends object = Row>(
    sql: string,
    options?: QueryOptions & { readonly arrow?: false },
  ): Promise<readonly R[]>
  async query(sql: string, options: QueryOptions & { readonly arrow: true }): Promise<Table>
  async query(sql: string, options: QueryOptions = {}): Promise<readonly object[] | Table> {
    const answer = await queryOf(this.#engine, sql)
    if (options.arrow !== true) return answer.rows()
    const arrow = await loadArrow()
    return toArrowTable(arrow, arrowSchema(arrow, answer.columns, { weights: false }), answer.blocks())
  }

  /**
   * Resolves when everything pushed so far has had its effect, bounded sources have ended, and sinks have written.
   *
   * @throws the first error of a running query, source or sink since the last call
   */
  async drain(): Promise<void> {
    await this.#engine.drain()
  }

  /** What the compiler makes of a program, without running it unless `analyze` is set. */
  async explain(sql: string, options: ExplainOptions = {}): Promise<string> {
    const { explainProgram } = await import('./explain/explain-program.ts')
    return await explainProgram(this.#engine, sql, options)
  }

  /**
   * Compiles a whole program ahead of time, into a folder that runs it without planner and compiler; it knows nothing of what this
   * database holds. The environment is not looked at: `${NAME}` stays open until the artifact runs.
   *
   * @throws SqlError with everything that is wrong, not_compilable, invalid_key
   */
  async compile(program: string, options: CompileOptions = {}): Promise<CompiledFolder> {
    const { compileProgram } = await import('./artifact/compile-program.ts')
    return await compileProgram(program, options)
  }

  /** Rows, times, state and errors of everything that runs. */
  metrics(): Metrics {
    return readMetrics(this.#engine)
  }

  /** Stops sources, finishes what has been pushed, ends subscriptions and sinks. Idempotent. */
  async close(): Promise<void> {
    await this.#engine.stopSources()
    await this.#subscriber.close()
    await this.#engine.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
