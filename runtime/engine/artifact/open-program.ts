import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Table } from 'apache-arrow'
import { DataError, SqlError } from '../../../sql/base/diagnostic.ts'
import { artifactCorrupt, columnsNotCompiled, plannerAbsent } from '../../../sql/messages/raise.ts'
import { nodeWorld } from '../../connect/connectors.ts'
import type { UnitFactory } from '../../worker/load.ts'
import { checkChoice, checkNames } from '../check-options.ts'
import { columnsReadBy } from '../deployment/artifact-inputs.ts'
import { Engine } from '../engine.ts'
import { readMetrics, type Metrics } from '../metrics.ts'
import type { Logger } from '../options.ts'
import type { Runnable } from '../planning/planned.ts'
import { loadArrow } from '../rows/arrow-library.ts'
import type { Change, Row } from '../rows/row-reader.ts'
import { newBatch } from '../running.ts'
import { inboxOf } from '../session-objects.ts'
import { standardOutput } from '../standard-output.ts'
import { SourceHandle, type PushRow } from '../source-handle.ts'
import { Subscriber, type SubscribeOptions, type Unsubscribe } from '../subscription/subscriber.ts'
import type { Subscription } from '../subscription/subscription.ts'
import { systemClock } from '../system-clock.ts'
import { parseCanonicalJson } from './parse-canonical-json.ts'
import { carriedStatements } from './carried-statements.ts'
import { carriedLanguage } from './carried-toolchain.ts'
import { sha256 } from './manifest.ts'
import type { ProgramArtifact } from './program-artifact.ts'
import { checkRuntimeSettings } from './runtime-settings.ts'
import { checkVersion } from './verify-folder.ts'

/** What `index.mjs` of an artifact hands over. */
export interface CarriedProgram {
  /** As canonical JSON. */
  readonly program: string
  readonly factories: ReadonlyMap<string, UnitFactory>
  /** Of the WebAssembly files, by unit. */
  readonly webAssembly: Readonly<Record<string, string>>
  /** The folder of the WebAssembly files. @throws TypeError in bundles that are no ES modules: they do not know where they lie */
  readonly units: () => URL
}

export interface OpenProgramOptions {
  /** Values for `${NAME}` in options; over the environment. */
  readonly vars?: Readonly<Record<string, string>>
  /** As SET would change them; only those that are read while a program runs. */
  readonly settings?: Readonly<Record<string, string>>
  /** `javascript` when absent. */
  readonly tier?: 'javascript' | 'wasm'
  /** For tier `wasm`: the folder of the artifact's `units`. When absent, that beside `index.mjs`, or beside the bundle that it is part of. */
  readonly units?: string | URL
  /** Loads apache-arrow, for `pushArrow`. */
  readonly arrow?: boolean
  readonly logger?: Logger
}

const optionNames: readonly (keyof OpenProgramOptions)[] = ['vars', 'settings', 'tier', 'units', 'arrow', 'logger']

/**
 * Deploys a compiled program: its sources, streams, views and sinks, and its INSERTs. What prints rows from `main.mjs` prints nothing
 * here; the rows of a final SELECT are `results()`.
 *
 * @throws SqlError artifact_version, artifact_corrupt, unknown_option, compiled_setting, compiled_option, unknown_variable and the errors of options
 */
export async function openProgram(carried: CarriedProgram, options: OpenProgramOptions): Promise<CompiledProgram> {
  const program = parseCanonicalJson(carried.program) as ProgramArtifact
  checkVersion(program)
  checkNames(options, optionNames, 'open')
  checkChoice('tier', options.tier ?? 'javascript', ['javascript', 'wasm'])
  checkRuntimeSettings(options.settings ?? {})
  if (options.arrow === true) await loadArrow()
  const engine = engineFor(program, carried, options)
  await engine.load()
  const statements = carriedStatements(program, engine.planning)
  const batch = newBatch(columnsNeeded(program))
  for (const { warnings } of statements) for (const warning of warnings) engine.logger.warn(warning.message)
  for (const statement of statements) await engine.deployOnly(statement, batch)
  engine.running.start(batch)
  return new CompiledProgram(engine, statements)
}

function engineFor(program: ProgramArtifact, carried: CarriedProgram, options: OpenProgramOptions): Engine {
  const { vars = {}, settings = {}, tier = 'javascript', units, logger } = options
  return new Engine({
    world: { connectors: nodeWorld, clock: systemClock, environment: process.env },
    stdout: standardOutput(),
    ...carriedLanguage(program, {
      factories: () => Promise.resolve(carried.factories),
      webAssembly: (unit) => readUnit(carried, unit, units),
    }),
    vars,
    settings,
    tier,
    needs: columnsNeeded(program),
    ...(logger && { logger }),
  })
}

function columnsNeeded({ statements }: ProgramArtifact): ReturnType<typeof columnsReadBy> {
  return columnsReadBy(statements.flatMap((statement) => ('artifact' in statement ? [statement.artifact] : [])))
}

function readUnit({ units, webAssembly }: CarriedProgram, unit: string, folder: string | URL | undefined): Uint8Array {
  const refuse = (detail: string): SqlError =>
    new SqlError([artifactCorrupt({ detail }, { hint: 'the folder of its units is what open takes as units' })])
  let path = `units/${unit}.wasm`
  let content: Uint8Array
  try {
    path = join(
      folder instanceof URL || folder === undefined ? fileURLToPath(folder ?? units()) : folder,
      `${unit}.wasm`,
    )
    content = readFileSync(path)
  } catch {
    throw refuse(`${path} is missing`)
  }
  // two artifacts in one bundle have units of the same names
  if (sha256(content) !== webAssembly[unit]) throw refuse(`${path} is not what was compiled`)
  return content
}

/** A compiled program that runs in this process, in the thread of the caller. Errors as those of Millrace. */
export class CompiledProgram implements AsyncDisposable {
  readonly #engine: Engine
  readonly #statements: readonly Runnable[]
  readonly #subscriber: Subscriber

  /** Use `open` of the artifact. */
  constructor(engine: Engine, statements: readonly Runnable[]) {
    this.#engine = engine
    this.#statements = statements
    this.#subscriber = new Subscriber(engine)
  }

  /** A source without connector, to push rows into. @throws SqlError unknown_object; DataError not_pushable */
  source<R extends object = PushRow>(name: string): SourceHandle<R> {
    inboxOf(this.#engine, name)
    return new SourceHandle<R>(name, () => inboxOf(this.#engine, name))
  }

  /**
   * The changes of a stream or a view, or of a source without connector, by name, from now on; of a view its rows first (unless
   * `snapshot` is false). With a callback it is called for each change.
   *
   * @throws SqlError unknown_object; DataError columns_not_compiled, planner_absent
   */
  subscribe<R extends object = Row>(
    name: string,
    options?: SubscribeOptions & { readonly batches?: false },
  ): Subscription<Change<R>>
  subscribe(name: string, options: SubscribeOptions & { readonly batches: true }): Subscription<Table>
  subscribe<R extends object = Row>(
    name: string,
    callback: (change: Change<R>) => unknown,
    options?: SubscribeOptions,
  ): Unsubscribe
  subscribe(name: string, second?: unknown, third?: SubscribeOptions): unknown {
    this.#checkColumns(name)
    return this.#subscriber.subscribe(name, second, third)
  }

  /** The changes of the program's final SELECT. @throws DataError planner_absent when it has none */
  results<R extends object = Row>(): Subscription<Change<R>> {
    const last = this.#statements.at(-1)
    if (last?.kind !== 'select')
      throw new DataError(plannerAbsent({ what: 'a SELECT that the program does not end with' }))
    return this.#subscriber.changes(last.prepareLive(), {}) as Subscription<Change<R>>
  }

  /** Everything pushed so far has had its effect, bounded sources have ended, sinks have written. @throws the first error since the last call */
  async drain(): Promise<void> {
    await this.#engine.drain()
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

  #checkColumns(name: string): void {
    const source = this.#statements.find(
      (each) => each.kind === 'create_source' && each.object.name === name && each.connector !== null,
    )
    if (source !== undefined) throw new DataError(columnsNotCompiled({ name }))
  }
}
