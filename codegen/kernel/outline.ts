import type { MemoryType } from '../../runtime/abi/library.ts'
import { must } from '../../sql/base/assert.ts'
import {
  binary,
  call,
  constI32,
  ifThen,
  letVariable,
  load,
  local,
  returnValue,
  scratch,
  setVariable,
  store,
} from './build.ts'
import { alwaysLeaves } from './flow.ts'
import type { Expression, FunctionIr, Statement, ValueType, Variable } from './ir.ts'
import { jumpKey } from './variables.ts'
import type { Jump, Usages } from './variables.ts'
import { blocksOf } from './walk.ts'

/** Where outlined functions, fresh variables and scratch cells come from. */
export interface OutlineSite {
  /** The result of the function that is split. */
  readonly result: ValueType | null
  readonly usages: Usages
  readonly variable: (role: string, like: { readonly type: ValueType; readonly mutable: boolean }) => Variable
  /** Scratch cells in which immutable variables have waited since they left the part that made them. */
  readonly homes: Map<number, number>
  /** Offset of a new scratch cell. */
  cell(): number
  /** Offset of the cell in which the function's result waits. */
  resultCell(): number
  /** Adds a function; gives the name it got. */
  addPart(part: Omit<FunctionIr, 'name'>): FunctionIr
}

const cellMemory: Readonly<Record<ValueType, MemoryType>> = {
  i1: 'bool',
  i32: 'i32',
  i64: 'i64',
  i128: 'i128',
  f64: 'f64',
}

/**
 * Moves a run of statements into a function of its own and gives what takes its place.
 *
 * What the run reads becomes parameters, or is read from where an earlier part left it. A variable from outside that the run sets, and one it declares that is read after it
 * (`escaping`), is written to its scratch cell at every assignment and read back by the caller: so every way out of the part leaves the right
 * values, without code of its own. A single small result is returned instead. A jump out of the run becomes a code (1, 2, ..; 0 = went through) on which the
 * caller jumps.
 */
export function outlineRun(
  run: readonly Statement[],
  escaping: readonly Variable[],
  site: OutlineSite,
): readonly Statement[] {
  const usage = site.usages.ofAll(run)
  const outside = [...usage.used.values()].filter((variable) => !usage.declared.has(variable.id))
  const written = outside.filter((variable) => usage.written.has(variable.id))
  const outputs = [...written, ...escaping]
  const [single, ...others] = outputs
  const isReturned =
    usage.jumps.length === 0 && single && others.length === 0 && (single.type === 'i32' || single.type === 'i1')
  const cells: Cells = new Map(
    isReturned ? [] : outputs.map((variable) => [variable.id, site.homes.get(variable.id) ?? site.cell()]),
  )
  const passed = outside.filter((variable) => !site.homes.has(variable.id))
  const parameters = passed.map((variable) => ({
    variable,
    parameter: variable.mutable ? site.variable(variable.role, { type: variable.type, mutable: false }) : variable,
  }))
  const fetched = outside
    .filter((variable) => site.homes.has(variable.id))
    .map((variable) => letVariable(variable, loadCell(site.homes, variable)))
  const entries = parameters
    .filter(({ variable }) => variable.mutable)
    .flatMap(({ variable, parameter }) => entryOf(variable, parameter, cells))
  const prologue = [...fetched, ...entries]
  const body = new PartBody(site, cells, usage.jumps).block(run)
  const epilogue = isReturned
    ? [returnValue(local(single))]
    : usage.jumps.length > 0 && !alwaysLeaves(body)
      ? [returnValue(constI32(0))]
      : []
  const part = site.addPart({
    parameters: parameters.map(({ parameter }) => parameter),
    result: isReturned ? single.type : usage.jumps.length > 0 ? 'i32' : null,
    body: [...prologue, ...body, ...epilogue],
  })
  const called = call(
    part,
    passed.map((variable) => local(variable)),
  )
  if (isReturned) return [written.length > 0 ? setVariable(single, called) : letVariable(single, called)]
  const readBack = written.map((variable) => setVariable(variable, loadCell(cells, variable)))
  for (const { id, mutable } of escaping)
    if (!mutable) site.homes.set(id, must(cells.get(id), 'the cell of a carried variable'))
  const declarations = escaping.map((variable) => letVariable(variable, loadCell(cells, variable)))
  if (usage.jumps.length === 0) return [{ kind: 'do', call: called }, ...readBack, ...declarations]
  const code = site.variable('code', { type: 'i32', mutable: false })
  return [
    letVariable(code, called),
    ...readBack,
    ...dispatch(site, usage.jumps, { code: local(code), isExhaustive: alwaysLeaves(run) }),
    ...declarations,
  ]
}

/** Where the variables that leave a part wait. No two outlined runs share the cell of a mutable one: one may be called between another and its caller's read. */
type Cells = ReadonlyMap<number, number>

/** A mutable variable starts from its parameter; its cell holds the value even when the part never sets it. */
function entryOf(variable: Variable, parameter: Variable, cells: Cells): readonly Statement[] {
  return withStore(letVariable(variable, local(parameter)), variable, cells)
}

/** The statement that assigns a variable, and the store of it, unless it was just read from there. */
function withStore(statement: Statement, variable: Variable, cells: Cells): readonly Statement[] {
  const cell = cells.get(variable.id)
  if (cell === undefined || isReadFrom(statement, cell)) return [statement]
  return [statement, store(cellMemory[variable.type], scratch(cell), local(variable))]
}

function isReadFrom(statement: Statement, cell: number): boolean {
  if (statement.kind !== 'let' || statement.value.kind !== 'load') return false
  const { address, offset, index } = statement.value
  return address.kind === 'scratch' && address.offset === cell && offset === 0 && index === null
}

function loadCell(cells: Cells, variable: Variable): Expression {
  return load(cellMemory[variable.type], scratch(must(cells.get(variable.id), 'the cell of a carried variable')))
}

function dispatch(
  site: OutlineSite,
  jumps: readonly Jump[],
  options: { readonly code: Expression; readonly isExhaustive: boolean },
): readonly Statement[] {
  const tests = jumps.map((jump, index): Statement => {
    const isLast = index === jumps.length - 1
    const target = jump.kind === 'return' ? returnStatement(site) : jump
    if (options.isExhaustive && isLast) return target
    return ifThen(binary('eq', options.code, constI32(index + 1)), [target])
  })
  if (options.isExhaustive || tests.length === 1) return tests
  return [ifThen(binary('ne', options.code, constI32(0)), tests)]
}

function returnStatement(site: OutlineSite): Statement {
  return returnValue(site.result === null ? null : load(cellMemory[site.result], scratch(site.resultCell())))
}

/** Rewrites the statements of a run for their life in a part. */
class PartBody {
  readonly #site: OutlineSite
  readonly #cells: Cells
  readonly #codes = new Map<string, number>()

  constructor(site: OutlineSite, cells: Cells, jumps: readonly Jump[]) {
    this.#site = site
    this.#cells = cells
    for (const [index, jump] of jumps.entries()) this.#codes.set(jumpKey(jump), index + 1)
  }

  block(statements: readonly Statement[]): readonly Statement[] {
    if (this.#cells.size === 0 && this.#codes.size === 0) return statements
    return statements.flatMap((statement) => this.#statement(statement))
  }

  #statement(statement: Statement): readonly Statement[] {
    switch (statement.kind) {
      case 'let':
      case 'set':
        return withStore(statement, statement.variable, this.#cells)
      case 'break':
      case 'continue':
      case 'return':
        return this.#jump(statement)
      case 'if':
        return [{ ...statement, then: this.block(statement.then), otherwise: this.block(statement.otherwise) }]
      case 'for':
      case 'while':
        return [{ ...statement, body: blocksOf(statement).flatMap((body) => this.block(body)) }]
      default:
        return [statement]
    }
  }

  #jump(jump: Jump): readonly Statement[] {
    const code = this.#codes.get(jumpKey(jump))
    if (code === undefined) return [jump]
    const leave = returnValue(constI32(code))
    if (jump.kind !== 'return' || jump.value === null || this.#site.result === null) return [leave]
    return [store(cellMemory[this.#site.result], scratch(this.#site.resultCell()), jump.value), leave]
  }
}
