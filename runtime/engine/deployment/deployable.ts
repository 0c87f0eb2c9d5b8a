import type { Span } from '../../../sql/base/span.ts'
import type { OnError } from '../../../sql/catalog/on-error.ts'
import type { SqlType } from '../../../sql/types/sql-type.ts'
import type { Artifact, SourceArtifact } from '../../abi/artifact.ts'
import type { SinkConnector, SourceConnector } from '../../connect/connector.ts'

/** What is known of an object while it runs; what the catalog knows (sql/catalog/object.ts) is more. */
export interface RunningObject {
  readonly kind: 'source' | 'stream' | 'materialized_view' | 'sink'
  readonly name: string
  readonly reads: readonly string[]
  readonly onError: OnError
}

export interface RunningSource extends RunningObject {
  readonly kind: 'source'
  readonly columns: readonly unknown[]
  readonly definitions: readonly RunningColumn[]
  /** null: the source has no event time */
  readonly watermark: { readonly column: number } | null
  readonly maxAheadMicros: number | null | undefined
}

/** Of a DEFAULT and of `AS expression` only that there is one: the source's kernels compute both. */
export interface RunningColumn {
  readonly name: string
  readonly type: SqlType
  readonly nullable: boolean
  readonly defaultValue?: unknown
  readonly computed?: unknown
}

export interface DeployableSource {
  readonly kind: 'source'
  readonly object: RunningSource
  readonly connector: SourceConnector | null
  /** The decode and ingest code for these of the declared columns. */
  readonly compile: (columns: ReadonlySet<number>) => SourceArtifact
}

/** What is known of an object when it is deployed; the artifact of a stream is deployed when something reads it. */
export type Deployable =
  | DeployableSource
  | {
      readonly kind: 'query'
      readonly object: RunningObject & { readonly kind: 'stream' | 'materialized_view' }
      readonly artifact: Artifact
    }
  | {
      readonly kind: 'sink'
      readonly object: RunningObject & { readonly kind: 'sink' }
      readonly artifact: Artifact
      readonly connector: SinkConnector
      readonly key: readonly number[]
    }

/** A query that can run. */
export interface RunnableQuery {
  readonly artifact: Artifact
  readonly query: { readonly span: Span }
}
