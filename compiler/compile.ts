import type { Diagnostic } from '../sql/base/diagnostic.ts'
import type { Catalog } from '../sql/catalog/catalog.ts'
import type { StreamFacts } from '../sql/catalog/object.ts'
import type { Settings } from '../sql/catalog/settings.ts'
import type { LogicalPlan } from '../sql/plan/logical-plan.ts'
import type { Query } from '../sql/plan/statement.ts'
import { cutPipelines } from './pipelines/cut.ts'
import type { IsNative } from './pipelines/evaluator-calls.ts'
import type { Pipeline } from './pipelines/pipeline.ts'
import { rewritePlan } from './rewrite/rewrite.ts'
import type { SinkTarget, StreamContext } from './streaming/context.ts'
import { lowerQuery } from './streaming/lower.ts'
import type { StreamNode } from './streaming/stream-plan.ts'

export interface CompileOptions {
  readonly settings: Pick<Settings, 'unbounded_state'>
  /** Which scalar functions generated code computes itself; the others go to the planner's evaluator. */
  readonly isNative: IsNative
  /** The sink that the rows go into, if it is one. */
  readonly sink?: SinkTarget | undefined
}

export interface CompiledQuery {
  readonly logical: LogicalPlan
  readonly stream: StreamNode
  /** Producers first; the last one gives the query's rows. */
  readonly pipelines: readonly Pipeline[]
  readonly warnings: readonly Diagnostic[]
}

/** From the planner's query to pipelines. Throws SqlError for what cannot run exactly as written. */
export function compileQuery(query: Query, catalog: Catalog, options: CompileOptions): CompiledQuery {
  const warnings: Diagnostic[] = []
  const logical = rewritePlan(query.plan)
  const stream = lowerQuery(logical, streamContext(query, catalog, { ...options, warnings }))
  const pipelines = cutPipelines(stream, options)
  return { logical, stream, pipelines, warnings }
}

function streamContext(
  query: Query,
  catalog: Catalog,
  { settings, sink, warnings }: CompileOptions & { readonly warnings: Diagnostic[] },
): StreamContext {
  let lastId = 0
  return {
    catalog,
    settings,
    sink,
    emit: query.emit,
    lateness: query.lateness,
    nextId: () => ++lastId,
    warn: (warning) => warnings.push(warning),
  }
}

/** What the catalog keeps of a stream or view for those who read it. */
export function streamFacts({ edge }: StreamNode): StreamFacts {
  return { mode: edge.mode, watermarks: edge.watermarks, uniqueKeys: edge.uniqueKeys }
}
