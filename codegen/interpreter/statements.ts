import { unreachable } from '../../sql/base/assert.ts'
import type { Statement } from '../kernel/ir.ts'
import { compileCall, compileExpression, compilePlace } from './expressions.ts'
import type { Frame } from './expressions.ts'
import { memoryAccesses } from './memory.ts'

/**
 * Runs a statement and says how control goes on: 0 to the next statement, 1 out of the function, else out to the loop of a
 * label (`breakOf`, `continueOf`).
 */
export type Step = () => number

const next = 0
const returned = 1
const breakOf = (label: number): number => 2 * label + 2
const continueOf = (label: number): number => 2 * label + 3

/** Where a function leaves its value. */
export interface ResultHolder {
  value: number | bigint | boolean | undefined
}

export function compileBlock(frame: Frame, block: readonly Statement[], result: ResultHolder): Step {
  const steps = block
    .filter((statement) => statement.kind !== 'mark')
    .map((statement) => compileStatement(frame, statement, result))
  return () => {
    for (const step of steps) {
      const signal = step()
      if (signal !== next) return signal
    }
    return next
  }
}

type StatementOf<K extends Statement['kind']> = Extract<Statement, { readonly kind: K }>

function compileStatement(frame: Frame, statement: Statement, result: ResultHolder): Step {
  switch (statement.kind) {
    case 'let':
    case 'set':
      return compileAssignment(frame, statement)
    case 'store':
      return compileStore(frame, statement)
    case 'add_wide':
      return compileAddWide(frame, statement)
    case 'copy':
      return compileCopy(frame, statement)
    case 'if':
      return compileIf(frame, statement, result)
    case 'for':
      return compileFor(frame, statement, result)
    case 'while':
      return compileWhile(frame, statement, result)
    case 'break':
      return constantSignal(breakOf(statement.label))
    case 'continue':
      return constantSignal(continueOf(statement.label))
    case 'do': {
      const call = compileCall(frame, statement.call)
      return () => {
        call()
        return next
      }
    }
    case 'return':
      return compileReturn(frame, statement, result)
    case 'mark':
      return constantSignal(next)
    default:
      return unreachable(statement)
  }
}

function constantSignal(signal: number): Step {
  return () => signal
}

function compileAssignment(frame: Frame, statement: StatementOf<'let' | 'set'>): Step {
  const { slots } = frame
  const { id } = statement.variable
  const value = compileExpression(frame, statement.value)
  return () => {
    slots[id] = value()
    return next
  }
}

function compileStore(frame: Frame, statement: StatementOf<'store'>): Step {
  const { views } = frame
  const access = memoryAccesses[statement.memory]
  const place = compilePlace(frame, statement)
  const value = compileExpression(frame, statement.value)
  return () => {
    const address = place()
    access.write(views, address, value())
    return next
  }
}

/** By definition: the cell's value grows by the operand, the low word wraps and the high word counts the wraps. */
function compileAddWide(frame: Frame, statement: StatementOf<'add_wide'>): Step {
  const { views } = frame
  const { read, write } = memoryAccesses.i64
  const place = compilePlace(frame, {
    memory: 'i64',
    address: statement.address,
    offset: statement.offset,
    index: null,
  })
  const value = compileExpression(frame, statement.value)
  return () => {
    const address = place()
    const operand = value() as bigint
    const sum = (read(views, address) as bigint) + operand
    const low = BigInt.asIntN(64, sum)
    write(views, address, low)
    const wraps = (sum - low) >> 64n
    write(views, address + 8, BigInt.asIntN(64, (read(views, address + 8) as bigint) + wraps))
    return next
  }
}

function compileCopy(frame: Frame, statement: StatementOf<'copy'>): Step {
  const { views } = frame
  const { sizeBytes } = statement
  const to = compilePlace(frame, { memory: 'i64', address: statement.to, offset: statement.toOffset, index: null })
  const from = compilePlace(frame, {
    memory: 'i64',
    address: statement.from,
    offset: statement.fromOffset,
    index: null,
  })
  return () => {
    const target = to()
    const source = from()
    views.u8.copyWithin(target, source, source + sizeBytes)
    return next
  }
}

function compileIf(frame: Frame, statement: StatementOf<'if'>, result: ResultHolder): Step {
  const condition = compileExpression(frame, statement.condition)
  const then = compileBlock(frame, statement.then, result)
  const otherwise = compileBlock(frame, statement.otherwise, result)
  return () => (condition() === true ? then() : otherwise())
}

function compileFor(frame: Frame, statement: StatementOf<'for'>, result: ResultHolder): Step {
  const { slots } = frame
  const { id } = statement.variable
  const from = compileExpression(frame, statement.from)
  const to = compileExpression(frame, statement.to)
  const body = compileBlock(frame, statement.body, result)
  const signals = loopSignals(statement.label)
  return () => {
    const start = from() as number
    const end = to() as number
    for (let index = start; index < end; index++) {
      slots[id] = index
      const signal = body()
      if (signal === next || signal === signals.continues) continue
      return signal === signals.breaks ? next : signal
    }
    return next
  }
}

function compileWhile(frame: Frame, statement: StatementOf<'while'>, result: ResultHolder): Step {
  const condition = compileExpression(frame, statement.condition)
  const body = compileBlock(frame, statement.body, result)
  const signals = loopSignals(statement.label)
  return () => {
    while (condition() === true) {
      const signal = body()
      if (signal === next || signal === signals.continues) continue
      return signal === signals.breaks ? next : signal
    }
    return next
  }
}

function loopSignals(label: number): { readonly breaks: number; readonly continues: number } {
  return { breaks: breakOf(label), continues: continueOf(label) }
}

function compileReturn(frame: Frame, statement: StatementOf<'return'>, result: ResultHolder): Step {
  if (!statement.value) return constantSignal(returned)
  const value = compileExpression(frame, statement.value)
  return () => {
    result.value = value()
    return returned
  }
}
