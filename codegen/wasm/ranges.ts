import type { Expression, Variable } from '../kernel/ir.ts'
import type { FunctionScope } from './function-scope.ts'
import type { Code } from './module.ts'

interface Bound {
  readonly variable: Variable
  readonly limit: bigint
}

/** `x < min | x > max`, signed, is one unsigned comparison: of the way from min to x with that from min to max. Null for anything else. */
export function emitOutside(scope: FunctionScope, left: Expression, right: Expression): Code | null {
  const [low, high] = [boundOf(left, 'lt_s'), boundOf(right, 'gt_s')]
  if (low === null || high?.variable.id !== low.variable.id || low.limit > high.limit) return null
  const { i32, i64 } = scope.code
  const value = scope.read(low.variable)
  const way = high.limit - low.limit
  return low.variable.type === 'i64'
    ? i64.gt_u(i64.sub(value, i64.const(low.limit)), i64.const(BigInt.asIntN(64, way)))
    : i32.gt_u(i32.sub(value, i32.const(Number(low.limit))), i32.const(Number(way) | 0))
}

function boundOf(expression: Expression, operator: 'lt_s' | 'gt_s'): Bound | null {
  if (expression.kind !== 'binary' || expression.operator !== operator) return null
  const { left, right } = expression
  if (left.kind !== 'local' || right.kind !== 'const') return null
  const { variable } = left
  if (variable.type !== 'i32' && variable.type !== 'i64') return null
  return { variable, limit: BigInt(right.value) }
}
