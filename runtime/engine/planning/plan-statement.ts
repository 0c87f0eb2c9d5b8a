import { streamFacts } from '../../../compiler/compile.ts'
import { sourceLayout } from '../../../codegen/lowering/operators/lower-source.ts'
import type { SinkTarget } from '../../../compiler/streaming/context.ts'
import { must, unreachable } from '../../../sql/base/assert.ts'
import { SqlError } from '../../../sql/base/diagnostic.ts'
import { createObject, dropObject, type Catalog } from '../../../sql/catalog/catalog.ts'
import { declareQuery, declareSink, declareSource, type Declaring } from '../../../sql/catalog/declare.ts'
import { describeListing } from '../../../sql/catalog/describe.ts'
import type { CatalogObject, QueryObject, SourceObject } from '../../../sql/catalog/object.ts'
import { isSecret } from '../../../sql/catalog/options/secret.ts'
import type { Span } from '../../../sql/base/span.ts'
import { changeSetting } from '../../../sql/catalog/settings.ts'
import { showListing, type FunctionName } from '../../../sql/catalog/show.ts'
import { notPushable, unknownTable, wrongObjectKind } from '../../../sql/messages/raise.ts'
import { objectsRead } from '../../../sql/plan/plan-tree.ts'
import type { Statement } from '../../../sql/plan/statement.ts'
import type { ConnectorWorld } from '../../connect/connectors.ts'
import type { ArtifactCache } from '../cache/artifact-cache.ts'
import { deadLettersName } from '../errors/dead-letters.ts'
import { cachedSource } from './cached-source.ts'
import { checkSourceFunctions } from './check-source-functions.ts'
import { functionNames, type PlannerFunctions } from './function-names.ts'
import { planSinkConnector, planSourceConnector } from './plan-connector.ts'
import type { Planned, PreparedQuery, SessionState } from './planned.ts'
import { prepareQuery } from './prepare-query.ts'
import { refuseSameFile } from './refuse-same-file.ts'

/** What planning needs from outside. */
export interface PlanningWorld extends Pick<Declaring, 'program' | 'variables'> {
  readonly connectors: ConnectorWorld
}

export interface CompilingWorld extends PlanningWorld {
  readonly cache: ArtifactCache
}

/** What planning one statement needs besides. */
export interface StatementWorld extends CompilingWorld {
  readonly plannerFunctions: () => PlannerFunctions
}

type Kind<K extends Statement['kind']> = Statement & { readonly kind: K }

/**
 * A bound statement as work to do: options read, connectors chosen, queries compiled. Touches no file and runs nothing.
 *
 * @throws SqlError with everything that is found to be wrong
 */
export function planStatement(statement: Statement, state: SessionState, world: StatementWorld): Planned {
  switch (statement.kind) {
    case 'create_source':
      return planCreateSource(statement, state, world)
    case 'create_stream':
    case 'create_materialized_view':
      return planCreateQuery(statement, state, world)
    case 'create_sink':
      return planCreateSink(statement, state, world)
    case 'drop': {
      const { name, nameSpan: span, object, ifExists, cascade } = statement
      refuseSystemStream(name, span)
      const { catalog, dropped } = dropObject(state.catalog, { name, span, object, ifExists, cascade })
      return { kind: 'drop', dropped, ...common(statement, state, { catalog }) }
    }
    case 'insert':
      return planInsert(statement, state, world)
    case 'select':
      return planSelect(statement, state, world)
    case 'explain':
      return {
        kind: 'explain',
        inner: planStatement(statement.statement, state, world),
        ...common(statement, state),
        statement,
      }
    case 'show':
      return {
        kind: 'listing',
        listing: showListing(statement, withoutSystemObjects(state.catalog), listedFunctions(statement, world)),
        ...common(statement, state),
      }
    case 'describe':
      return { kind: 'listing', listing: describeListing(statement, state.catalog), ...common(statement, state) }
    case 'set':
      return {
        kind: 'set',
        ...common(statement, state),
        after: { ...state, settings: changeSetting(state.settings, statement.option) },
      }
    default:
      return unreachable(statement)
  }
}

function common(
  statement: Statement,
  before: SessionState,
  changes: Partial<SessionState> = {},
): Pick<Planned, 'span' | 'statement' | 'before' | 'after' | 'warnings' | 'secrets'> {
  const after = { ...before, ...changes }
  return { span: statement.span, statement, before, after, warnings: [], secrets: secretsOf(statement) }
}

function secretsOf(statement: Statement): readonly Span[] {
  const options = 'options' in statement ? statement.options : []
  const format = 'format' in statement && typeof statement.format === 'object' ? statement.format.options : []
  return [...options, ...format].filter(({ key }) => isSecret(key)).map(({ valueSpan }) => valueSpan)
}

function planCreateSource(statement: Kind<'create_source'>, state: SessionState, world: CompilingWorld): Planned {
  checkSourceFunctions(statement)
  const object = declareSource(statement, declaring(state, world))
  const connector = planSourceConnector(object, world.connectors, statement.nameSpan)
  const { catalog, outcome } = create(statement, object, state)
  if (outcome === 'replaced') refuseSystemStream(object.name, statement.nameSpan)
  const layouts = outcome === 'exists' ? state.layouts : new Map(state.layouts).set(object.name, sourceLayout(object))
  const compile = cachedSource(object, connector, { cache: world.cache, folder: state.settings.artifact_cache })
  return {
    kind: 'create_source',
    object,
    connector,
    compile,
    outcome,
    ...common(statement, state, { catalog, layouts }),
  }
}

function planCreateQuery(
  statement: Kind<'create_stream' | 'create_materialized_view'>,
  state: SessionState,
  world: CompilingWorld,
): Planned {
  const prepared = prepareQuery(statement.query, state, {
    result: statement.kind === 'create_stream' ? 'passed_on' : 'kept',
    cache: world.cache,
  })
  const object = declareQuery(statement, streamFacts(prepared.compiled.stream), declaring(state, world))
  const { catalog, outcome } = create(statement, object, state)
  const layout = must(prepared.artifact.pipelines.at(-1), 'a pipeline').outputLayout
  const layouts = outcome === 'exists' ? state.layouts : new Map(state.layouts).set(object.name, layout)
  return {
    kind: 'create_query',
    object,
    prepared,
    outcome,
    ...common(statement, state, { catalog, layouts }),
    warnings: prepared.compiled.warnings,
  }
}

function planCreateSink(statement: Kind<'create_sink'>, state: SessionState, world: CompilingWorld): Planned {
  const object = declareSink(statement, declaring(state, world))
  const connector = planSinkConnector(object, world.connectors, statement.nameSpan)
  refuseSameFile(object, state.catalog, world.connectors)
  const target: SinkTarget = { name: object.name, span: statement.nameSpan, takesChanges: connector.takesChanges }
  const prepared = prepareQuery(statement.query, state, { result: 'passed_on', sink: target, cache: world.cache })
  const { catalog, outcome } = create(statement, object, state)
  return {
    kind: 'create_sink',
    object,
    prepared,
    connector,
    key: prepared.compiled.stream.edge.uniqueKeys[0] ?? [],
    outcome,
    ...common(statement, state, { catalog }),
    warnings: prepared.compiled.warnings,
  }
}

/** What views hold now are rows that only come; what happens to them later is another query. */
function planSelect(statement: Kind<'select'>, state: SessionState, { cache }: CompilingWorld): Planned {
  const { query } = statement
  const objects = objectsRead(query.plan).map((name) => state.catalog.objects.get(name))
  const views = objects.filter((object): object is QueryObject => object?.kind === 'materialized_view')
  const live = (): PreparedQuery => prepareQuery(query, state, { result: 'passed_on', cache })
  const prepared =
    views.length > 0 && views.length === objects.length
      ? prepareQuery(query, asHeld(state, views), { result: 'passed_on', cache })
      : live()
  const prepareLive = views.length > 0 ? live : () => prepared
  return { kind: 'select', prepared, prepareLive, ...common(statement, state), warnings: prepared.compiled.warnings }
}

function asHeld(state: SessionState, views: readonly QueryObject[]): SessionState {
  const held = views.map((view): [string, QueryObject] => [
    view.name,
    { ...view, facts: { ...view.facts, mode: { kind: 'append' } } },
  ])
  const layouts = new Map(state.layouts)
  for (const { name } of views)
    layouts.set(name, { ...must(layouts.get(name), 'the layout of a view'), weightOffset: null })
  return { ...state, layouts, catalog: { objects: new Map([...state.catalog.objects, ...held]) } }
}

function planInsert(statement: Kind<'insert'>, state: SessionState, { cache }: CompilingWorld): Planned {
  const { target: name, targetSpan: span } = statement
  refuseSystemStream(name, span)
  const target = state.catalog.objects.get(name)
  if (target === undefined) throw new SqlError([unknownTable({ name }, { span })])
  if (target.kind !== 'source') {
    throw new SqlError([wrongObjectKind({ name, kind: target.kind.replace('_', ' '), expected: 'source' }, { span })])
  }
  if (target.connector !== null) throw new SqlError([notPushable({ name }, { span })])
  const prepared = prepareQuery(statement.query, state, { result: 'passed_on', cache })
  const stored = storedColumns(target)
  const columns = stored.map(({ name: column }, index) => (statement.absent.includes(index) ? null : column))
  return {
    kind: 'insert',
    target,
    columns,
    prepared,
    ...common(statement, state),
    warnings: prepared.compiled.warnings,
  }
}

/** The columns that rows bring: those that are not computed. */
export function storedColumns({ definitions }: SourceObject): SourceObject['definitions'] {
  return definitions.filter(({ computed }) => computed === undefined)
}

function create(
  statement: Kind<'create_source' | 'create_stream' | 'create_materialized_view' | 'create_sink'>,
  object: CatalogObject,
  state: SessionState,
) {
  const { orReplace, ifNotExists, nameSpan: span } = statement
  return createObject(state.catalog, object, { orReplace, ifNotExists, span })
}

function declaring({ settings }: SessionState, { program, variables }: PlanningWorld): Declaring {
  return { program, variables, onError: settings.on_error }
}

function withoutSystemObjects({ objects }: Catalog): Catalog {
  return { objects: new Map([...objects].filter(([name]) => name !== deadLettersName)) }
}

function listedFunctions({ what }: Kind<'show'>, world: StatementWorld): readonly FunctionName[] {
  return what === 'functions' ? functionNames(world.plannerFunctions()) : []
}

/** The engine writes it: it can be read, and no more. @throws SqlError wrong_object_kind */
function refuseSystemStream(name: string, span: Span): void {
  if (name === deadLettersName)
    throw new SqlError([wrongObjectKind({ name, kind: 'stream of the system', expected: 'source' }, { span })])
}
