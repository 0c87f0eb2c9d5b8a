import type { Pipeline, Terminal } from '../../../compiler/pipelines/pipeline.ts'
import type { GroupColumn } from '../../../compiler/streaming/stream-plan.ts'
import { must, unreachable } from '../../../sql/base/assert.ts'
import { InternalError } from '../../../sql/base/diagnostic.ts'
import type { SqlType } from '../../../sql/types/sql-type.ts'
import type { TerminalArtifact } from '../../../runtime/abi/artifact.ts'
import type { BlockLayout } from '../../../runtime/abi/block.ts'
import { binary, constI64 } from '../../kernel/build.ts'
import { aggregateValue } from '../aggregates/accumulate.ts'
import { planAggregates, type AggregatePlan } from '../aggregates/plan.ts'
import type { FunctionBuilder } from '../function-builder.ts'
import type { ModuleBuilder } from '../module-builder.ts'
import type { ColumnSource, RowScope } from '../row-scope.ts'
import { lowerEmit, type EmitEntry } from './emit-kernel.ts'
import { lowerGroupUpdate } from './group-kernel.ts'
import { keyField, loadKey, type KeyField } from './key.ts'
import type { PipelineSource } from './pipeline-input.ts'
import { StateLayout } from './state-layout.ts'

type AggregateTerminal = Terminal & { readonly kind: 'aggregate' }

export interface AggregateParts {
  readonly pipeline: Pipeline
  readonly terminal: AggregateTerminal
  readonly source: PipelineSource
  readonly unit: number
  readonly outputLayout: BlockLayout
}

/** GROUP BY: `update` keeps the groups, `emit` shows them through the steps behind the aggregate. */
export function lowerAggregate(module: ModuleBuilder, parts: AggregateParts): TerminalArtifact {
  const { pipeline, terminal, source, unit, outputLayout } = parts
  const { node, after } = terminal
  const layout = new StateLayout()
  const keys = node.groups.flatMap((group) =>
    group.kind === 'key' ? [{ expression: group.expression, field: keyField(layout, group.expression) }] : [],
  )
  const singleGroup = node.groups.length === 0
  const retracts = pipeline.inputEdge.mode.kind === 'retract'
  const plan = planAggregates(node.aggregates, {
    layout,
    retracts,
    singleGroup,
    groups: node.window === null ? 'for_good' : 'of_a_window',
  })
  const groups = layout.finish()
  const update = lowerGroupUpdate(module, {
    node: node.id,
    operator: 'aggregate',
    span: node.span,
    source,
    steps: pipeline.steps,
    keys,
    plan,
    window: node.window,
    touches: node.emit !== 'on_window_close',
    singleGroup,
    removesEmpty: false,
    rowSizeBytes: groups.rowSizeBytes,
  })
  const emit = lowerEmit(module, {
    node: node.id,
    operator: 'aggregate',
    span: node.span,
    columns: (builder, entry, scope) =>
      shownColumns(
        { builder, entry, scope },
        { groups: node.groups, keys, plan, schema: node.edge.schema.map(({ type }) => type) },
      ),
    after,
    layout: outputLayout,
    columnCount: pipeline.outputEdge.schema.length,
  })
  return {
    kind: 'aggregate',
    update: { unit, function: update },
    emit: { unit, function: emit },
    emitWhen: node.emit,
    tables: [groups, ...plan.sideTables],
    singleGroup,
    windowed: node.window !== null,
    lagMicros: node.window?.lagMicros ?? null,
    latenessMicros: node.window?.latenessMicros ?? '0',
    liveCountOffset: singleGroup ? null : (plan.liveCount?.field.offset ?? null),
    indexed: keys.length > 0,
  }
}

interface ShownRow {
  readonly builder: FunctionBuilder
  readonly entry: EmitEntry
  readonly scope: () => RowScope
}

interface ShownParts {
  readonly groups: readonly GroupColumn[]
  readonly keys: readonly { readonly field: KeyField }[]
  readonly plan: AggregatePlan
  readonly schema: readonly SqlType[]
}

/** Group columns, then aggregates. */
function shownColumns(row: ShownRow, { groups, keys, plan, schema }: ShownParts): readonly ColumnSource[] {
  let nextKey = 0
  const groupSources = groups.map((group, index): ColumnSource => {
    const type = must(schema[index], 'the type of a group column')
    if (group.kind !== 'key') return () => windowColumn(row, group.kind, type)
    const { field } = must(keys[nextKey++], 'a key')
    return () => loadKey(row.builder, row.entry.row, field)
  })
  const aggregates = plan.calls.map(
    (call): ColumnSource =>
      () =>
        aggregateValue(row.scope(), row.entry.row, call),
  )
  return [...groupSources, ...aggregates]
}

function windowColumn(
  { builder, entry }: ShownRow,
  kind: Exclude<GroupColumn['kind'], 'key'>,
  type: SqlType,
): ReturnType<ColumnSource> {
  if (type.kind !== 'timestamp' && type.kind !== 'timestamptz') throw new InternalError('windows are of timestamps')
  switch (kind) {
    case 'window_start':
      return { type, value: entry.windowStart(), valid: null }
    case 'window_end':
      return { type, value: entry.windowEnd(), valid: null }
    case 'window_time':
      return { type, value: builder.let('time', binary('sub', entry.windowEnd(), constI64(1n))), valid: null }
    default:
      return unreachable(kind)
  }
}
