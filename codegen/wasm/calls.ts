import { signatureOf, typeOf } from '../kernel/build.ts'
import type { Expression } from '../kernel/ir.ts'
import type { FunctionScope, Wide } from './function-scope.ts'
import type { Code } from './module.ts'

type Call = Expression & { readonly kind: 'library' | 'call' }

/** A call whose value is no i128, or that has none. */
export function emitCall(scope: FunctionScope, call: Call): Code {
  const { setup, code, type } = openCall(scope, call)
  return setup.length === 0 ? code : scope.code.block(null, [...setup, code], type)
}

/** A call that gives an i128. */
export function emitWideCall(scope: FunctionScope, call: Call): Wide {
  const { setup, code, resultCell } = openCall(scope, call)
  if (resultCell === null) {
    const pair = openPair(scope, code)
    return { ...pair, setup: [...setup, ...pair.setup] }
  }
  const { i64 } = scope.code
  const low = scope.temporary('i64')
  const high = scope.temporary('i64')
  const read = [
    low.set(i64.load(resultCell, 8, scope.unit.scratchBase())),
    high.set(i64.load(resultCell + 8, 8, scope.unit.scratchBase())),
  ]
  return { setup: [...setup, code, ...read], low: low.get, high: high.get }
}

/** A call for its effect. */
export function emitCallStatement(scope: FunctionScope, call: Call): Code {
  const { setup, code, type } = openCall(scope, call)
  return scope.code.block(null, [...setup, type === scope.types.none ? code : scope.code.drop(code)])
}

interface OpenCall {
  readonly setup: readonly Code[]
  readonly code: Code
  readonly type: number
  /** Offset in scratch where an imported function leaves its i128; null when the call has another value or none. */
  readonly resultCell: number | null
}

function openCall(scope: FunctionScope, call: Call): OpenCall {
  if (call.kind === 'call') {
    const { result } = scope.unit.function(call.function)
    const { setup, values } = passValues(scope, call.arguments)
    const type = scope.unit.typeOf(result)
    return { setup, code: scope.code.call(`function_${call.function}`, values, type), type, resultCell: null }
  }
  const target = scope.unit.library(call.name, call.arguments)
  const { result } = signatureOf(call.name)
  if (target.kind === 'native') {
    const { setup, values } = passValues(scope, call.arguments)
    const type = scope.unit.typeOf(result)
    return { setup, code: scope.code.call(target.name, values, type), type, resultCell: null }
  }
  return openImportedCall(scope, target.name, call)
}

/** i128 arguments travel in cells of the scratch area, the result in the cell after them. */
function openImportedCall(scope: FunctionScope, name: string, call: Call & { readonly kind: 'library' }): OpenCall {
  const { unit, code, types } = scope
  const { result } = signatureOf(call.name)
  const { setup, values, cellCount } = passCells(scope, call.arguments)
  const resultCell = result === 'i128' ? unit.cellsOffset + 16 * cellCount : null
  const type = result === 'i128' ? types.none : unit.typeOf(result)
  const passed = resultCell === null ? values : [...values, cellAddress(scope, resultCell)]
  return { setup, code: code.call(name, passed, type), type, resultCell }
}

interface Passed {
  readonly setup: readonly Code[]
  readonly values: readonly Code[]
}

/** i128 as two values. Where one needs setup, all arguments go through locals, so that they are evaluated in order. */
function passValues(scope: FunctionScope, parameters: readonly Expression[]): Passed {
  if (!parameters.some(isWide)) return { setup: [], values: parameters.map((parameter) => scope.emit(parameter)) }
  const setup: Code[] = []
  const values = parameters.flatMap((parameter) => {
    if (isWide(parameter)) {
      const wide = scope.emitWide(parameter)
      setup.push(...wide.setup)
      return [wide.low(), wide.high()]
    }
    return [hold(scope, setup, parameter)]
  })
  return { setup, values }
}

/** i128 as the address of a cell. Cells are filled after all arguments have been evaluated: an argument may be such a call itself. */
function passCells(scope: FunctionScope, parameters: readonly Expression[]): Passed & { readonly cellCount: number } {
  if (!parameters.some(isWide)) return { ...passValues(scope, parameters), cellCount: 0 }
  const { i64 } = scope.code
  const setup: Code[] = []
  const fill: Code[] = []
  let cellCount = 0
  const values = parameters.map((parameter) => {
    if (!isWide(parameter)) return hold(scope, setup, parameter)
    const wide = scope.emitWide(parameter)
    const cell = scope.unit.cellsOffset + 16 * cellCount
    cellCount += 1
    setup.push(...wide.setup)
    fill.push(
      i64.store(cell, 8, scope.unit.scratchBase(), wide.low()),
      i64.store(cell + 8, 8, scope.unit.scratchBase(), wide.high()),
    )
    return cellAddress(scope, cell)
  })
  return { setup: [...setup, ...fill], values, cellCount }
}

function hold(scope: FunctionScope, setup: Code[], parameter: Expression): Code {
  if (parameter.kind === 'const') return scope.emit(parameter)
  const type = typeOf(parameter)
  const held = scope.temporary(type === 'i128' ? 'pair' : type)
  setup.push(held.set(scope.emit(parameter)))
  return held.get()
}

function isWide(expression: Expression): boolean {
  return typeOf(expression) === 'i128'
}

function cellAddress({ code, unit }: FunctionScope, offset: number): Code {
  return code.i32.add(unit.scratchBase(), code.i32.const(offset))
}

/** A pair as a function gives it, taken apart. */
function openPair(scope: FunctionScope, pair: Code): Wide {
  const whole = scope.temporary('pair')
  const { tuple } = scope.code
  return {
    setup: [whole.set(pair)],
    low: () => tuple.extract(whole.get(), 0),
    high: () => tuple.extract(whole.get(), 1),
  }
}
