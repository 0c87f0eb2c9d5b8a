import { InternalError } from '../../sql/base/diagnostic.ts'
import type { BinaryOperator, Expression, UnaryOperator } from '../kernel/ir.ts'
import type { FunctionScope } from './function-scope.ts'
import { infix, literal, mathCall, wrap32 } from './nodes.ts'
import type { Js } from './nodes.ts'
import { emitPair, stablePair } from './operands.ts'
import { comparisonSymbol } from './symbols.ts'

/** i32 arithmetic: JavaScript's own operators, wrapped by `| 0`. */
export function emitI32Unary(scope: FunctionScope, operator: UnaryOperator, operand: Expression): Js {
  const value = scope.emit(operand)
  if (operator === 'eqz') return infix('===', value, literal(0))
  if (operator === 'i32_trunc_f64') return wrap32(value)
  if (operator === 'f64_from_i32_s') return value
  throw new InternalError(`no i32 operator ${operator}`)
}

export function emitI32Binary(scope: FunctionScope, expression: Expression & { readonly kind: 'binary' }): Js {
  switch (expression.operator) {
    case 'add_overflows':
    case 'sub_overflows':
    case 'mul_overflows':
      return emitOverflow(scope, expression)
    default: {
      const [left, right] = emitPair(scope, expression.left, expression.right)
      return emitOperator(expression.operator, left, right)
    }
  }
}

function emitOperator(operator: BinaryOperator, left: Js, right: Js): Js {
  const comparison = comparisonSymbol(operator)
  if (comparison === null) return emitArithmetic(operator, left, right)
  switch (operator) {
    case 'lt_u':
    case 'le_u':
    case 'gt_u':
    case 'ge_u':
      return infix(comparison, asUnsigned(left), asUnsigned(right))
    default:
      return infix(comparison, left, right)
  }
}

function emitArithmetic(operator: BinaryOperator, left: Js, right: Js): Js {
  switch (operator) {
    case 'add':
      return wrap32(infix('+', left, right))
    case 'sub':
      return wrap32(infix('-', left, right))
    case 'mul':
      return mathCall('imul', [left, right])
    case 'div_s':
      return wrap32(infix('/', left, right))
    case 'div_u':
      return wrap32(infix('/', asUnsigned(left), asUnsigned(right)))
    case 'rem_s':
      return wrap32(infix('%', left, right))
    case 'rem_u':
      return wrap32(infix('%', asUnsigned(left), asUnsigned(right)))
    case 'and':
      return infix('&', left, right)
    case 'or':
      return infix('|', left, right)
    case 'xor':
      return infix('^', left, right)
    case 'shl':
      return infix('<<', left, right)
    case 'shr_s':
      return infix('>>', left, right)
    case 'shr_u':
      return wrap32(infix('>>>', left, right))
    default:
      throw new InternalError(`no i32 operator ${operator}`)
  }
}

/** Addition and subtraction by the signs of operands and result; a product by comparing it with its wrapped self. */
function emitOverflow(scope: FunctionScope, expression: Expression & { readonly kind: 'binary' }): Js {
  const [left, right] = stablePair(scope, expression.left, expression.right)
  if (expression.operator === 'mul_overflows')
    return infix('!==', infix('*', left, right), mathCall('imul', [left, right]))
  const isAdd = expression.operator === 'add_overflows'
  const result = scope.bind('t', wrap32(infix(isAdd ? '+' : '-', left, right)))
  const signs = isAdd
    ? infix('&', infix('^', left, result), infix('^', right, result))
    : infix('&', infix('^', left, right), infix('^', left, result))
  return infix('<', signs, literal(0))
}

function asUnsigned(value: Js): Js {
  return infix('>>>', value, literal(0))
}
