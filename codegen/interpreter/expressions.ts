import type { Library } from '../../runtime/abi/library.ts'
import type { MemoryViews } from '../../runtime/abi/memory.ts'
import { must, unreachable } from '../../sql/base/assert.ts'
import { signatureOf, typeOf } from '../kernel/build.ts'
import type { Expression } from '../kernel/ir.ts'
import { memorySizeBytes } from '../kernel/operators.ts'
import { libraryCellCount } from '../kernel/scratch.ts'
import { memoryAccesses } from './memory.ts'
import { binaryMeanings, unaryMeanings } from './operators.ts'
import type { Value } from './operators.ts'

/** Evaluates an expression against the slots of its function. */
export type Thunk = () => Value

type Invoke = (parameters: readonly Value[]) => Value

/** What the closures of one function share. */
export interface Frame {
  readonly views: MemoryViews
  readonly library: Library
  readonly constants: readonly number[]
  readonly scratchBase: number
  /** Address of the cells through which i128 values meet the library. */
  readonly cellBase: number
  /** Variables by id. Functions do not recurse, so that one set is enough. */
  readonly slots: Value[]
  callee(name: string): Invoke
}

export function compileExpression(frame: Frame, expression: Expression): Thunk {
  switch (expression.kind) {
    case 'const':
      return always(expression.value)
    case 'local': {
      const { slots } = frame
      const { id } = expression.variable
      return () => slots[id] as Value
    }
    case 'constant':
      return always(must(frame.constants[expression.index], 'a constant'))
    case 'scratch':
      return always(frame.scratchBase + expression.offset)
    case 'load': {
      const { views } = frame
      const access = memoryAccesses[expression.memory]
      const address = compilePlace(frame, expression)
      return () => access.read(views, address())
    }
    case 'unary': {
      const operate = must(unaryMeanings[typeOf(expression.operand)][expression.operator], expression.operator)
      const operand = compileExpression(frame, expression.operand)
      return () => operate(operand())
    }
    case 'binary': {
      const operate = must(binaryMeanings[typeOf(expression.left)][expression.operator], expression.operator)
      const left = compileExpression(frame, expression.left)
      const right = compileExpression(frame, expression.right)
      return () => operate(left(), right())
    }
    case 'select':
      return compileSelect(frame, expression)
    case 'library':
    case 'call':
      return compileCall(frame, expression)
    default:
      return unreachable(expression)
  }
}

function always(value: Value): Thunk {
  return () => value
}

function compileSelect(frame: Frame, expression: Expression & { readonly kind: 'select' }): Thunk {
  const condition = compileExpression(frame, expression.condition)
  const yes = compileExpression(frame, expression.yes)
  const no = compileExpression(frame, expression.no)
  return () => {
    const decided = condition()
    const first = yes()
    const second = no()
    return decided === true ? first : second
  }
}

/** The byte address of a load or store. */
export function compilePlace(
  frame: Frame,
  place: {
    readonly memory: keyof typeof memorySizeBytes
    readonly address: Expression
    readonly offset: number
    readonly index: Expression | null
  },
): () => number {
  const base = compileExpression(frame, place.address)
  const { offset } = place
  if (!place.index) return () => (base() as number) + offset
  const index = compileExpression(frame, place.index)
  const sizeBytes = memorySizeBytes[place.memory]
  return () => (base() as number) + offset + (index() as number) * sizeBytes
}

export function compileCall(frame: Frame, expression: Expression & { readonly kind: 'library' | 'call' }): Thunk {
  const parameters = expression.arguments.map((argument) => compileExpression(frame, argument))
  const evaluate = (): Value[] => parameters.map((parameter) => parameter())
  const invoke = expression.kind === 'library' ? compileLibrary(frame, expression) : frame.callee(expression.function)
  return () => invoke(evaluate())
}

/** i128 goes in and out by address; truth values come back as booleans or numbers. */
function compileLibrary(frame: Frame, expression: Expression & { readonly kind: 'library' }): Invoke {
  const { parameters, result } = signatureOf(expression.name)
  const implementation = frame.library[expression.name] as (...values: Value[]) => Value
  const cell = (index: number): number => frame.cellBase + 16 * index
  const wide = memoryAccesses.i128
  const convert = (value: Value, index: number): Value => {
    if (parameters[index] !== 'i128') return value
    wide.write(frame.views, cell(index), value)
    return cell(index)
  }
  const resultCell = cell(libraryCellCount - 1)
  if (result === 'i128') {
    return (values) => {
      implementation(...values.map(convert), resultCell)
      return wide.read(frame.views, resultCell)
    }
  }
  if (result === 'i1') return (values) => Boolean(implementation(...values.map(convert)))
  return (values) => implementation(...values.map(convert))
}
