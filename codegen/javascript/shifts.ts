import type { Expression } from '../kernel/ir.ts'
import type { FunctionScope } from './function-scope.ts'
import { assign, choose, infix, literal, unsigned64, wrap32, wrap64 } from './nodes.ts'
import type { Js } from './nodes.ts'
import { emitPair } from './operands.ts'

type Shift = Expression & { readonly kind: 'binary' }

/** i64 shifts. V8 shifts registers only by constant counts; by others it would allocate, so those work on halves. */
export function emitShift(scope: FunctionScope, expression: Shift): Js {
  const { operator, right } = expression
  if (right.kind !== 'const') return shiftHalves(scope, expression)
  const count = literal(BigInt.asUintN(6, right.value as bigint))
  const left = scope.emit(expression.left)
  if (operator === 'shl') return wrap64(infix('<<', left, count))
  return wrap64(infix('>>', operator === 'shr_u' ? unsigned64(left) : left, count))
}

/** Both halves by cases of the count: 32 and more, or less; `>>> 1 >>> 31 - n` is `>>> 32 - n` that also holds for n = 0. */
function shiftHalves(scope: FunctionScope, expression: Shift): Js {
  const [left, right] = emitPair(scope, expression.left, expression.right)
  const value = spillTo(scope, left)
  const count = scope.bind('n', infix('&', spillTo(scope, right).low, literal(63)))
  const isFar = infix('>', count, literal(31))
  const rest = infix('-', literal(31), count)
  const { low, high } = value
  const cell = scope.unit.cell(8)
  const put = (newLow: Js, newHigh: Js): void => {
    scope.push(assign(scope.cellElement(cell, 'i32'), newLow))
    scope.push(assign(scope.cellElement(cell + 4, 'i32'), newHigh))
  }
  if (expression.operator === 'shl') {
    const carried = infix('>>>', infix('>>>', low, literal(1)), rest)
    put(
      choose(isFar, literal(0), infix('<<', low, count)),
      choose(isFar, infix('<<', low, count), infix('|', infix('<<', high, count), carried)),
    )
  } else {
    const down = expression.operator === 'shr_s' ? '>>' : '>>>'
    const filled = expression.operator === 'shr_s' ? infix('>>', high, literal(31)) : literal(0)
    const carried = infix('<<', infix('<<', high, literal(1)), rest)
    put(
      wrap32(choose(isFar, infix(down, high, count), infix('|', infix('>>>', low, count), carried))),
      wrap32(choose(isFar, filled, infix(down, high, count))),
    )
  }
  return scope.bind('t', scope.cellElement(cell, 'i64'))
}

function spillTo(scope: FunctionScope, value: Js): { readonly low: Js; readonly high: Js } {
  const cell = scope.unit.cell(8)
  scope.push(assign(scope.cellElement(cell, 'i64'), value))
  return {
    low: scope.bind('low', scope.cellElement(cell, 'i32')),
    high: scope.bind('high', scope.cellElement(cell + 4, 'i32')),
  }
}
