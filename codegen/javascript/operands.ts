import { typeOf } from '../kernel/build.ts'
import type { Expression } from '../kernel/ir.ts'
import { openAccess, reference } from './access.ts'
import { cellAddress } from './cells.ts'
import { isStable } from './function-scope.ts'
import type { FunctionScope } from './function-scope.ts'
import { infix, literal } from './nodes.ts'
import type { Js } from './nodes.ts'

/** Evaluates operands in order: what stands before a call with an effect is bound first. */
export function emitOperands(scope: FunctionScope, expressions: readonly Expression[]): Js[] {
  const lastEffect = expressions.findLastIndex((expression) => scope.effects.has(expression))
  return expressions.map((expression, index) => {
    if (index >= lastEffect) return scope.emit(expression)
    return typeOf(expression) === 'i128' ? keep128(scope, expression) : scope.stable('t', scope.emit(expression))
  })
}

export function emitPair(scope: FunctionScope, left: Expression, right: Expression): readonly [Js, Js] {
  if (!scope.effects.has(right)) return [scope.emit(left), scope.emit(right)]
  const [first, second] = emitOperands(scope, [left, right])
  return [first as Js, second as Js]
}

/** For operands that are used twice. */
export function stablePair(scope: FunctionScope, left: Expression, right: Expression): readonly [Js, Js] {
  const [first, second] = emitPair(scope, left, right)
  if (isStable(first) && isStable(second)) return [first, second]
  const bound = scope.stable('t', first)
  return [bound, scope.stable('t', second)]
}

/** 1 for true, 0 for false; a byte that is loaded as a truth value is that number already. */
export function numberOfTruth(scope: FunctionScope, expression: Expression): Js {
  if (expression.kind === 'load' && expression.memory === 'bool') {
    return reference(scope, openAccess(scope, expression), { view: 'u8' })
  }
  if (expression.kind === 'const') return literal(expression.value === true ? 1 : 0)
  const isConjunction =
    expression.kind === 'binary' && expression.operator === 'and' && typeOf(expression.left) === 'i1'
  if (isConjunction && !scope.effects.has(expression)) {
    return infix('&', numberOfTruth(scope, expression.left), numberOfTruth(scope, expression.right))
  }
  // not `? 1 : 0`: V8 makes a branch of that, and a mispredicted one costs more than everything around it
  return infix('|', scope.emit(expression), literal(0))
}

/** A copy that later stores and calls do not change. */
function keep128(scope: FunctionScope, expression: Expression): Js {
  const cell = scope.unit.cell(16)
  scope.emitInto(expression, cell)
  return cellAddress(scope, cell)
}
