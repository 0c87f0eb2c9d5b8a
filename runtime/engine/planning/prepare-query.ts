import { compileQuery, type CompileOptions } from '../../../compiler/compile.ts'
import { lowerPipelines } from '../../../codegen/lowering/operators/lower-pipelines.ts'
import { must } from '../../../sql/base/assert.ts'
import { isNative } from '../../../sql/functions/native.ts'
import type { Query } from '../../../sql/plan/statement.ts'
import { engineVersion } from '../version.ts'
import type { PreparedQuery, SessionState } from './planned.ts'

/** A bound query down to its artifact. `kept`: its rows are stored, for a view. @throws SqlError for what cannot run exactly as written */
export function prepareQuery(
  query: Query,
  { catalog, settings, layouts }: SessionState,
  how: { readonly result: 'passed_on' | 'kept'; readonly sink?: CompileOptions['sink'] },
): PreparedQuery {
  const start = performance.now()
  const compiled = compileQuery(query, catalog, { settings, isNative, sink: how.sink })
  const artifact = lowerPipelines(compiled.pipelines, {
    engineVersion,
    objectLayout: (object) => must(layouts.get(object), `the layout of ${object}`),
    result: how.result,
  })
  return { query, compiled, artifact, compileMicros: Math.round((performance.now() - start) * 1000) }
}
