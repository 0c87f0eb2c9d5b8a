import { unreachable } from '../../sql/base/assert.ts'
import { InternalError } from '../../sql/base/diagnostic.ts'
import { typeOf } from '../kernel/build.ts'
import type { Expression } from '../kernel/ir.ts'
import { loadFrom, openAccess } from './access.ts'
import { emitCall } from './calls.ts'
import { emitFloatBinary, emitFloatUnary } from './floats.ts'
import type { FunctionScope } from './function-scope.ts'
import { emitInteger32Binary, emitInteger32Unary } from './integers32.ts'
import { emitInteger64Binary, emitInteger64Unary } from './integers64.ts'
import { emitWide } from './integers128.ts'
import type { Code } from './module.ts'
import { emitOutside } from './ranges.ts'
import { emitPairEquality } from './word-pairs.ts'

/** Code of an expression that is no i128 (integers128.ts has those). Operands are evaluated once, left to right. */
export function emit(scope: FunctionScope, expression: Expression): Code {
  switch (expression.kind) {
    case 'const':
      return emitConstant(scope, expression)
    case 'local':
      return scope.read(expression.variable)
    case 'constant':
      return scope.unit.constantAddress(expression.index)
    case 'scratch': {
      const base = scope.unit.scratchBase()
      return expression.offset === 0 ? base : scope.code.i32.add(base, scope.code.i32.const(expression.offset))
    }
    case 'load': {
      const { memory } = expression
      if (memory === 'i128') throw new InternalError('an i128 is emitted as a pair')
      return loadFrom(scope, memory, openAccess(scope, expression))
    }
    case 'unary':
      return emitUnary(scope, expression)
    case 'binary':
      return emitBinary(scope, expression)
    case 'select':
      return emitSelect(scope, expression)
    case 'library':
    case 'call':
      return emitCall(scope, expression)
    default:
      return unreachable(expression)
  }
}

function emitConstant({ code }: FunctionScope, { type, value }: Expression & { readonly kind: 'const' }): Code {
  switch (type) {
    case 'i1':
      return code.i32.const(value === true ? 1 : 0)
    case 'i32':
      return code.i32.const(Number(value))
    case 'i64':
      return code.i64.const(BigInt(value))
    case 'f64':
      return code.f64.const(Number(value))
    case 'i128':
      throw new InternalError('an i128 is emitted as a pair')
    default:
      return unreachable(type)
  }
}

/** WebAssembly evaluates the condition last; a `select` whose parts have no effect does not notice. */
function emitSelect(scope: FunctionScope, { condition, yes, no }: Expression & { readonly kind: 'select' }): Code {
  const { code } = scope
  const decided = scope.temporary('i1')
  return code.block(
    null,
    [decided.set(emit(scope, condition)), code.select(decided.get(), emit(scope, yes), emit(scope, no))],
    scope.unit.typeOf(typeOf(yes)),
  )
}

function emitUnary(scope: FunctionScope, { operator, operand }: Expression & { readonly kind: 'unary' }): Code {
  const type = typeOf(operand)
  switch (type) {
    case 'i1':
    case 'i32':
      return emitInteger32Unary(scope, operator, emit(scope, operand))
    case 'i64':
      return emitInteger64Unary(scope, operator, emit(scope, operand))
    case 'f64':
      return emitFloatUnary(scope, operator, emit(scope, operand))
    case 'i128': {
      const { setup, low } = emitWide(scope, operand)
      return scope.code.block(null, [...setup, low()], scope.types.i64)
    }
    default:
      return unreachable(type)
  }
}

function emitBinary(scope: FunctionScope, { operator, left, right }: Expression & { readonly kind: 'binary' }): Code {
  const type = typeOf(left)
  const pair = operator === 'and' && type === 'i1' ? emitPairEquality(scope, left, right) : null
  if (pair !== null) return pair
  const outside = operator === 'or' && type === 'i1' ? emitOutside(scope, left, right) : null
  if (outside !== null) return outside
  const operands = {
    left: emit(scope, left),
    right: emit(scope, right),
    constant: right.kind === 'const' ? right.value : null,
  }
  switch (type) {
    case 'i1':
    case 'i32':
      return emitInteger32Binary(scope, operator, operands)
    case 'i64':
      return emitInteger64Binary(scope, operator, operands)
    case 'f64':
      return emitFloatBinary(scope, operator, operands)
    case 'i128':
      throw new InternalError(`${operator} of i128`)
    default:
      return unreachable(type)
  }
}
