import { InternalError } from '../../sql/base/diagnostic.ts'
import type { Expression } from '../kernel/ir.ts'
import { openAccess } from './access.ts'
import { emitWideCall } from './calls.ts'
import type { FunctionScope, Wide } from './function-scope.ts'
import type { Code } from './module.ts'

/** i128 values: two i64 locals. The IR only moves them; arithmetic is the decimal library's (native/decimal.ts). */
export function emitWide(scope: FunctionScope, expression: Expression): Wide {
  switch (expression.kind) {
    case 'const':
      return constantWide(scope, BigInt(expression.value))
    case 'local':
      return scope.readWide(expression.variable)
    case 'load':
      return loadWide(scope, expression)
    case 'select':
      return selectWide(scope, expression)
    case 'unary':
      if (expression.operator === 'i128_from_i64') return extendWide(scope, scope.emit(expression.operand))
      throw new InternalError(`${expression.operator} gives no i128`)
    case 'library':
    case 'call':
      return emitWideCall(scope, expression)
    default:
      throw new InternalError(`${expression.kind} gives no i128`)
  }
}

function constantWide({ code }: FunctionScope, value: bigint): Wide {
  return {
    setup: [],
    low: () => code.i64.const(BigInt.asIntN(64, value)),
    high: () => code.i64.const(BigInt.asIntN(64, value >> 64n)),
  }
}

function loadWide(scope: FunctionScope, expression: Expression & { readonly kind: 'load' }): Wide {
  const { pointer, offset } = openAccess(scope, expression)
  const { i64 } = scope.code
  const at = scope.temporary('i32')
  const low = scope.temporary('i64')
  const high = scope.temporary('i64')
  const setup = [at.set(pointer), low.set(i64.load(offset, 8, at.get())), high.set(i64.load(offset + 8, 8, at.get()))]
  return { setup, low: low.get, high: high.get }
}

function selectWide(scope: FunctionScope, { condition, yes, no }: Expression & { readonly kind: 'select' }): Wide {
  const decided = scope.temporary('i1')
  const test = decided.set(scope.emit(condition))
  const taken = scope.emitWide(yes)
  const other = scope.emitWide(no)
  const low = scope.temporary('i64')
  const high = scope.temporary('i64')
  const setup = [
    test,
    ...taken.setup,
    ...other.setup,
    low.set(scope.code.select(decided.get(), taken.low(), other.low())),
    high.set(scope.code.select(decided.get(), taken.high(), other.high())),
  ]
  return { setup, low: low.get, high: high.get }
}

function extendWide(scope: FunctionScope, value: Code): Wide {
  const low = scope.temporary('i64')
  const { i64 } = scope.code
  return { setup: [low.set(value)], low: low.get, high: () => i64.shr_s(low.get(), i64.const(63n)) }
}
