import type { Diagnostic } from '../../../sql/base/diagnostic.ts'
import type { Span } from '../../../sql/base/span.ts'
import type { Listing } from '../../../sql/catalog/listing.ts'
import type { OnError } from '../../../sql/catalog/on-error.ts'
import type { SettingChange } from '../../../sql/catalog/settings.ts'
import type { Statement } from '../../../sql/plan/statement.ts'
import type { Artifact, SinkArtifact, SourceArtifact, Unit } from '../../abi/artifact.ts'
import type { SinkParts } from '../cache/encoder-parts.ts'
import type { ConnectorColumn } from '../../connect/connector.ts'
import type { Runnable } from '../planning/planned.ts'

/**
 * A program as `millrace compile` leaves it: every statement with what running it needs, nothing of how it was planned. Plain
 * data. The code of units is beside it, by name: as an ES module and as WebAssembly.
 */
export interface ProgramArtifact {
  readonly engineVersion: string
  readonly abiVersion: number
  readonly statements: readonly StatementArtifact[]
  /** The setting before the first statement; `--set` and `settings` change it. */
  readonly onError: OnError
  readonly deadLetters: CarriedSource
  /** What turns rows into bytes, with what it was made from: for sinks, and for each format of results. */
  readonly encoders: readonly { readonly rows: SinkParts; readonly artifact: CarriedSink }[]
  /** Some function has no kernel of ours: DataFusion's module, which computes it, is carried along. */
  readonly needsEvaluator: boolean
}

/** A unit without its code. */
export type CarriedUnit = Pick<Unit, 'name' | 'constantCount' | 'constants' | 'scratchSizeBytes'>

export type CarriedQuery = Omit<Artifact, 'units'> & { readonly units: readonly CarriedUnit[] }
export type CarriedSink = Omit<SinkArtifact, 'units'> & { readonly units: readonly CarriedUnit[] }
export type CarriedSource = Omit<SourceArtifact, 'units'> & { readonly units: readonly CarriedUnit[] }

/** What an option may not change without other code, as it was when the program was compiled. */
export interface ConnectorFacts {
  readonly format: unknown
  readonly takesChanges?: boolean
  readonly bounded?: boolean
  readonly replayable?: boolean
}

type Statements<K extends Statement['kind']> = Statement & { readonly kind: K }
export type Outcome = (Runnable & { readonly kind: 'create_source' })['outcome']

interface Common {
  readonly span: Span
  readonly warnings: readonly Diagnostic[]
}

/** Options stand as they were written: `${NAME}` is filled in when the program runs. */
export type StatementArtifact = Common &
  (
    | {
        readonly kind: 'create_source'
        readonly statement: Statements<'create_source'>
        readonly outcome: Outcome
        readonly connector: ConnectorFacts | null
        /** The source's code for each set of its columns that some statement needs. */
        readonly code: readonly { readonly columns: readonly number[]; readonly artifact: CarriedSource }[]
      }
    | {
        readonly kind: 'create_query'
        readonly statement: Pick<Statements<'create_stream' | 'create_materialized_view'>, 'kind' | 'name' | 'options'>
        readonly outcome: Outcome
        readonly reads: readonly string[]
        readonly artifact: CarriedQuery
      }
    | {
        readonly kind: 'create_sink'
        readonly statement: Pick<Statements<'create_sink'>, 'name' | 'nameSpan' | 'options' | 'format'>
        readonly outcome: Outcome
        readonly reads: readonly string[]
        readonly columns: readonly ConnectorColumn[]
        readonly connector: ConnectorFacts
        readonly key: readonly number[]
        readonly artifact: CarriedQuery
      }
    | { readonly kind: 'drop'; readonly names: readonly string[] }
    | {
        readonly kind: 'insert'
        readonly target: string
        readonly columns: readonly (string | null)[]
        readonly querySpan: Span
        readonly artifact: CarriedQuery
      }
    /** `live`: the query that follows changes of views; null: `artifact` does, too. */
    | {
        readonly kind: 'select'
        readonly querySpan: Span
        readonly artifact: CarriedQuery
        readonly live: CarriedQuery | null
      }
    | { readonly kind: 'listing'; readonly listing: Listing }
    | { readonly kind: 'set'; readonly option: SettingChange }
  )
