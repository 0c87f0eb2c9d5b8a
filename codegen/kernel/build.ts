import { librarySignatures } from '../../runtime/abi/library.ts'
import type { LibraryName, MemoryType } from '../../runtime/abi/library.ts'
import type { LibrarySignature } from '../../runtime/abi/library/signature.ts'
import { InternalError } from '../../sql/base/diagnostic.ts'
import { unreachable } from '../../sql/base/assert.ts'
import { foldBinary, foldSelect, foldUnary } from './fold.ts'
import type { BinaryOperator, Expression, Statement, UnaryOperator, ValueType, Variable } from './ir.ts'
import { binaryRules, memoryValueTypes, unaryRules } from './operators.ts'

/**
 * Constructors of kernel IR nodes. They fold what is exact to fold (fold.ts) and check nothing: the verifier does.
 */

/** Where in the array a load or store goes: `address + offset`, element `index`. */
export interface Place {
  readonly offset?: number
  readonly index?: Expression | null
}

export function constI1(value: boolean): Expression {
  return { kind: 'const', type: 'i1', value }
}

/** Wraps to 32 bits. */
export function constI32(value: number): Expression {
  return { kind: 'const', type: 'i32', value: value | 0 }
}

/** Wraps to 64 bits. */
export function constI64(value: bigint | number): Expression {
  return { kind: 'const', type: 'i64', value: BigInt.asIntN(64, BigInt(value)) }
}

/** Wraps to 128 bits. */
export function constI128(value: bigint | number): Expression {
  return { kind: 'const', type: 'i128', value: BigInt.asIntN(128, BigInt(value)) }
}

export function constF64(value: number): Expression {
  return { kind: 'const', type: 'f64', value }
}

export function local(variable: Variable): Expression & { readonly kind: 'local' } {
  return { kind: 'local', variable }
}

/** The address of entry `index` of the constant pool. */
export function constant(index: number): Expression {
  return { kind: 'constant', index }
}

/** The address of `offset` in the scratch area. */
export function scratch(offset: number): Expression {
  return { kind: 'scratch', offset }
}

export function load(memory: MemoryType, address: Expression, place: Place = {}): Expression {
  return { kind: 'load', memory, address, offset: place.offset ?? 0, index: place.index ?? null }
}

export function unary(operator: UnaryOperator, operand: Expression): Expression {
  return foldUnary(operator, operand) ?? { kind: 'unary', operator, operand }
}

export function binary(operator: BinaryOperator, left: Expression, right: Expression): Expression {
  return foldBinary(operator, left, right) ?? { kind: 'binary', operator, left, right }
}

export function select(condition: Expression, yes: Expression, no: Expression): Expression {
  return foldSelect(condition, yes, no) ?? { kind: 'select', condition, yes, no }
}

export function library(
  name: LibraryName,
  parameters: readonly Expression[],
): Expression & { readonly kind: 'library' } {
  return { kind: 'library', name, arguments: parameters }
}

/** A call of a function of the same module: of its declaration, or of the name and result it will have. */
export function call(
  callee: { readonly name: string; readonly result: ValueType | null },
  parameters: readonly Expression[],
): Expression & { readonly kind: 'call' } {
  return { kind: 'call', function: callee.name, result: callee.result, arguments: parameters }
}

export function letVariable(variable: Variable, value: Expression): Statement {
  return { kind: 'let', variable, value }
}

export function setVariable(variable: Variable, value: Expression): Statement {
  return { kind: 'set', variable, value }
}

export function store(memory: MemoryType, address: Expression, value: Expression, place: Place = {}): Statement {
  return { kind: 'store', memory, address, offset: place.offset ?? 0, index: place.index ?? null, value }
}

/** Adds an i64 to the wide cell at `address + offset`. */
export function addWide(address: Expression, value: Expression, place: { readonly offset?: number } = {}): Statement {
  return { kind: 'add_wide', address, offset: place.offset ?? 0, value }
}

/** An address of copied bytes: `address + offset`. */
export interface CopyEnd {
  readonly address: Expression
  readonly offset?: number
}

export function copy(to: CopyEnd, from: CopyEnd, sizeBytes: number): Statement {
  return {
    kind: 'copy',
    to: to.address,
    toOffset: to.offset ?? 0,
    from: from.address,
    fromOffset: from.offset ?? 0,
    sizeBytes,
  }
}

export function ifThen(
  condition: Expression,
  then: readonly Statement[],
  otherwise: readonly Statement[] = [],
): Statement {
  return { kind: 'if', condition, then, otherwise }
}

/** variable = from, .. to - 1. */
export function forRange(loop: Omit<Statement & { readonly kind: 'for' }, 'kind'>): Statement {
  return { kind: 'for', ...loop }
}

export function whileLoop(label: number, condition: Expression, body: readonly Statement[]): Statement {
  return { kind: 'while', label, condition, body }
}

export function breakLoop(label: number): Statement {
  return { kind: 'break', label }
}

export function continueLoop(label: number): Statement {
  return { kind: 'continue', label }
}

export function doCall(called: Expression & { readonly kind: 'library' | 'call' }): Statement {
  return { kind: 'do', call: called }
}

export function returnValue(value: Expression | null = null): Statement {
  return { kind: 'return', value }
}

/** What follows comes from plan node `planNode`; `operator` is of a fixed vocabulary. */
export function mark(planNode: number, operator: string, span: number | null = null): Statement {
  return { kind: 'mark', planNode, operator, span }
}

/** The type of an expression's value; an internal error for a call that gives none. */
export function typeOf(expression: Expression): ValueType {
  switch (expression.kind) {
    case 'const':
      return expression.type
    case 'local':
      return expression.variable.type
    case 'constant':
    case 'scratch':
      return 'i32'
    case 'load':
      return memoryValueTypes[expression.memory]
    case 'unary':
      return unaryRules[expression.operator].result
    case 'binary':
      return binaryRules[expression.operator].result === 'i1' ? 'i1' : typeOf(expression.left)
    case 'select':
      return typeOf(expression.yes)
    case 'library':
      return resultType(expression.name, signatureOf(expression.name).result)
    case 'call':
      return resultType(expression.function, expression.result)
    default:
      return unreachable(expression)
  }
}

/** The signature of a library function, with its types widened to what any signature can hold. */
export function signatureOf(name: LibraryName): LibrarySignature {
  return librarySignatures[name]
}

function resultType(name: string, result: ValueType | null): ValueType {
  if (result === null) throw new InternalError(`${name} gives no value`)
  return result
}

/** Whether calls of a library function must keep their number and order: it changes memory or sets the fault cell. */
export function hasEffect(name: LibraryName): boolean {
  const signature = signatureOf(name)
  return !signature.pure || signature.fallible
}
