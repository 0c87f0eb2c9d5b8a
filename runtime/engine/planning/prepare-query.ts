import { compileQuery, type CompileOptions } from '../../../compiler/compile.ts'
import type { Pipeline } from '../../../compiler/pipelines/pipeline.ts'
import { lowerPipelines } from '../../../codegen/lowering/operators/lower-pipelines.ts'
import { must } from '../../../sql/base/assert.ts'
import { isNative } from '../../../sql/functions/native.ts'
import type { Query } from '../../../sql/plan/statement.ts'
import type { BlockLayout } from '../../abi/block.ts'
import type { ArtifactCache } from '../cache/artifact-cache.ts'
import { queryKey } from '../cache/cache-key.ts'
import { engineVersion } from '../version.ts'
import type { PreparedQuery, SessionState } from './planned.ts'

/** A bound query down to its artifact. `kept`: its rows are stored, for a view. @throws SqlError for what cannot run exactly as written */
export function prepareQuery(
  query: Query,
  { catalog, settings, layouts }: SessionState,
  how: {
    readonly result: 'passed_on' | 'kept'
    readonly cache: ArtifactCache
    readonly sink?: CompileOptions['sink']
  },
): PreparedQuery {
  const start = performance.now()
  const compiled = compileQuery(query, catalog, { settings, isNative, sink: how.sink })
  const { pipelines } = compiled
  const { result } = how
  const objectLayout = (object: string): BlockLayout => must(layouts.get(object), `the layout of ${object}`)
  const key = queryKey({ pipelines, result, layouts: objectsOf(pipelines).map((name) => [name, objectLayout(name)]) })
  const { artifact, origin } = how.cache.get(key, settings.artifact_cache, () =>
    lowerPipelines(pipelines, { engineVersion, objectLayout, result }),
  )
  return { query, compiled, artifact, origin, compileMicros: Math.round((performance.now() - start) * 1000) }
}

function objectsOf(pipelines: readonly Pipeline[]): readonly string[] {
  return [...new Set(pipelines.flatMap(({ input }) => (input.kind === 'object' ? [input.object] : [])))].toSorted()
}
