import { InternalError } from '../../sql/base/diagnostic.ts'
import type { Expression } from '../kernel/ir.ts'
import { openAccess } from './access.ts'
import { emitCallTo } from './calls.ts'
import { cellAddress, copyWords } from './cells.ts'
import type { Access, FunctionScope } from './function-scope.ts'
import { assign, choose, infix, literal, wrap32, wrap64 } from './nodes.ts'
import type { Js } from './nodes.ts'
import { emitOperands } from './operands.ts'

/**
 * i128 values are the addresses of 16-byte cells (low i64, high i64): arithmetic on them is the library's. An address is good
 * until the statement in hand ends; variables and results have cells of their own.
 */
export function addressOf(scope: FunctionScope, expression: Expression): Js {
  switch (expression.kind) {
    case 'const':
      return cellAddress(scope, scope.unit.constant128(expression.value as bigint))
    case 'local': {
      const slot = scope.slot(expression.variable)
      if (slot.kind !== 'cell') throw new InternalError('an i128 variable is a cell')
      return cellAddress(scope, slot.offset)
    }
    case 'load':
      return accessAddress(scope, openAccess(scope, expression))
    case 'select': {
      const [condition, yes, no] = emitOperands(scope, [expression.condition, expression.yes, expression.no]) as [
        Js,
        Js,
        Js,
      ]
      return scope.bind('at', choose(condition, yes, no))
    }
    case 'unary':
    case 'library':
    case 'call': {
      const cell = scope.unit.cell(16)
      emitInto(scope, expression, cell)
      return cellAddress(scope, cell)
    }
    default:
      throw new InternalError(`no i128 ${expression.kind}`)
  }
}

/** Evaluates an i128 into a cell. */
export function emitInto(scope: FunctionScope, expression: Expression, cell: number): void {
  if (expression.kind === 'unary' && expression.operator === 'i128_from_i64') {
    const value = scope.stable('t', scope.emit(expression.operand))
    scope.push(assign(scope.cellElement(cell, 'i64'), value))
    scope.push(assign(scope.cellElement(cell + 8, 'i64'), wrap64(infix('>>', value, literal(63n)))))
    return
  }
  if (expression.kind === 'library' || expression.kind === 'call') {
    emitCallTo(scope, expression, cell)
    return
  }
  copyWords(scope, cellAddress(scope, cell), addressOf(scope, expression))
}

/** The address of an access's element as a name. */
export function accessAddress(scope: FunctionScope, access: Access): Js {
  const { base, index } = access
  const start = scope.emit(base)
  const moved = access.offset === 0 ? start : infix('+', start, literal(access.offset))
  if (!index) return scope.stable('at', moved === start ? start : wrap32(moved))
  return scope.bind('at', wrap32(infix('+', moved, infix('<<', index, literal(Math.log2(access.sizeBytes))))))
}
