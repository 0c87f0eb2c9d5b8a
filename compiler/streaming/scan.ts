import { readableObject } from '../../sql/catalog/catalog.ts'
import type { StreamFacts } from '../../sql/catalog/object.ts'
import type { LogicalPlan } from '../../sql/plan/logical-plan.ts'
import type { StreamContext } from './context.ts'
import { projectKeys } from './keys.ts'
import type { Edge, StreamNode } from './stream-plan.ts'

/** Rows of a source, a stream or a view; what is known of them comes from the catalog. */
export function lowerScan(plan: LogicalPlan & { readonly kind: 'scan' }, context: StreamContext): StreamNode {
  const object = readableObject(context.catalog, { name: plan.object, span: plan.span })
  const facts = object.kind === 'source' ? sourceFacts(object) : object.facts
  const edge: Edge = {
    schema: plan.schema,
    mode: facts.mode,
    watermarks: plan.columns.flatMap((declared, column) =>
      facts.watermarks.filter((known) => known.column === declared).map(({ lagMicros }) => ({ column, lagMicros })),
    ),
    uniqueKeys: projectKeys(facts.uniqueKeys, (declared) => plan.columns.indexOf(declared)),
    partitioning: [],
    emit: 'as_it_comes',
  }
  const { object: name, columns, span } = plan
  return {
    kind: 'scan',
    id: context.nextId(),
    edge,
    state: { kind: 'none' },
    span,
    object: name,
    objectKind: object.kind,
    columns,
  }
}

/** The watermark of a source is the greatest value of its expression, and promises `column >= W` for rows that are not late. */
function sourceFacts(source: {
  readonly watermark: { readonly column: number } | null
  readonly primaryKey: readonly number[]
}): StreamFacts {
  return {
    mode: { kind: 'append' },
    watermarks: source.watermark ? [{ column: source.watermark.column, lagMicros: '0' }] : [],
    uniqueKeys: source.primaryKey.length > 0 ? [source.primaryKey] : [],
  }
}
