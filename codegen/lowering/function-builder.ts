import type { Span } from '../../sql/base/span.ts'
import type { LibraryName, MemoryType } from '../../runtime/abi/library.ts'
import type { Expression, Statement, ValueType, Variable } from '../kernel/ir.ts'
import {
  addWide,
  breakLoop,
  constI32,
  continueLoop,
  copy,
  doCall,
  forRange,
  ifThen,
  letVariable,
  library,
  local,
  mark,
  returnValue,
  setVariable,
  store,
  typeOf,
  whileLoop,
} from '../kernel/build.ts'
import type { CopyEnd } from '../kernel/build.ts'
import { ExpressionNumbers } from './expression-key.ts'
import type { ModuleScope } from './module-scope.ts'

/** A mutable variable as an expression that reads it. */
export type MutableLocal = Expression & { readonly kind: 'local' }

interface StoreTarget {
  readonly address: Expression
  readonly offset?: number
  readonly index?: Expression | null
}

/**
 * Builds the body of one function, statement by statement, into the innermost open block.
 *
 * Values are shared, not recomputed: `memo` keeps what was computed for as long as the block in which it was
 * computed is open (inner blocks see it, because it dominates them; outer and later blocks do not).
 */
export class FunctionBuilder {
  readonly module: ModuleScope
  /** Numbers of SQL expressions, for keys of `memo`. */
  readonly expressions = new ExpressionNumbers()
  #statements: Statement[] = []
  readonly #memos: (Memo | null)[] = [null]
  #nextVariable: number

  constructor(module: ModuleScope, firstVariable: number) {
    this.module = module
    this.#nextVariable = firstVariable
  }

  finish(): readonly Statement[] {
    return this.#statements
  }

  push(statement: Statement): void {
    this.#statements.push(statement)
  }

  /** Binds a value to a new variable and returns the read of it; constants and variables are returned as they are. */
  let(role: string, value: Expression): Expression {
    if (value.kind === 'const' || value.kind === 'constant' || value.kind === 'scratch') return value
    if (value.kind === 'local' && !value.variable.mutable) return value
    const variable = this.#variable(role, typeOf(value), 'immutable')
    this.push(letVariable(variable, value))
    return local(variable)
  }

  /** Declares a variable that `set` may change. */
  mutable(role: string, value: Expression): MutableLocal {
    const variable = this.#variable(role, typeOf(value), 'mutable')
    this.push(letVariable(variable, value))
    return local(variable)
  }

  /** A mutable variable whose `let` is inserted where `hole` was opened, e.g. at the start of a row. */
  mutableAt(hole: Hole, role: string, value: Expression): MutableLocal {
    const variable = this.#variable(role, typeOf(value), 'mutable')
    hole.block.splice(hole.position, 0, letVariable(variable, value))
    return local(variable)
  }

  /** Marks this position of the current block for `mutableAt`. Nothing may be inserted before it by other means. */
  hole(): Hole {
    return { block: this.#statements, position: this.#statements.length }
  }

  set(target: MutableLocal, value: Expression): void {
    this.push(setVariable(target.variable, value))
  }

  store(memory: MemoryType, target: StoreTarget, value: Expression): void {
    this.push(store(memory, target.address, value, target))
  }

  addWide(address: Expression, offset: number, value: Expression): void {
    this.push(addWide(address, value, { offset }))
  }

  copy(to: CopyEnd, from: CopyEnd, sizeBytes: number): void {
    this.push(copy(to, from, sizeBytes))
  }

  /** Runs library code for its effect. */
  do(name: LibraryName, parameters: readonly Expression[]): void {
    this.push(doCall(library(name, parameters)))
  }

  if(condition: Expression, then: () => void, otherwise?: () => void): void {
    const yes = this.block(then)
    const no = otherwise ? this.block(otherwise) : []
    this.push(ifThen(condition, yes, no))
  }

  /** for (index = from; index < to; index++). `body` gets the index and the loop's label. */
  for(from: Expression, to: Expression, body: (index: Expression, label: number) => void): void {
    const label = this.module.nextLabel()
    const variable = this.#variable('i', 'i32', 'immutable')
    const statements = this.block(() => body(local(variable), label))
    this.push(forRange({ label, variable, from, to, body: statements }))
  }

  while(condition: Expression, body: (label: number) => void): void {
    const label = this.module.nextLabel()
    const statements = this.block(() => body(label))
    this.push(whileLoop(label, condition, statements))
  }

  break(label: number): void {
    this.push(breakLoop(label))
  }

  continue(label: number): void {
    this.push(continueLoop(label))
  }

  return(value: Expression | null): void {
    this.push(returnValue(value))
  }

  mark(planNode: number, operator: string, span?: Span): void {
    this.push(mark(planNode, operator, span ? this.module.span(span) : null))
  }

  /** Statements of a nested block, not yet placed. */
  block(body: () => void): Statement[] {
    const outer = this.#statements
    const inner: Statement[] = []
    this.#statements = inner
    this.#memos.push(null)
    body()
    this.#memos.pop()
    this.#statements = outer
    return inner
  }

  /** Emits into the current block, but forgets afterwards what was memoised meanwhile. */
  forgetting<T>(body: () => T): T {
    this.#memos.push(null)
    const result = body()
    this.#memos.pop()
    return result
  }

  /** What was computed of `item` of a memo space in this or an enclosing open block, else `make()`, remembered. */
  memo<T>(space: number, item: number, make: () => T): T {
    const memos = this.#memos
    for (let depth = memos.length - 1; depth >= 0; depth--) {
      const known = memos[depth]?.[space]?.get(item)
      if (known !== undefined) return known as T
    }
    const made = make()
    const memo = (memos[memos.length - 1] ??= [])
    ;(memo[space] ??= new Map()).set(item, made)
    return made
  }

  #variable(role: string, type: ValueType, mutability: 'mutable' | 'immutable'): Variable {
    const id = this.#nextVariable
    this.#nextVariable = id + 1
    return { id, role, type, mutable: mutability === 'mutable' }
  }
}

/** What was computed in one block, by space and item. */
type Memo = (Map<number, unknown> | undefined)[]

export interface Hole {
  readonly block: Statement[]
  readonly position: number
}

/** The number 0 of type i32: no error, no row, no pane. */
export const zero: Expression = constI32(0)
