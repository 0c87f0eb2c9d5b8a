import { SqlError } from '../../sql/base/diagnostic.ts'
import { unsupportedFeature } from '../../sql/messages/raise.ts'
import type { Column, LogicalPlan } from '../../sql/plan/logical-plan.ts'
import { microsMax } from '../../sql/plan/interval.ts'
import type { StreamContext } from './context.ts'
import { emitMode } from './emit-mode.ts'
import { checkState } from './state-bound.ts'
import type { Edge, StreamNode, WatermarkColumn, WindowBinding } from './stream-plan.ts'
import { watermarkLag } from './watermark-lag.ts'
import { bindWindow, windowState, windowWatermarks } from './window-binding.ts'

type WindowTable = LogicalPlan & { readonly kind: 'window_table' }

/**
 * A window table function whose windows are not grouped by: adds the three window columns, and under ON WINDOW CLOSE holds
 * the rows until their window closes. `aggregated`: an aggregate that is not windowed reads the rows, and its
 * changes must not wait for windows.
 */
export function lowerWindowTable(
  plan: WindowTable,
  { input, aggregated }: { readonly input: StreamNode; readonly aggregated: boolean },
  context: StreamContext,
): StreamNode {
  const binding = bindWindow(plan.window, input.edge, context)
  const operator = {
    windowed: { spec: plan.window, binding },
    input: input.edge,
    span: plan.span,
    shows: 'rows',
  } as const
  const emit = aggregated ? 'changes' : emitMode(operator, context)
  const assign = windowAssign(plan, { input, window: { ...binding, latenessMicros: '0' } }, context)
  return emit === 'changes' ? assign : windowHold(plan, { input: assign, window: binding }, context)
}

function columnsOf(input: readonly Column[]): { readonly start: number; readonly end: number; readonly time: number } {
  const start = input.length
  return { start, end: start + 1, time: start + 2 }
}

function windowAssign(
  plan: WindowTable,
  { input, window }: { readonly input: StreamNode; readonly window: WindowBinding },
  context: StreamContext,
): StreamNode {
  const { start, end, time } = columnsOf(input.edge.schema)
  const promised = windowWatermarks(window, [
    ['window_start', start],
    ['window_end', end],
    ['window_time', time],
  ])
  const edge: Edge = { ...input.edge, schema: plan.schema, watermarks: [...input.edge.watermarks, ...promised] }
  return { kind: 'window_assign', id: context.nextId(), edge, state: { kind: 'none' }, span: plan.span, input, window }
}

/**
 * A held row may have come long before its window closes, so of the input's promises only the one on the column that the
 * window's time moves with survives: that column lies within the window, so at most its size behind.
 */
function windowHold(
  plan: WindowTable,
  { input, window }: { readonly input: StreamNode; readonly window: WindowBinding },
  context: StreamContext,
): StreamNode {
  if (input.edge.mode.kind === 'retract') throw holdsChanges(plan)
  const { start, end, time } = columnsOf(plan.input.schema)
  const moving = watermarkLag(window.time, input.edge.watermarks)?.column
  const delayed = input.edge.watermarks
    .filter(({ column }) => column === moving)
    .map(({ column, lagMicros }): WatermarkColumn => ({
      column,
      lagMicros: String(BigInt(lagMicros) + microsMax(window.size)),
    }))
  const promised = windowWatermarks(window, [
    ['window_start', start],
    ['window_end', end],
    ['window_time', time],
  ])
  const state = windowState(window, input.edge)
  checkState(state, { label: 'TUMBLE', span: plan.span }, context)
  return {
    kind: 'window_hold',
    id: context.nextId(),
    edge: { ...input.edge, watermarks: [...delayed, ...promised], emit: 'on_window_close' },
    state,
    span: plan.span,
    input,
    window,
    startColumn: start,
    endColumn: end,
  }
}

function holdsChanges({ span }: WindowTable): SqlError {
  const feature = 'holding rows that change until their window closes'
  return new SqlError([unsupportedFeature({ feature }, { span, hint: 'use EMIT CHANGES, or group by the window' })])
}
