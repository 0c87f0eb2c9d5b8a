import type { EvaluatorCall } from '../../../compiler/pipelines/pipeline.ts'
import type { Column } from '../../../sql/plan/logical-plan.ts'
import { must } from '../../../sql/base/assert.ts'
import { physicalType } from '../../../sql/types/sql-type.ts'
import type { EvaluatorCallArtifact, Site } from '../../../runtime/abi/artifact.ts'
import { layoutBlock, type LayoutParts } from '../../../runtime/abi/block-layout.ts'
import type { BlockLayout } from '../../../runtime/abi/block.ts'
import type { ModuleBuilder } from '../module-builder.ts'
import { evaluatorRequest } from './evaluator-request.ts'

/** Behind the columns of the edge, whose last ones are the results: one column for each call that says whether it failed. */
export function evaluatorLayout(schema: readonly Column[], callCount: number, parts: LayoutParts): BlockLayout {
  const columns = schema.map(({ type, nullable }) => ({ physical: physicalType(type), nullable }))
  const failed = Array.from({ length: callCount }, () => ({ physical: 'i1' as const, nullable: false }))
  return layoutBlock([...columns, ...failed], parts)
}

function siteOf({ name, expression }: EvaluatorCall): Site {
  return { code: 'evaluation_failed', span: expression.span ?? null, arguments: { name } }
}

/** By column of the schema: where the failure of the call behind it stands. */
export function evaluatorFailures(
  calls: readonly EvaluatorCall[],
  schema: readonly Column[],
): ReadonlyMap<number, { readonly column: number; readonly site: Site }> {
  const first = schema.length - calls.length
  return new Map(calls.map((call, index) => [first + index, { column: schema.length + index, site: siteOf(call) }]))
}

export function evaluatorCalls(
  calls: readonly EvaluatorCall[],
  schema: readonly Column[],
  module: ModuleBuilder,
): readonly EvaluatorCallArtifact[] {
  return calls.map((call, index) => {
    const argumentColumns = call.arguments.flatMap((argument) => (argument.kind === 'column' ? [argument.index] : []))
    return {
      name: call.name,
      request: evaluatorRequest(
        call,
        argumentColumns.map((column) => must(schema[column])),
      ),
      argumentColumns,
      site: module.site(siteOf(call)),
      failedColumn: schema.length + index,
    }
  })
}
