import type { Expression } from '../../sql/plan/logical-plan.ts'
import { fixedMicros, microsMax, microsMin } from '../../sql/plan/interval.ts'
import type { WatermarkColumn } from './stream-plan.ts'
import { constantInterval } from './window-part.ts'

/** A promise on an expression: a row that comes after watermark W has `expression >= W - lagMicros`. */
export interface WatermarkLag {
  /** The watermarked input column that the expression moves with. */
  readonly column: number
  readonly lagMicros: bigint
}

/**
 * What the input's watermarks promise about an expression: a watermarked column, moved by constant intervals without
 * months, converted between TIMESTAMP and TIMESTAMPTZ (the same microseconds), or cut to the start or end of its window. Null
 * for anything else.
 */
export function watermarkLag(expression: Expression, watermarks: readonly WatermarkColumn[]): WatermarkLag | null {
  switch (expression.kind) {
    case 'column': {
      const found = watermarks.find(({ column }) => column === expression.index)
      return found ? { column: found.column, lagMicros: BigInt(found.lagMicros) } : null
    }
    case 'cast':
      return isInstant(expression) && isInstant(expression.operand)
        ? watermarkLag(expression.operand, watermarks)
        : null
    case 'binary': {
      const sign = expression.operator === 'add' ? 1n : expression.operator === 'subtract' ? -1n : null
      const shift = sign === null ? null : constantMicros(expression.right)
      const base = shift === null ? null : watermarkLag(expression.left, watermarks)
      return base && sign !== null && shift !== null ? { ...base, lagMicros: base.lagMicros - sign * shift } : null
    }
    case 'call':
      return windowLag(expression, watermarks)
    default:
      return null
  }
}

/** `tumble(time, size)` lies less than a size before the time; `window_end(start, size)` a size after the start. */
function windowLag(
  call: Expression & { readonly kind: 'call' },
  watermarks: readonly WatermarkColumn[],
): WatermarkLag | null {
  const [instant, sizeArgument] = call.arguments
  const size = sizeArgument && constantInterval(sizeArgument)
  const base = instant && size ? watermarkLag(instant, watermarks) : null
  if (!base || !size) return null
  if (call.name === 'tumble') return { ...base, lagMicros: base.lagMicros + microsMax(size) - 1n }
  return call.name === 'window_end' ? { ...base, lagMicros: base.lagMicros - microsMin(size) } : null
}

function isInstant({ type }: Expression): boolean {
  return type.kind === 'timestamp' || type.kind === 'timestamptz'
}

function constantMicros(expression: Expression): bigint | null {
  const interval = constantInterval(expression)
  return interval && fixedMicros(interval)
}
