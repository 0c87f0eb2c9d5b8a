import type { Expression } from '../../sql/plan/logical-plan.ts'
import { fixedMicros } from '../../sql/plan/interval.ts'
import type { WatermarkColumn } from './stream-plan.ts'

/** A promise on an expression: a row that comes after watermark W has `expression >= W - lagMicros`. */
export interface WatermarkLag {
  /** The watermarked input column that the expression moves with. */
  readonly column: number
  readonly lagMicros: bigint
}

/**
 * What the input's watermarks promise about an expression: a watermarked column, moved by constant intervals without
 * months, and converted between TIMESTAMP and TIMESTAMPTZ (the same microseconds). Null for anything else.
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
    default:
      return null
  }
}

function isInstant({ type }: Expression): boolean {
  return type.kind === 'timestamp' || type.kind === 'timestamptz'
}

function constantMicros(expression: Expression): bigint | null {
  const { kind } = expression
  if (kind !== 'literal' || expression.value === null || typeof expression.value !== 'object') return null
  return fixedMicros(expression.value)
}
