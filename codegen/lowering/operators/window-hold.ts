import type { Pipeline, Terminal } from '../../../compiler/pipelines/pipeline.ts'
import { must } from '../../../sql/base/assert.ts'
import type { TerminalArtifact } from '../../../runtime/abi/artifact.ts'
import type { BlockLayout } from '../../../runtime/abi/block.ts'
import { dirtyMapAddress } from '../../../runtime/abi/memory.ts'
import { controlBlock } from '../../../runtime/abi/state.ts'
import { binary, constI32, library, load } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import { lowerExpression } from '../expressions/lower.ts'
import { failWhen } from '../expressions/strict.ts'
import { isNull } from '../expressions/validity.ts'
import { loweringOf } from '../aggregates/accumulate.ts'
import { zero } from '../function-builder.ts'
import type { ModuleBuilder } from '../module-builder.ts'
import type { RowScope } from '../row-scope.ts'
import type { BlockRow } from './block-columns.ts'
import { defineBlockKernel } from './block-kernel.ts'
import { lowerEmit } from './emit-kernel.ts'
import { keyField, loadKey, setBit, storeField, type KeyField } from './key.ts'
import { openRow, rowWatermark, type PipelineSource } from './pipeline-input.ts'
import { useTable, type TableInUse } from './probe.ts'
import { StateLayout } from './state-layout.ts'
import { applySteps } from './steps.ts'
import { selectWindow } from './window-select.ts'

type HoldTerminal = Terminal & { readonly kind: 'window_hold' }

export interface HoldParts {
  readonly pipeline: Pipeline
  readonly terminal: HoldTerminal
  readonly source: PipelineSource
  readonly unit: number
  readonly outputLayout: BlockLayout
}

/** A window without an aggregate, ON WINDOW CLOSE: `update` keeps the rows of each window, `emit` shows them in order of arrival. */
export function lowerWindowHold(module: ModuleBuilder, parts: HoldParts): TerminalArtifact {
  const { pipeline, terminal, unit, outputLayout } = parts
  const { node, after } = terminal
  const layout = new StateLayout()
  const fields = node.edge.schema.map((column) => keyField(layout, column))
  const table = layout.finish()
  const update = lowerUpdate(module, parts, fields)
  const emit = lowerEmit(module, {
    node: node.id,
    operator: 'window_hold',
    span: node.span,
    columns: (builder, entry) => fields.map((field) => () => loadKey(builder, entry.row, field)),
    after,
    layout: outputLayout,
    columnCount: pipeline.outputEdge.schema.length,
  })
  return {
    kind: 'window_hold',
    update: { unit, function: update },
    emit: { unit, function: emit },
    table,
    lagMicros: must(node.window.lagMicros, 'a watermark of the held rows'),
    latenessMicros: node.window.latenessMicros,
  }
}

function lowerUpdate(
  module: ModuleBuilder,
  { pipeline, terminal, source }: HoldParts,
  fields: readonly KeyField[],
): string {
  return defineBlockKernel(module, { name: 'update', result: null }, (builder, { block, count, control }) => {
    const table = useTable(builder, load('i32', control, { offset: controlBlock.pane }))
    builder.for(zero, count, (row, label) => {
      const at = { block, row }
      const loop = { row, label }
      const scope = applySteps(openRow(builder, source, at), pipeline.steps, loop)
      builder.mark(terminal.node.id, 'window_hold', terminal.node.span)
      holdRow({ scope, terminal, source, control, table, at, loop }, fields)
    })
  })
}

interface HeldRow {
  readonly scope: RowScope
  readonly terminal: HoldTerminal
  readonly source: PipelineSource
  readonly control: Expression
  readonly table: TableInUse
  readonly at: BlockRow
  readonly loop: { readonly row: Expression; readonly label: number }
}

function holdRow({ scope, terminal, source, control, table, at, loop }: HeldRow, fields: readonly KeyField[]): void {
  const { builder } = scope
  const { window } = terminal.node
  const time = lowerExpression(window.time, scope)
  const column = window.time.kind === 'column' ? source.schema[window.time.index]?.name : undefined
  if (time.valid) {
    failWhen(loweringOf(scope), isNull(time), {
      code: 'null_event_time',
      span: window.time.span,
      arguments: { column: column ?? 'of the window' },
    })
  }
  const values = fields.map((_, index) => scope.column(index))
  scope.check(loop.row, loop.label)
  const watermark = rowWatermark(builder, source, { at, control })
  selectWindow({ scope, loop, control, window, time, watermark, tables: [table] })
  const row = builder.let('held', library('table_append', [table.header]))
  for (const [index, field] of fields.entries()) {
    const value = must(values[index])
    const store = (): void => {
      storeField(builder, { row, table: table.header }, { field: field.field, value })
      if (field.bit) setBit(builder, row, field.bit)
    }
    if (field.bit && value.valid) builder.if(value.valid, store)
    else store()
  }
  builder.store('u8', { address: constI32(dirtyMapAddress), index: binary('shr_u', row, constI32(16)) }, constI32(1))
}
