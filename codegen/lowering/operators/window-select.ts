import type { WindowBinding } from '../../../compiler/streaming/stream-plan.ts'
import { controlBlock, instantMin, tableHeader } from '../../../runtime/abi/state.ts'
import { binary, constI32, constI64, library, load } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import { loweringOf } from '../aggregates/accumulate.ts'
import type { FunctionBuilder } from '../function-builder.ts'
import { zero } from '../function-builder.ts'
import type { RowScope } from '../row-scope.ts'
import type { Value } from '../value.ts'
import type { TableInUse } from './probe.ts'
import { switchTable } from './probe.ts'
import type { LoopRow } from './steps.ts'
import { windowBounds } from './window-bounds.ts'

export interface WindowedRow {
  readonly scope: RowScope
  readonly loop: LoopRow
  readonly control: Expression
  readonly window: WindowBinding
  /** Checked not to be NULL. */
  readonly time: Value
  /** i64; null: the input has none, windows do not close */
  readonly watermark: Expression | null
  /** The pane's tables, groups first. */
  readonly tables: readonly TableInUse[]
}

/**
 * Makes the pane of the row's window the one in use. Rows come mostly in order of time, so the window of the row before
 * is tried first: two comparisons with the control block. A row whose window is finished is counted and dropped.
 */
export function selectWindow(row: WindowedRow): void {
  const { scope, loop, control, watermark } = row
  const { builder } = scope
  const time = builder.let('time', row.time.value)
  const cell = (offset: number): Expression => load('i64', control, { offset })
  const outside = binary(
    'or',
    binary('lt_s', time, cell(controlBlock.windowStart)),
    binary('ge_s', time, cell(controlBlock.windowEnd)),
  )
  builder.if(
    outside,
    () => {
      const inPrevious = binary(
        'and',
        binary('ge_s', time, cell(controlBlock.previousStart)),
        binary('lt_s', time, cell(controlBlock.previousEnd)),
      )
      builder.if(
        inPrevious,
        () => swapWindows(row),
        () => changeWindow(row, time),
      )
    },
    watermark === null
      ? undefined
      : () =>
          builder.if(binary('ge_s', watermark, cell(controlBlock.windowFinish)), () =>
            dropLate(builder, control, loop),
          ),
  )
}

/** i64 cells that change places with those of the pane before. */
const windowCells = [
  [controlBlock.windowStart, controlBlock.previousStart],
  [controlBlock.windowEnd, controlBlock.previousEnd],
  [controlBlock.windowFinish, controlBlock.previousFinish],
] as const

/** Back to the window of a row shortly before, without a call: out-of-order rows alternate between two windows around every boundary. */
function swapWindows({ scope, loop, control, watermark, tables }: WindowedRow): void {
  const { builder } = scope
  const read = (memory: 'i32' | 'i64', offset: number): Expression =>
    builder.let('cell', load(memory, control, { offset }))
  const write = (memory: 'i32' | 'i64', offset: number, value: Expression): void =>
    builder.store(memory, { address: control, offset }, value)
  const pane = read('i32', controlBlock.previousPane)
  write('i32', controlBlock.previousPane, read('i32', controlBlock.pane))
  write('i32', controlBlock.pane, pane)
  for (const [current, previous] of windowCells) {
    const before = read('i64', previous)
    write('i64', previous, read('i64', current))
    write('i64', current, before)
  }
  useTables(builder, pane, tables)
  if (watermark !== null) {
    builder.if(binary('ge_s', watermark, load('i64', control, { offset: controlBlock.windowFinish })), () =>
      dropLate(builder, control, loop),
    )
  }
}

function useTables(builder: FunctionBuilder, pane: Expression, tables: readonly TableInUse[]): void {
  for (const [index, table] of tables.entries()) {
    switchTable(builder, table, binary('add', pane, constI32(index * tableHeader.sizeBytes)))
  }
}

const noWatermark = constI64(instantMin)

function changeWindow({ scope, loop, control, window, watermark, tables }: WindowedRow, time: Expression): void {
  const { builder } = scope
  const { start, end } = windowBounds(loweringOf(scope), time, window)
  scope.check(loop.row, loop.label)
  const pane = builder.let('pane', library('pane_select', [control, start, end, watermark ?? noWatermark]))
  builder.if(binary('eq', pane, zero), () => dropLate(builder, control, loop))
  useTables(builder, pane, tables)
}

function dropLate(builder: FunctionBuilder, control: Expression, { label }: LoopRow): void {
  const offset = controlBlock.lateDropped
  builder.store('i32', { address: control, offset }, binary('add', load('i32', control, { offset }), constI32(1)))
  builder.continue(label)
}
