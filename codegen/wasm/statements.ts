import { unreachable } from '../../sql/base/assert.ts'
import { typeOf } from '../kernel/build.ts'
import type { Statement } from '../kernel/ir.ts'
import { openAccess, storeTo } from './access.ts'
import { emitCallStatement } from './calls.ts'
import { emit } from './expressions.ts'
import type { FunctionScope } from './function-scope.ts'
import { emitWide } from './integers128.ts'
import type { Code } from './module.ts'
import { findRareExits } from './rare-exits.ts'
import { planSums } from './sum-plan.ts'
import { emitSumLoop } from './sums.ts'
import { planVectors } from './vector-plan.ts'
import { emitVectorLoop } from './vectors.ts'
import { emitWordPair, isWordPair } from './word-pairs.ts'

type StatementOf<K extends Statement['kind']> = Extract<Statement, { readonly kind: K }>

export function emitBlock(scope: FunctionScope, block: readonly Statement[]): Code {
  const codes: Code[] = []
  for (let index = 0; index < block.length; index++) {
    const statement = block[index] as Statement
    const next = block[index + 1]
    if (statement.kind === 'mark') scope.mark(statement)
    else if (next && isWordPair(statement, next)) {
      codes.push(scope.marked(emitWordPair(scope, statement, next)))
      index += 1
    } else codes.push(scope.marked(emitStatement(scope, statement)))
  }
  return scope.code.block(null, codes)
}

function emitStatement(scope: FunctionScope, statement: Exclude<Statement, { readonly kind: 'mark' }>): Code {
  const { code } = scope
  switch (statement.kind) {
    case 'let':
      scope.declare(statement.variable)
      return emitAssignment(scope, statement)
    case 'set':
      return emitAssignment(scope, statement)
    case 'store':
      return emitStore(scope, statement)
    case 'add_wide':
      return emitAddWide(scope, statement)
    case 'copy':
      return emitCopy(scope, statement)
    case 'if': {
      const test = emit(scope, statement.condition)
      const then = emitBlock(scope, statement.then)
      return statement.otherwise.length === 0
        ? code.if(test, then)
        : code.if(test, then, emitBlock(scope, statement.otherwise))
    }
    case 'for':
      return emitFor(scope, statement)
    case 'while':
      return emitWhile(scope, statement)
    case 'break':
      return code.br(scope.loop(statement.label).leave)
    case 'continue':
      return code.br(scope.loop(statement.label).next)
    case 'do':
      return emitCallStatement(scope, statement.call)
    case 'return':
      return emitReturn(scope, statement)
    default:
      return unreachable(statement)
  }
}

function emitAssignment(scope: FunctionScope, { variable, value }: StatementOf<'let' | 'set'>): Code {
  if (variable.type === 'i128') return scope.assignWide(variable, emitWide(scope, value))
  return scope.assign(variable, emit(scope, value))
}

function emitStore(scope: FunctionScope, statement: StatementOf<'store'>): Code {
  const { memory, value } = statement
  const access = openAccess(scope, statement)
  if (memory !== 'i128') return storeTo(scope, memory, { ...access, value: emit(scope, value) })
  const { code } = scope
  const at = scope.temporary('i32')
  const pointer = at.set(access.pointer)
  const wide = emitWide(scope, value)
  return code.block(null, [
    pointer,
    ...wide.setup,
    code.i64.store(access.offset, 8, at.get(), wide.low()),
    code.i64.store(access.offset + 8, 8, at.get(), wide.high()),
  ])
}

/** The sum wraps when its sign differs from that of both operands; the second word counts by how often, with the sign of the value. */
function emitAddWide(scope: FunctionScope, statement: StatementOf<'add_wide'>): Code {
  const { code } = scope
  const { i64 } = code
  const { pointer, offset } = openAccess(scope, {
    memory: 'i64',
    address: statement.address,
    offset: statement.offset,
    index: null,
  })
  const at = scope.temporary('i32')
  const value = scope.temporary('i64')
  const before = scope.temporary('i64')
  const after = scope.temporary('i64')
  const changed = i64.and(i64.xor(before.get(), after.get()), i64.xor(value.get(), after.get()))
  const step = i64.or(i64.shr_s(value.get(), i64.const(63n)), i64.const(1n))
  const wraps = i64.add(i64.load(offset + 8, 8, at.get()), step)
  return code.block(null, [
    at.set(pointer),
    value.set(emit(scope, statement.value)),
    before.set(i64.load(offset, 8, at.get())),
    after.set(i64.add(before.get(), value.get())),
    i64.store(offset, 8, at.get(), after.get()),
    code.if(i64.lt_s(changed, i64.const(0n)), i64.store(offset + 8, 8, at.get(), wraps)),
  ])
}

/** Up to this many bytes a copy is written out. */
const unrolledBytesMax = 128

function emitCopy(scope: FunctionScope, statement: StatementOf<'copy'>): Code {
  const { code } = scope
  const { sizeBytes } = statement
  const to = openAccess(scope, { memory: 'i64', address: statement.to, offset: statement.toOffset, index: null })
  const target = scope.temporary('i32')
  const setTarget = target.set(to.pointer)
  const from = openAccess(scope, { memory: 'i64', address: statement.from, offset: statement.fromOffset, index: null })
  const source = scope.temporary('i32')
  const setup = [setTarget, source.set(from.pointer)]
  if (sizeBytes > unrolledBytesMax) {
    const address = code.i32.add(target.get(), code.i32.const(to.offset))
    const content = code.i32.add(source.get(), code.i32.const(from.offset))
    return code.block(null, [
      ...setup,
      code.memory.copy(address, content, code.i32.const(sizeBytes), 'memory', 'memory'),
    ])
  }
  const moves: Code[] = []
  for (let at = 0; at + 16 <= sizeBytes; at += 16) {
    moves.push(code.v128.store(to.offset + at, 8, target.get(), code.v128.load(from.offset + at, 8, source.get())))
  }
  if (sizeBytes % 16 === 8) {
    const at = sizeBytes - 8
    moves.push(code.i64.store(to.offset + at, 8, target.get(), code.i64.load(from.offset + at, 8, source.get())))
  }
  return code.block(null, [...setup, ...moves])
}

function emitFor(scope: FunctionScope, statement: StatementOf<'for'>): Code {
  const { code } = scope
  const { i32 } = code
  const { variable } = statement
  const start = scope.temporary('i32')
  const setStart = start.set(emit(scope, statement.from))
  const end = scope.temporary('i32')
  const setEnd = end.set(emit(scope, statement.to))
  scope.declare(variable)
  const sums = scope.unit.vectors ? planSums(statement) : null
  if (sums) {
    const parts = { end, once: (each: Statement): Code => emitBlock(scope, [each]) }
    if (sums.mark) scope.mark(sums.mark)
    const rows = scope.marked(emitSumLoop(scope, sums, parts))
    return code.block(null, [setStart, setEnd, scope.assign(variable, start.get()), rows])
  }
  const plan = scope.unit.vectors ? planVectors(statement) : null
  const pairs = plan ? [emitVectorLoop(scope, plan, end)] : []
  const { leave, next } = scope.openLoop(statement.label)
  const { body, exits } = emitRow(scope, statement)
  scope.closeLoop()
  const again = scope.label('loop')
  const step = (): Code => scope.assign(variable, i32.add(scope.read(variable), i32.const(1)))
  const repeat = (label: string): Code => code.br_if(label, i32.lt_s(scope.read(variable), end.get()))
  const rows = code.loop(again, code.block(null, [code.block(next, [body]), step(), repeat(again)]))
  return code.block(leave, [
    setStart,
    setEnd,
    scope.assign(variable, start.get()),
    ...pairs,
    code.br_if(leave, i32.ge_s(scope.read(variable), end.get())),
    exits.length === 0 ? rows : goOnBehind(scope, { rows, exits, leave, step, repeat }),
  ])
}

/** Out of the loop over rows: `calls` of a row that got to `label`. */
interface Exit {
  readonly label: string
  readonly calls: Code
}

/** The body of a loop over rows, which branches to its exits. */
function emitRow(
  scope: FunctionScope,
  statement: StatementOf<'for'>,
): { readonly body: Code; readonly exits: readonly Exit[] } {
  const rare = findRareExits(statement)
  if (rare === null) return { body: emitBlock(scope, statement.body), exits: [] }
  const exits: Exit[] = []
  const parts = rare.exits.map(({ before, condition, calls }) => {
    const label = scope.label('rare')
    const part = [emitBlock(scope, before), scope.code.br_if(label, emit(scope, condition))]
    exits.push({ label, calls: emitBlock(scope, calls) })
    return scope.code.block(null, part)
  })
  return { body: scope.code.block(null, [...parts, emitBlock(scope, rare.rest)]), exits }
}

interface LoopOverRows {
  readonly rows: Code
  readonly exits: readonly Exit[]
  readonly leave: string
  readonly step: () => Code
  readonly repeat: (label: string) => Code
}

/** A loop over rows that is begun anew behind each row that took an exit. */
function goOnBehind(scope: FunctionScope, { rows, exits, leave, step, repeat }: LoopOverRows): Code {
  const { code } = scope
  const behind = scope.label('behind')
  const anew = scope.label('loop')
  const left = exits.reduce(
    (inside, { label, calls }) => code.block(null, [code.block(label, [inside]), calls, code.br(behind)]),
    code.block(null, [rows, code.br(leave)]),
  )
  return code.loop(anew, code.block(null, [code.block(behind, [left]), step(), repeat(anew)]))
}

function emitWhile(scope: FunctionScope, statement: StatementOf<'while'>): Code {
  const { code } = scope
  const { leave, next } = scope.openLoop(statement.label)
  const test = code.br_if(leave, code.i32.eqz(emit(scope, statement.condition)))
  const body = emitBlock(scope, statement.body)
  scope.closeLoop()
  return code.block(leave, [code.loop(next, code.block(null, [test, body, code.br(next)]))])
}

function emitReturn(scope: FunctionScope, { value }: StatementOf<'return'>): Code {
  const { code } = scope
  if (value === null) return code.return()
  if (typeOf(value) !== 'i128') return code.return(emit(scope, value))
  const wide = emitWide(scope, value)
  return code.block(null, [...wide.setup, code.return(code.tuple.make([wide.low(), wide.high()]))])
}
