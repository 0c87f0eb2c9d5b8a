import type { MemoryType } from '../../runtime/abi/library.ts'
import { unreachable } from '../../sql/base/assert.ts'
import { typeOf } from '../kernel/build.ts'
import type { Expression, Variable } from '../kernel/ir.ts'
import { openAccess, reference } from './access.ts'
import { emitCall } from './calls.ts'
import { emitFloatBinary, emitFloatUnary } from './floats.ts'
import type { FunctionScope } from './function-scope.ts'
import { emitI32Binary, emitI32Unary } from './integers32.ts'
import { emitI64Binary, emitI64Unary, wholeOf } from './integers64.ts'
import { addressOf } from './integers128.ts'
import { bigintOf, both, choose, either, infix, literal, not, wrap64 } from './nodes.ts'
import type { Js, ViewName } from './nodes.ts'
import { emitOperands, emitPair, numberOfTruth } from './operands.ts'
import { unaryRules } from '../kernel/operators.ts'
import { scratchBase } from './unit-scope.ts'

/**
 * JavaScript for an expression: i1 as a boolean, i32 and f64 as numbers, i64 as a BigInt in its range, i128 as the
 * address of a cell. May push statements before the one in hand; what it pushes has no effect but calls in their order.
 */
export function emit(scope: FunctionScope, expression: Expression): Js {
  switch (expression.kind) {
    case 'const':
      return expression.type === 'i128' ? addressOf(scope, expression) : literal(expression.value)
    case 'local':
      return emitLocal(scope, expression.variable)
    case 'constant':
      return scope.unit.fixedAddress(expression, 0, 0)
    case 'scratch':
      return scope.unit.fixedAddress(scratchBase, expression.offset, 0)
    case 'load':
      return emitLoad(scope, expression)
    case 'unary':
      return emitUnary(scope, expression)
    case 'binary':
      return emitBinary(scope, expression)
    case 'select':
      return emitSelect(scope, expression)
    case 'library':
    case 'call':
      return emitCallValue(scope, expression)
    default:
      return unreachable(expression)
  }
}

function emitLocal(scope: FunctionScope, variable: Variable): Js {
  const slot = scope.slot(variable)
  if (slot.kind === 'plain') return slot.name
  if (variable.type === 'i128') return addressOf(scope, { kind: 'local', variable })
  if (slot.kind === 'cell') return scope.cellElement(slot.offset, variable.type === 'f64' ? 'f64' : 'i64')
  return wholeOf(scope, slot)
}

const plainViews: Readonly<Record<Exclude<MemoryType, 'bool' | 'i128' | 'u32'>, ViewName>> = {
  i8: 'i8',
  u8: 'u8',
  i16: 'i16',
  u16: 'u16',
  i32: 'i32',
  i64: 'i64',
  f32: 'f32',
  f64: 'f64',
}

function emitLoad(scope: FunctionScope, expression: Expression & { readonly kind: 'load' }): Js {
  const { memory } = expression
  if (memory === 'i128') return addressOf(scope, expression)
  const access = openAccess(scope, expression)
  if (memory === 'bool') return infix('!==', reference(scope, access, { view: 'u8' }), literal(0))
  if (memory === 'u32') return wrap64(bigintOf(reference(scope, access, { view: 'u32' })))
  return reference(scope, access, { view: plainViews[memory] })
}

function emitUnary(scope: FunctionScope, expression: Expression & { readonly kind: 'unary' }): Js {
  const { operator, operand } = expression
  if (operator === 'not') return not(emit(scope, operand))
  if (operator === 'i1_from_i32') return infix('!==', emit(scope, operand), literal(0))
  if (operator === 'i32_from_i1') return numberOfTruth(scope, operand)
  if (unaryRules[operator].result === 'i128') return addressOf(scope, expression)
  const type = typeOf(operand)
  if (type === 'i64' || unaryRules[operator].result === 'i64') return emitI64Unary(scope, operator, operand)
  return type === 'f64' && operator !== 'i32_trunc_f64'
    ? emitFloatUnary(scope, operator, operand)
    : emitI32Unary(scope, operator, operand)
}

function emitBinary(scope: FunctionScope, expression: Expression & { readonly kind: 'binary' }): Js {
  const type = typeOf(expression.left)
  if (type === 'i1') return emitTruthBinary(scope, expression)
  if (type === 'i32') return emitI32Binary(scope, expression)
  return type === 'i64' ? emitI64Binary(scope, expression) : emitFloatBinary(scope, expression)
}

/** Operands have no effect left when they are joined, so that short circuits change nothing. */
function emitTruthBinary(scope: FunctionScope, expression: Expression & { readonly kind: 'binary' }): Js {
  const [left, right] = emitPair(scope, expression.left, expression.right)
  switch (expression.operator) {
    case 'and':
      return both(left, right)
    case 'or':
      return either(left, right)
    case 'eq':
      return infix('===', left, right)
    default:
      return infix('!==', left, right)
  }
}

function emitSelect(scope: FunctionScope, expression: Expression & { readonly kind: 'select' }): Js {
  const type = typeOf(expression)
  if (type === 'i128') return addressOf(scope, expression)
  const operands = emitOperands(scope, [expression.condition, expression.yes, expression.no])
  const [condition, yes, no] = operands as [Js, Js, Js]
  if (type !== 'i64') return choose(condition, yes, no)
  const decided = scope.stable('t', condition)
  const first = scope.stable('t', yes)
  return wrap64(choose(decided, first, scope.stable('t', no)))
}

/** A call with an effect runs where it stands: its value is bound at once. */
function emitCallValue(scope: FunctionScope, expression: Expression & { readonly kind: 'library' | 'call' }): Js {
  const value = emitCall(scope, expression)
  return scope.effects.has(expression) ? scope.stable('t', value) : value
}
