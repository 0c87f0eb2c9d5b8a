import type { Step } from '../../../compiler/pipelines/pipeline.ts'
import type { WindowBinding } from '../../../compiler/streaming/stream-plan.ts'
import type { Expression as SqlExpression } from '../../../sql/plan/logical-plan.ts'
import type { Span } from '../../../sql/base/span.ts'
import { must } from '../../../sql/base/assert.ts'
import { dirtyMapAddress } from '../../../runtime/abi/memory.ts'
import { controlBlock, rowOffsets, rowRun, rowTouchedBit, tableHeader } from '../../../runtime/abi/state.ts'
import { binary, constI32, constI64, load, select, unary } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { Accumulation } from '../aggregates/accumulate.ts'
import { accumulate, loweringOf, prepareAggregates, startGroup } from '../aggregates/accumulate.ts'
import { loadCount } from '../aggregates/count.ts'
import type { AggregatePlan } from '../aggregates/plan.ts'
import { lowerExpression } from '../expressions/lower.ts'
import { failWhen } from '../expressions/strict.ts'
import type { FunctionBuilder } from '../function-builder.ts'
import { zero } from '../function-builder.ts'
import type { ModuleBuilder } from '../module-builder.ts'
import type { RowScope } from '../row-scope.ts'
import type { Value } from '../value.ts'
import type { BlockRow } from './block-columns.ts'
import { defineBlockKernel } from './block-kernel.ts'
import { fetchAhead } from './fetch-ahead.ts'
import type { Key, KeyField } from './key.ts'
import { makeKey } from './key.ts'
import type { PipelineSource } from './pipeline-input.ts'
import { directColumn, isInsertion, openRow, rowWatermark } from './pipeline-input.ts'
import type { TableInUse } from './probe.ts'
import { advanceIndex, findOrInsert, useTable } from './probe.ts'
import { applySteps } from './steps.ts'
import { selectWindow } from './window-select.ts'

/** A stateful operator that keeps one row per group: an aggregate, or the store of a view (which groups by all columns). */
export interface GroupKernel {
  readonly node: number
  readonly operator: string
  readonly span: Span | undefined
  readonly source: PipelineSource
  readonly steps: readonly Step[]
  readonly keys: readonly { readonly expression: SqlExpression; readonly field: KeyField }[]
  readonly plan: AggregatePlan
  readonly window: WindowBinding | null
  /** Rows that change are noted for the end of the batch. */
  readonly touches: boolean
  /** The one group exists from the start. */
  readonly singleGroup: boolean
  /** A group without rows is removed at once (nobody asks for its old value). */
  readonly removesEmpty: boolean
  /** Of the groups' table. */
  readonly rowSizeBytes: number
}

/**
 * `update(in, count, control)`: one fused loop from the columns of a block to the state of its groups. Everything that can fail is computed before state is
 * touched, columns are loaded where they are first used.
 */
export function lowerGroupUpdate(module: ModuleBuilder, kernel: GroupKernel): string {
  return defineBlockKernel(module, { name: 'update', result: null }, (builder, { block, count, control }) => {
    const tables = useTables(builder, kernel, control)
    if (kernel.keys.length > 0) advanceIndex(builder, must(tables[0]))
    fetchAhead(builder, kernel, { table: must(tables[0]), block, count })
    const single = kernel.singleGroup ? openSingleGroup(builder, kernel, { control, tables }) : null
    builder.for(zero, count, (row, label) => {
      const at = { block, row }
      updateRow({ kernel, control, tables, single, at, label }, openRow(builder, kernel.source, at))
    })
  })
}

/** The groups' table, then those that aggregates keep beside it. */
function useTables(builder: FunctionBuilder, { plan }: GroupKernel, control: Expression): readonly TableInUse[] {
  const pane = builder.let('pane', load('i32', control, { offset: controlBlock.pane }))
  return Array.from({ length: 1 + plan.sideTables.length }, (_, index) => {
    const header = binary('add', pane, constI32(index * tableHeader.sizeBytes))
    return useTable(builder, index === 0 ? pane : select(binary('eq', pane, zero), zero, header))
  })
}

/** The one group, touched for all rows at once: should none of them change it, its old and new states are equal, and are not shown. */
function openSingleGroup(
  builder: FunctionBuilder,
  kernel: GroupKernel,
  { control, tables }: { readonly control: Expression; readonly tables: readonly TableInUse[] },
): Expression {
  const { header } = must(tables[0])
  const group = builder.let('group', firstRow(header))
  if (kernel.touches) touch(builder, { control, table: header, row: group })
  return group
}

/** Where a table's first row lies, whether it is there or not. */
function firstRow(table: Expression): Expression {
  return binary('add', load('i32', table, { offset: tableHeader.firstPage }), constI32(rowRun.firstRowOffset))
}

/** Notes a row that is going to change, once in a batch. */
function touch(
  builder: FunctionBuilder,
  { control, table, row }: { readonly control: Expression; readonly table: Expression; readonly row: Expression },
): void {
  const flags = load('i32', row, { offset: rowOffsets.flags })
  const untouched = binary('eq', binary('and', flags, constI32(rowTouchedBit)), zero)
  builder.if(untouched, () => builder.do('touch', [control, table, row]))
}

interface RowInHand {
  readonly kernel: GroupKernel
  readonly control: Expression
  readonly tables: readonly TableInUse[]
  /** The group of all rows. */
  readonly single: Expression | null
  readonly at: BlockRow
  readonly label: number
}

function updateRow(row: RowInHand, opened: RowScope): void {
  const { kernel, control, tables, at, label } = row
  const loop = { row: at.row, label }
  const scope = applySteps(opened, kernel.steps, loop)
  const { builder } = scope
  builder.mark(kernel.node, kernel.operator, kernel.span)
  const time = kernel.window && windowTime(scope, kernel.window, kernel)
  const keys = kernel.keys.map(({ expression, field }) => {
    const value = lowerExpression(expression, scope)
    return makeKey(builder, field, { value, direct: directColumn(kernel.source, kernel, { expression, at }) })
  })
  const prepared = prepareAggregates(kernel.plan, scope)
  scope.check(loop.row, loop.label)
  if (kernel.window && time) {
    const watermark = kernel.window.lagMicros === null ? null : rowWatermark(builder, kernel.source, { at, control })
    selectWindow({ scope, loop, control, window: kernel.window, time, watermark, tables })
  }
  const [groups, ...sideTables] = tables
  const table = must(groups).header
  const group = findGroup(row, { builder, keys }, (group) =>
    startGroup(kernel.plan, { scope, prepared, row: group, table, sideTables }),
  )
  accumulateRow(row, { scope, prepared, row: group, table, sideTables })
  builder.store('u8', { address: constI32(dirtyMapAddress), index: binary('shr_u', group, constI32(16)) }, constI32(1))
}

function windowTime(scope: RowScope, window: WindowBinding, { source }: GroupKernel): Value {
  const time = lowerExpression(window.time, scope)
  if (time.valid) {
    const name = window.time.kind === 'column' ? source.schema[window.time.index]?.name : undefined
    failWhen(loweringOf(scope), unary('not', time.valid), {
      code: 'null_event_time',
      span: window.time.span,
      arguments: { column: name ?? 'of the window' },
    })
  }
  return time
}

function findGroup(
  { kernel, control, tables, single }: RowInHand,
  { builder, keys }: { readonly builder: FunctionBuilder; readonly keys: readonly Key[] },
  start: (group: Expression) => void,
): Expression {
  if (single !== null) return single
  const groups = must(tables[0])
  const onInsert = (group: Expression): void => {
    start(group)
    if (kernel.touches) builder.do('touch_new', [control, groups.header, group])
  }
  if (kernel.keys.length > 0) {
    return findOrInsert(builder, groups, { keys, removes: kernel.plan.liveCount !== null, onInsert })
  }
  const group = builder.let('group', firstRow(groups.header))
  builder.if(binary('eq', load('i32', groups.header, { offset: tableHeader.rowCount }), zero), () => {
    builder.do('table_append', [groups.header])
    onInsert(group)
  })
  return group
}

function accumulateRow({ kernel, control, single, at }: RowInHand, accumulation: Accumulation): void {
  const { plan, touches, source } = kernel
  const { builder } = accumulation.scope
  const { row, table } = accumulation
  if (touches && single === null) touch(builder, { control, table, row })
  const inserts = isInsertion(source, at)
  if (inserts === null) {
    accumulate(plan, accumulation, 'update')
    return
  }
  builder.if(
    inserts,
    () => accumulate(plan, accumulation, 'update'),
    () => {
      accumulate(plan, accumulation, 'retract')
      const { liveCount } = plan
      if (!kernel.removesEmpty || !liveCount) return
      builder.if(binary('eq', loadCount(row, liveCount), constI64(0n)), () => builder.do('table_remove', [table, row]))
    },
  )
}
