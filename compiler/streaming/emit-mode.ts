import { SqlError } from '../../sql/base/diagnostic.ts'
import type { Span } from '../../sql/base/span.ts'
import { sinkChangeMode, unsupportedFeature, watermarkRequired, windowRequired } from '../../sql/messages/raise.ts'
import type { WindowSpec } from '../../sql/plan/logical-plan.ts'
import type { StreamContext } from './context.ts'
import type { Edge, WindowBinding } from './stream-plan.ts'
import { timeColumnName } from './window-binding.ts'

/** `close_then_changes`: a window's rows when it closes, and then, while late rows are allowed, what they change. */
export type EmitMode = 'on_window_close' | 'close_then_changes' | 'changes'

/** A windowed operator before it is known when it shows its rows. */
export interface Windowed {
  readonly binding: WindowBinding
  readonly spec: WindowSpec
}

/**
 * When an operator shows its rows. Without EMIT: windows over watermarked input when they close, all else at once.
 * Errors: `window_required`, `watermark_required`, and for ALLOW LATENESS where it would have no meaning
 * `window_required`, `watermark_required`, `sink_change_mode`; `unsupported_feature` where rows are held.
 */
export function emitMode(operator: Operator, context: StreamContext): EmitMode {
  const mode = chosenMode(operator, context)
  return isLenient({ ...operator, mode }, context) ? 'close_then_changes' : mode
}

interface Operator {
  readonly windowed: Windowed | null
  readonly input: Edge
  readonly span: Span | undefined
  /** What it shows: groups, which late rows change, or the rows themselves. */
  readonly shows: 'groups' | 'rows'
}

interface Chosen extends Operator {
  readonly mode: 'on_window_close' | 'changes'
}

function chosenMode({ windowed, input, span }: Operator, { emit }: StreamContext): Chosen['mode'] {
  const watermarked = windowed !== null && windowed.binding.lagMicros !== null
  switch (emit.kind) {
    case 'default':
      return watermarked ? 'on_window_close' : 'changes'
    case 'changes':
      return 'changes'
    case 'on_window_close': {
      const notes = span && [{ message: 'this grouping would never be final', span }]
      if (!windowed)
        throw new SqlError([windowRequired({ clause: 'EMIT ON WINDOW CLOSE' }, { span: emit.span, notes })])
      if (!watermarked) throw noWatermark('EMIT ON WINDOW CLOSE', windowed, input)
      return 'on_window_close'
    }
  }
}

function noWatermark(construct: string, { spec }: Windowed, input: Edge): SqlError {
  const column = timeColumnName(spec, input)
  return new SqlError([watermarkRequired({ construct, column }, { span: spec.span })])
}

/** A closed window's row has been shown, so a late change to it can only go where changes are taken. */
function isLenient({ mode, windowed, input, shows }: Chosen, { lateness, sink }: StreamContext): boolean {
  if (!lateness || !windowed) return false
  if (windowed.binding.lagMicros === null) throw noWatermark('ALLOW LATENESS', windowed, input)
  if (mode === 'changes' || BigInt(windowed.binding.latenessMicros) === 0n) return false
  const { span } = lateness
  if (sink && !sink.takesChanges) {
    const hint = 'leave ALLOW LATENESS out, or use EMIT CHANGES with a sink that takes changes'
    throw new SqlError([sinkChangeMode({ name: sink.name, mode: 'late' }, { span, hint })])
  }
  if (shows === 'groups') return true
  const hint = 'group by the window, or use EMIT CHANGES: rows are then passed on as they come, late ones too'
  throw new SqlError([unsupportedFeature({ feature: 'ALLOW LATENESS for rows that are held' }, { span, hint })])
}
