import { InternalError } from '../../sql/base/diagnostic.ts'
import { signatureOf, typeOf } from '../kernel/build.ts'
import type { Expression } from '../kernel/ir.ts'
import type { FunctionScope } from './function-scope.ts'
import { cellAddress, copyWords } from './cells.ts'
import { assign, callOf, expressionStatement } from './nodes.ts'
import type { Js } from './nodes.ts'
import { emitOperands } from './operands.ts'

type Call = Expression & { readonly kind: 'library' | 'call' }

/** A call whose value (if any) is i1, i32, i64 or f64. A call without value is returned to be used as a statement. */
export function emitCall(scope: FunctionScope, call: Call): Js {
  if (call.kind === 'library') {
    if (signatureOf(call.name).result === 'i128') return intoCell(scope, call)
    return callOf(scope.unit.library(call.name), emitOperands(scope, call.arguments))
  }
  const cells = scope.unit.functionCells(call.function)
  const called = callOf(cells.name, passArguments(scope, call))
  if (cells.result === null) return called
  scope.push(expressionStatement(called))
  if (call.result === 'i128') return cellAddress(scope, cells.result)
  return scope.bind('t', scope.cellElement(cells.result, call.result === 'f64' ? 'f64' : 'i64'))
}

/** A call with an i128 value, which goes to the cell. */
export function emitCallTo(scope: FunctionScope, call: Call, cell: number): void {
  if (call.kind === 'call') {
    copyWords(scope, cellAddress(scope, cell), emitCall(scope, call))
    return
  }
  const parameters = [...emitOperands(scope, call.arguments), cellAddress(scope, cell)]
  scope.push(expressionStatement(callOf(scope.unit.library(call.name), parameters)))
}

function intoCell(scope: FunctionScope, call: Call): Js {
  const cell = scope.unit.cell(16)
  emitCallTo(scope, call, cell)
  return cellAddress(scope, cell)
}

/** Stores what travels in cells, after all arguments have been evaluated; returns the rest. */
function passArguments(scope: FunctionScope, call: Call & { readonly kind: 'call' }): readonly Js[] {
  const cells = scope.unit.functionCells(call.function).parameters
  const evaluated = emitOperands(scope, call.arguments)
  const values = cells.some((cell) => cell !== null) ? evaluated.map((value) => scope.stable('t', value)) : evaluated
  const passed: Js[] = []
  for (const [index, value] of values.entries()) {
    const argument = call.arguments[index]
    const cell = cells[index]
    if (argument === undefined || cell === undefined)
      throw new InternalError('arguments and parameters differ in number')
    if (cell === null) passed.push(value)
    else storeArgument(scope, { cell, value, type: typeOf(argument) })
  }
  return passed
}

function storeArgument(
  scope: FunctionScope,
  passing: { readonly cell: number; readonly value: Js; readonly type: string },
): void {
  const { cell, value, type } = passing
  if (type === 'i128') copyWords(scope, cellAddress(scope, cell), value)
  else scope.push(assign(scope.cellElement(cell, type === 'f64' ? 'f64' : 'i64'), value))
}
