import type { Diagnostic } from '../../sql/base/diagnostic.ts'
import type { Span } from '../../sql/base/span.ts'
import type { Catalog } from '../../sql/catalog/catalog.ts'
import type { Settings } from '../../sql/catalog/settings.ts'
import type { EmitPolicy, Query } from '../../sql/plan/statement.ts'

/** What lowering one query needs besides its plan, and where its warnings go. */
export interface StreamContext {
  readonly catalog: Catalog
  readonly settings: Pick<Settings, 'unbounded_state'>
  readonly emit: EmitPolicy
  readonly lateness: Query['lateness']
  /** The sink that the rows go into, if it is one. */
  readonly sink: SinkTarget | undefined
  /** 1, 2, 3, .. */
  nextId(): number
  warn(warning: Diagnostic): void
}

/** A sink as the stream plan sees it. */
export interface SinkTarget {
  readonly name: string
  readonly span?: Span | undefined
  /** false: append-only rows */
  readonly takesChanges: boolean
  /** What would make it take changes, if anything would. */
  readonly hint?: string | undefined
}
