import type { MemoryType } from '../../runtime/abi/library.ts'
import { unreachable } from '../../sql/base/assert.ts'
import { typeOf } from '../kernel/build.ts'
import type { Statement } from '../kernel/ir.ts'
import { openAccess, reference } from './access.ts'
import { emitCall } from './calls.ts'
import { cellAddress, copyWords } from './cells.ts'
import { emit } from './expressions.ts'
import type { Access, FunctionScope } from './function-scope.ts'
import { accessAddress, addressOf, emitInto } from './integers128.ts'
import { halvesOf } from './integers64.ts'
import {
  assign,
  block,
  constDeclaration,
  element,
  expressionStatement,
  forStatement,
  ifStatement,
  infix,
  jump,
  labeled,
  letDeclaration,
  literal,
  markComment,
  not,
  returnStatement,
  whileStatement,
  wrap32,
  wrap64,
} from './nodes.ts'
import type { Js, JsStatement, ViewName } from './nodes.ts'
import { emitPair, numberOfTruth } from './operands.ts'

export function emitBlock(scope: FunctionScope, statements: readonly Statement[]): void {
  for (const statement of statements) emitStatement(scope, statement)
}

function emitStatement(scope: FunctionScope, statement: Statement): void {
  switch (statement.kind) {
    case 'let':
      emitLet(scope, statement)
      return
    case 'set':
      emitSet(scope, statement)
      return
    case 'store':
      emitStore(scope, statement)
      return
    case 'add_wide':
      emitAddWide(scope, statement)
      return
    case 'copy':
      emitCopy(scope, statement)
      return
    case 'if':
      emitIf(scope, statement)
      return
    case 'for':
      emitFor(scope, statement)
      return
    case 'while':
      emitWhile(scope, statement)
      return
    case 'break':
    case 'continue':
      scope.push(jump(statement.kind, scope.jumpTarget(statement.label)))
      return
    case 'do':
      emitDo(scope, statement)
      return
    case 'return':
      emitReturn(scope, statement)
      return
    case 'mark':
      scope.push(markComment(statement))
      return
    default:
      unreachable(statement)
  }
}

type StatementOf<K extends Statement['kind']> = Extract<Statement, { readonly kind: K }>

function emitLet(scope: FunctionScope, statement: StatementOf<'let'>): void {
  const { variable, value } = statement
  if (variable.type === 'i128') {
    const offset = scope.unit.cell(16)
    emitInto(scope, value, offset)
    scope.declare(variable, { kind: 'cell', offset })
    return
  }
  if (variable.type === 'i64') {
    emitLetWide(scope, statement)
    return
  }
  const name = scope.unit.names.mint(variable.role)
  const initial = emit(scope, value)
  scope.push(variable.mutable ? letDeclaration(name, initial) : constDeclaration(name, initial))
  scope.declare(variable, { kind: 'plain', name, later: scope.later() })
}

function emitLetWide(scope: FunctionScope, statement: StatementOf<'let'>): void {
  const { variable, value } = statement
  if (variable.mutable) {
    const offset = scope.unit.cell(8)
    scope.push(assign(scope.cellElement(offset, 'i64'), emit(scope, value)))
    scope.declare(variable, { kind: 'cell', offset })
    return
  }
  const parts = { whole: null, low: null, high: null }
  if (value.kind === 'load' && value.memory === 'i64') {
    const access = openAccess(scope, value)
    scope.declare(variable, { kind: 'loaded', variable, access, later: scope.later(), parts })
    return
  }
  const name = scope.bind(variable.role, emit(scope, value))
  scope.declare(variable, { kind: 'wide', variable, name, later: scope.later(), parts })
}

function emitSet(scope: FunctionScope, statement: StatementOf<'set'>): void {
  const { variable, value } = statement
  const slot = scope.slot(variable)
  if (slot.kind === 'plain') scope.push(assign(slot.name, emit(scope, value)))
  else if (slot.kind === 'cell' && variable.type === 'i128')
    copyWords(scope, cellAddress(scope, slot.offset), addressOf(scope, value))
  else if (slot.kind === 'cell') scope.push(assign(scope.cellElement(slot.offset, 'i64'), emit(scope, value)))
}

const storeViews: Readonly<Record<Exclude<MemoryType, 'bool' | 'u32' | 'i64' | 'i128'>, ViewName>> = {
  i8: 'i8',
  u8: 'u8',
  i16: 'i16',
  u16: 'u16',
  i32: 'i32',
  f32: 'f32',
  f64: 'f64',
}

function emitStore(scope: FunctionScope, statement: StatementOf<'store'>): void {
  const { memory, value } = statement
  const access = openAccess(scope, statement)
  switch (memory) {
    case 'bool':
      put(scope, { access, view: 'u8' }, numberOfTruth(scope, value))
      return
    case 'u32':
      put(scope, { access, view: 'i32' }, halvesOf(scope, value).low)
      return
    case 'i64':
      emitStoreWide(scope, statement, access)
      return
    case 'i128': {
      const from = addressOf(scope, value)
      copyWords(scope, accessAddress(scope, access), from)
      return
    }
    default:
      put(scope, { access, view: storeViews[memory] }, emit(scope, value))
  }
}

/** A variable that is known by its halves only is stored by them. */
function emitStoreWide(scope: FunctionScope, statement: StatementOf<'store'>, access: Access): void {
  const { value } = statement
  const slot = value.kind === 'local' ? scope.slot(value.variable) : null
  if (slot?.kind === 'loaded' && slot.parts.low && !slot.parts.whole) {
    const { low, high } = halvesOf(scope, value)
    put(scope, { access, view: 'i32' }, low)
    put(scope, { access, view: 'i32', part: 1 }, high)
    return
  }
  put(scope, { access, view: 'i64' }, emit(scope, value))
}

function put(
  scope: FunctionScope,
  place: { readonly access: Access; readonly view: ViewName; readonly part?: number },
  value: Js,
): void {
  scope.push(assign(reference(scope, place.access, place), value))
}

/** The sum wraps when its sign differs from that of both operands; the second word counts by how often, with the sign of the value. */
function emitAddWide(scope: FunctionScope, statement: StatementOf<'add_wide'>): void {
  const access = openAccess(scope, { memory: 'i64', address: statement.address, offset: statement.offset, index: null })
  const value = scope.stable('v', emit(scope, statement.value))
  const low = reference(scope, access, { view: 'i64' })
  const wraps = reference(scope, access, { view: 'i64', part: 1 })
  const before = scope.bind('t', low)
  const after = scope.bind('t', wrap64(infix('+', before, value)))
  scope.push(assign(low, after))
  const hasWrapped = infix('<', infix('&', infix('^', before, after), infix('^', value, after)), literal(0n))
  const step = infix('|', infix('>>', value, literal(63n)), literal(1n))
  scope.push(ifStatement(hasWrapped, [assign(wraps, wrap64(infix('+', wraps, wrap64(step))))], []))
}

/** Up to this many words a copy is written out. */
const unrolledWordsMax = 8

function emitCopy(scope: FunctionScope, statement: StatementOf<'copy'>): void {
  const to = openAccess(scope, { memory: 'i64', address: statement.to, offset: statement.toOffset, index: null })
  const from = openAccess(scope, { memory: 'i64', address: statement.from, offset: statement.fromOffset, index: null })
  const words = statement.sizeBytes / 8
  if (words <= unrolledWordsMax) {
    for (let word = 0; word < words; word++) {
      scope.push(
        assign(reference(scope, to, { view: 'i64', part: word }), reference(scope, from, { view: 'i64', part: word })),
      )
    }
    return
  }
  const index = scope.unit.names.mint('i')
  const target = scope.bind('at', infix('>>', accessAddress(scope, to), literal(3)))
  const source = scope.bind('at', infix('>>', accessAddress(scope, from), literal(3)))
  const at = (base: Js): Js => element(scope.unit.view('i64'), wrap32(infix('+', base, index)))
  scope.push(forStatement(index, { from: literal(0), to: literal(words) }, [assign(at(target), at(source))]))
}

function emitIf(scope: FunctionScope, statement: StatementOf<'if'>): void {
  const { condition } = statement
  if (condition.kind === 'const') {
    const body = scope.block(() => emitBlock(scope, condition.value === true ? statement.then : statement.otherwise))
    if (body.length > 0) scope.push(block(body))
    return
  }
  const test = emit(scope, condition)
  const then = scope.block(() => emitBlock(scope, statement.then))
  const otherwise = scope.block(() => emitBlock(scope, statement.otherwise))
  if (then.length === 0 && otherwise.length > 0) scope.push(ifStatement(not(test), otherwise, []))
  else scope.push(ifStatement(test, then, otherwise))
}

function emitFor(scope: FunctionScope, statement: StatementOf<'for'>): void {
  const [from, end] = emitPair(scope, statement.from, statement.to)
  const isFixed = statement.to.kind === 'const' || (statement.to.kind === 'local' && !statement.to.variable.mutable)
  const to = isFixed ? end : scope.bind('end', end)
  const name = scope.unit.names.mint(statement.variable.role)
  scope.openLoop(statement.label)
  const body = scope.block(() => {
    scope.declare(statement.variable, { kind: 'plain', name, later: scope.later() })
    emitBlock(scope, statement.body)
  })
  closeLoop(scope, forStatement(name, { from, to }, body))
}

function emitWhile(scope: FunctionScope, statement: StatementOf<'while'>): void {
  scope.openLoop(statement.label)
  let test: Js = literal(true)
  const before = scope.block(() => {
    test = emit(scope, statement.condition)
  })
  const body = scope.block(() => emitBlock(scope, statement.body))
  const isSimple = before.length === 0
  const leave: JsStatement = ifStatement(not(test), [jump('break', null)], [])
  closeLoop(scope, whileStatement(isSimple ? test : literal(true), isSimple ? body : [...before, leave, ...body]))
}

function closeLoop(scope: FunctionScope, loop: JsStatement): void {
  const name = scope.closeLoop()
  scope.push(name ? labeled(name, loop) : loop)
}

function emitDo(scope: FunctionScope, statement: StatementOf<'do'>): void {
  const value = emitCall(scope, statement.call)
  if (value.type === 'CallExpression') scope.push(expressionStatement(value))
}

function emitReturn(scope: FunctionScope, statement: StatementOf<'return'>): void {
  if (!statement.value) {
    scope.push(returnStatement(null))
    return
  }
  const cell = scope.resultCell
  if (cell === null) {
    scope.push(returnStatement(emit(scope, statement.value)))
    return
  }
  const { value } = statement
  const type = typeOf(value)
  if (type === 'i128') copyWords(scope, cellAddress(scope, cell), addressOf(scope, value))
  else scope.push(assign(scope.cellElement(cell, type === 'f64' ? 'f64' : 'i64'), emit(scope, value)))
  scope.push(returnStatement(null))
}
