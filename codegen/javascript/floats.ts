import { InternalError } from '../../sql/base/diagnostic.ts'
import type { Expression, UnaryOperator } from '../kernel/ir.ts'
import type { FunctionScope } from './function-scope.ts'
import { both, choose, infix, literal, mathCall, negate } from './nodes.ts'
import type { Js } from './nodes.ts'
import { emitPair } from './operands.ts'
import { arithmeticSymbol, comparisonSymbol } from './symbols.ts'

export function emitFloatUnary(scope: FunctionScope, operator: UnaryOperator, operand: Expression): Js {
  const value = scope.emit(operand)
  switch (operator) {
    case 'neg':
      return negate(value)
    case 'to_f32':
      return mathCall('fround', [value])
    case 'nearest':
      return emitNearest(scope, value)
    case 'abs':
    case 'sqrt':
    case 'floor':
    case 'ceil':
    case 'trunc':
      return mathCall(operator, [value])
    default:
      throw new InternalError(`no f64 operator ${operator}`)
  }
}

/** From here on every f64 is an integer. */
const integersFrom = 2 ** 52

/** Rounds half to even: adding and subtracting 2^52 does it for |x| < 2^52; the sign is put back, zeros, NaN and great values stay. */
function emitNearest(scope: FunctionScope, operand: Js): Js {
  const value = scope.stable('t', operand)
  const round = (positive: Js): Js => infix('-', infix('+', positive, literal(integersFrom)), literal(integersFrom))
  const isFraction = both(infix('<', mathCall('abs', [value]), literal(integersFrom)), infix('!==', value, literal(0)))
  return choose(isFraction, choose(infix('<', value, literal(0)), negate(round(negate(value))), round(value)), value)
}

export function emitFloatBinary(scope: FunctionScope, expression: Expression & { readonly kind: 'binary' }): Js {
  const [left, right] = emitPair(scope, expression.left, expression.right)
  const { operator } = expression
  if (operator === 'min' || operator === 'max') return mathCall(operator, [left, right])
  const symbol = comparisonSymbol(operator) ?? arithmeticSymbol(operator)
  if (symbol === null) throw new InternalError(`no f64 operator ${operator}`)
  return infix(symbol, left, right)
}
