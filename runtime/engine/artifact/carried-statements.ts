import { isDeepStrictEqual } from 'node:util'
import { InternalError, SqlError, type Diagnostic } from '../../../sql/base/diagnostic.ts'
import { declareOnError, declareSinkTarget, declareSource, type Declaring } from '../../../sql/catalog/declare.ts'
import { changeSetting } from '../../../sql/catalog/settings.ts'
import { compiledOption } from '../../../sql/messages/raise.ts'
import type { RunnableQuery, RunningObject } from '../deployment/deployable.ts'
import { planSinkConnector, planSourceConnector } from '../planning/plan-connector.ts'
import type { PlanningWorld } from '../planning/plan-statement.ts'
import type { EngineState, Runnable } from '../planning/planned.ts'
import { queryOf, sourceOf } from './carried-data.ts'
import { sinkFacts, sourceFacts } from './connector-facts.ts'
import type { CarriedQuery, CarriedSource, ProgramArtifact, StatementArtifact } from './program-artifact.ts'

type Carried<K extends StatementArtifact['kind']> = StatementArtifact & { readonly kind: K }

/**
 * The statements of an artifact, ready to run: `${NAME}`s filled in, connectors made, settings applied. Opens nothing.
 *
 * @throws SqlError with everything that is wrong with the options as they are now
 */
export function carriedStatements(
  program: ProgramArtifact,
  from: { readonly state: EngineState; readonly world: PlanningWorld },
): readonly Runnable[] {
  const { world } = from
  const diagnostics: Diagnostic[] = []
  const statements: Runnable[] = []
  let { state } = from
  for (const carried of program.statements) {
    try {
      const statement = runnable(carried, state, world)
      statements.push(statement)
      state = statement.after
    } catch (error) {
      if (!(error instanceof SqlError)) throw error
      diagnostics.push(...error.diagnostics)
    }
  }
  const [first, ...rest] = diagnostics
  if (first !== undefined) throw new SqlError([first, ...rest])
  return statements
}

function runnable(carried: StatementArtifact, state: EngineState, world: PlanningWorld): Runnable {
  const { span, warnings } = carried
  const common = { span, warnings, after: state }
  switch (carried.kind) {
    case 'create_source':
      return source(carried, state, world)
    case 'create_query': {
      const { statement, outcome, reads, artifact } = carried
      const kind = statement.kind === 'create_stream' ? 'stream' : 'materialized_view'
      const onError = declareOnError(statement, declaring(state, world))
      const object = { kind, name: statement.name, reads, onError } as const
      return {
        kind: 'create_query',
        ...common,
        object,
        outcome,
        prepared: prepared(artifact, span),
        after: known(state, object),
      }
    }
    case 'create_sink':
      return sink(carried, state, world)
    case 'drop': {
      const objects = new Map(state.catalog.objects)
      for (const name of carried.names) objects.delete(name)
      const dropped = carried.names.map((name) => ({ name }))
      return { kind: 'drop', ...common, dropped, after: { ...state, catalog: { objects } } }
    }
    case 'insert': {
      const { target, columns, querySpan, artifact } = carried
      return { kind: 'insert', ...common, target: { name: target }, columns, prepared: prepared(artifact, querySpan) }
    }
    case 'select': {
      const { querySpan, artifact, live } = carried
      const held = prepared(artifact, querySpan)
      const following = live === null ? held : prepared(live, querySpan)
      return { kind: 'select', ...common, prepared: held, prepareLive: () => following }
    }
    case 'listing':
      return { kind: 'listing', ...common, listing: carried.listing }
    case 'set':
      return { kind: 'set', ...common, after: { ...state, settings: changeSetting(state.settings, carried.option) } }
    default:
      return carried satisfies never
  }
}

function source(
  { statement, span, warnings, outcome, connector: facts, code }: Carried<'create_source'>,
  state: EngineState,
  world: PlanningWorld,
): Runnable {
  const object = declareSource(statement, declaring(state, world))
  const connector = planSourceConnector(object, world.connectors, statement.nameSpan)
  const found = connector === null ? null : sourceFacts(connector)
  // what was read back from JSON has no prototype of ours to compare
  if (!isDeepStrictEqual(found, facts)) {
    const detail = 'its rows would be read differently'
    throw new SqlError([compiledOption({ name: `source ${object.name}`, detail }, { span: statement.nameSpan })])
  }
  return {
    kind: 'create_source',
    span,
    warnings,
    outcome,
    object,
    connector,
    compile: (columns) => sourceOf(codeFor(code, columns)),
    after: outcome === 'exists' ? state : known(state, object),
  }
}

function codeFor(code: Carried<'create_source'>['code'], columns: ReadonlySet<number>): CarriedSource {
  const wanted = code.find(
    (each) => each.columns.length === columns.size && each.columns.every((column) => columns.has(column)),
  )
  if (wanted === undefined) throw new InternalError(`no code for columns ${[...columns].join(', ')} of a source`)
  return wanted.artifact
}

function sink(carried: Carried<'create_sink'>, state: EngineState, world: PlanningWorld): Runnable {
  const { statement, span, warnings, outcome, reads, columns, key, artifact } = carried
  const target = declareSinkTarget(statement, declaring(state, world))
  const connector = planSinkConnector(
    { name: statement.name, columns, ...target },
    world.connectors,
    statement.nameSpan,
  )
  if (!isDeepStrictEqual(sinkFacts(connector), carried.connector)) {
    const detail = 'its rows would be written differently'
    throw new SqlError([compiledOption({ name: `sink ${statement.name}`, detail }, { span: statement.nameSpan })])
  }
  const object = { kind: 'sink', name: statement.name, reads, onError: target.onError } as const
  return {
    kind: 'create_sink',
    span,
    warnings,
    outcome,
    object,
    connector,
    key,
    prepared: prepared(artifact, span),
    after: known(state, object),
  }
}

function prepared(artifact: CarriedQuery, span: StatementArtifact['span']): RunnableQuery {
  return { artifact: queryOf(artifact), query: { span } }
}

function declaring({ settings }: EngineState, { program, variables }: PlanningWorld): Declaring {
  return { program, variables, onError: settings.on_error }
}

function known(state: EngineState, object: Pick<RunningObject, 'kind' | 'name'>): EngineState {
  return { ...state, catalog: { objects: new Map(state.catalog.objects).set(object.name, object) } }
}
