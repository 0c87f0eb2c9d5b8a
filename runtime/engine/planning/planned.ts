import type { CompiledQuery } from '../../../compiler/compile.ts'
import type { Diagnostic } from '../../../sql/base/diagnostic.ts'
import type { Span } from '../../../sql/base/span.ts'
import type { Catalog } from '../../../sql/catalog/catalog.ts'
import type { Listing } from '../../../sql/catalog/listing.ts'
import type { CatalogObject, QueryObject, SinkObject, SourceObject } from '../../../sql/catalog/object.ts'
import type { Settings } from '../../../sql/catalog/settings.ts'
import type { Query, Statement } from '../../../sql/plan/statement.ts'
import type { Artifact } from '../../abi/artifact.ts'
import type { BlockLayout } from '../../abi/block.ts'
import type { SinkConnector, SourceConnector } from '../../connect/connector.ts'
import type { ArtifactOrigin } from '../cache/artifact-cache.ts'
import type { DeployableSource, RunnableQuery, RunningObject, RunningSource } from '../deployment/deployable.ts'

/** What statements change, as far as running them needs it. */
export interface EngineState {
  readonly catalog: { readonly objects: ReadonlyMap<string, Pick<RunningObject, 'kind' | 'name'>> }
  readonly settings: Settings
}

/** What statements change: values, so that planning a program has no effect until it is run. */
export interface SessionState extends EngineState {
  readonly catalog: Catalog
  readonly settings: Settings
  /** Of the blocks that sources, streams and views give. */
  readonly layouts: ReadonlyMap<string, BlockLayout>
}

/** A query down to its artifact. */
export interface PreparedQuery {
  readonly query: Query
  readonly compiled: CompiledQuery
  readonly artifact: Artifact
  readonly origin: ArtifactOrigin
  /** Lowering and code generation. */
  readonly compileMicros: number
}

interface Common {
  readonly span: Span
  readonly statement: Statement
  /** The state that the statement leaves, and the one that it was planned in. */
  readonly after: SessionState
  readonly before: SessionState
  readonly warnings: readonly Diagnostic[]
  /** Values in the text that must not be shown. */
  readonly secrets: readonly Span[]
}

/** A statement that is known to be right, with everything that running it needs. */
export type Planned = Common &
  (
    | {
        readonly kind: 'create_source'
        readonly object: SourceObject
        readonly connector: SourceConnector | null
        readonly compile: DeployableSource['compile']
        readonly outcome: Outcome
      }
    | {
        readonly kind: 'create_query'
        readonly object: QueryObject
        readonly prepared: PreparedQuery
        readonly outcome: Outcome
      }
    | {
        readonly kind: 'create_sink'
        readonly object: SinkObject
        readonly prepared: PreparedQuery
        readonly connector: SinkConnector
        /** Columns that tell its rows apart; none: all rows count. */
        readonly key: readonly number[]
        readonly outcome: Outcome
      }
    | { readonly kind: 'drop'; readonly dropped: readonly CatalogObject[] }
    /** Column i of the query goes to `columns[i]`; null: not given, DEFAULT or NULL. */
    | {
        readonly kind: 'insert'
        readonly target: SourceObject
        readonly columns: readonly (string | null)[]
        readonly prepared: PreparedQuery
      }
    /** `prepared` reads views as they are now; `prepareLive` gives the query that follows their changes. @throws SqlError for what cannot follow */
    | { readonly kind: 'select'; readonly prepared: PreparedQuery; readonly prepareLive: () => PreparedQuery }
    | (Common & ExplainStatement)
    | { readonly kind: 'listing'; readonly listing: Listing }
    | { readonly kind: 'set' }
  )

interface ExplainStatement {
  readonly kind: 'explain'
  readonly statement: Statement & { readonly kind: 'explain' }
  readonly inner: Planned
}

/** A statement as running it sees it: planned in this process, or by whoever made an artifact of it. */
export type Runnable = Pick<Common, 'span' | 'warnings'> & { readonly after: EngineState } & (
    | {
        readonly kind: 'create_source'
        readonly object: RunningSource
        readonly connector: SourceConnector | null
        readonly compile: DeployableSource['compile']
        readonly outcome: Outcome
      }
    | {
        readonly kind: 'create_query'
        readonly object: RunningObject & { readonly kind: 'stream' | 'materialized_view' }
        readonly prepared: RunnableQuery
        readonly outcome: Outcome
      }
    | {
        readonly kind: 'create_sink'
        readonly object: RunningObject & { readonly kind: 'sink' }
        readonly prepared: RunnableQuery
        readonly connector: SinkConnector
        readonly key: readonly number[]
        readonly outcome: Outcome
      }
    | { readonly kind: 'drop'; readonly dropped: readonly { readonly name: string }[] }
    | {
        readonly kind: 'insert'
        readonly target: { readonly name: string }
        readonly columns: readonly (string | null)[]
        readonly prepared: RunnableQuery
      }
    | { readonly kind: 'select'; readonly prepared: RunnableQuery; readonly prepareLive: () => RunnableQuery }
    | (Common & ExplainStatement)
    | { readonly kind: 'listing'; readonly listing: Listing }
    | { readonly kind: 'set' }
  )

type Outcome = 'created' | 'replaced' | 'exists'
