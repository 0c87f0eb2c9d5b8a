import type { Pipeline } from '../../../compiler/pipelines/pipeline.ts'
import type { TerminalArtifact } from '../../../runtime/abi/artifact.ts'
import type { BlockLayout } from '../../../runtime/abi/block.ts'
import { must } from '../../../sql/base/assert.ts'
import { planAggregates } from '../aggregates/plan.ts'
import type { ModuleBuilder } from '../module-builder.ts'
import { lowerEmit } from './emit-kernel.ts'
import { lowerGroupUpdate } from './group-kernel.ts'
import { keyField, loadKey } from './key.ts'
import { StateLayout } from './state-layout.ts'

export interface StoreParts {
  /** The pipeline that gives the view's rows. */
  readonly pipeline: Pipeline
  readonly layout: BlockLayout
  readonly unit: number
}

/** A view's rows: groups of all its columns, with the number of times that each row is there. */
export function lowerViewStore(module: ModuleBuilder, { pipeline, layout, unit }: StoreParts): TerminalArtifact {
  const { schema } = pipeline.outputEdge
  const state = new StateLayout()
  const keys = schema.map(({ type, nullable }, index) => ({
    expression: { kind: 'column', index, type, nullable } as const,
    field: keyField(state, { type, nullable }),
  }))
  const plan = planAggregates([], { layout: state, retracts: true, singleGroup: false, groups: 'for_good' })
  const table = state.finish()
  const common = { node: 0, operator: 'store', span: undefined }
  const update = lowerGroupUpdate(module, {
    ...common,
    source: { layout, schema, ordinals: [...schema.keys()], failures: new Map(), isUnion: false },
    steps: [],
    keys,
    plan,
    window: null,
    touches: false,
    singleGroup: false,
    removesEmpty: true,
    rowSizeBytes: table.rowSizeBytes,
  })
  const emit = lowerEmit(module, {
    ...common,
    columns: (builder, entry) =>
      keys.map(
        ({ field }) =>
          () =>
            loadKey(builder, entry.row, field),
      ),
    after: [],
    layout,
    columnCount: schema.length,
  })
  return {
    kind: 'store',
    update: { unit, function: update },
    emit: { unit, function: emit },
    table,
    liveCountOffset: must(plan.liveCount, 'the count of a stored row').field.offset,
  }
}
