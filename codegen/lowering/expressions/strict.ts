import { faultAddress, faults } from '../../../runtime/abi/library.ts'
import type { FaultName, LibraryName } from '../../../runtime/abi/library.ts'
import type { SqlType } from '../../../sql/types/sql-type.ts'
import type { Span } from '../../../sql/base/span.ts'
import { binary, constF64, constI1, constI128, constI32, constI64, library, load } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import { valueTypeOf } from '../value.ts'
import type { Value } from '../value.ts'
import type { Failure, Lowering } from './lowering.ts'
import { allValid, andValid } from './validity.ts'

/** Strict operations: NULL as soon as an operand is NULL. */

/** Cheap and harmless on any value: computed whether valid or not. */
export function strict(lowering: Lowering, type: SqlType, parts: StrictParts): Value {
  const valid = allValid(lowering, parts.operands)
  const value = parts.compute(
    parts.operands.map((operand) => operand.value),
    valid,
  )
  return { type, value: lowering.builder.let('value', value), valid }
}

interface StrictParts {
  readonly operands: readonly Value[]
  /** May emit statements; `valid` says when the operands mean something (null: always). */
  readonly compute: (values: readonly Expression[], valid: Expression | null) => Expression
}

/** Dear or only meaningful on valid operands: computed inside `if (valid)`. */
export function guarded(lowering: Lowering, type: SqlType, parts: StrictParts): Value {
  const { builder } = lowering
  const values = parts.operands.map((operand) => operand.value)
  const valid = allValid(lowering, parts.operands)
  if (valid === null) return { type, value: builder.let('value', parts.compute(values, null)), valid }
  const result = builder.mutable('value', neutral(lowering, type))
  builder.if(valid, () => builder.set(result, parts.compute(values, null)))
  return { type, value: result, valid }
}

/**
 * A library function that writes its result (text, interval) into a cell: the value is the cell's address, a zeroed cell (empty
 * text) until the first valid row, so that it is always safe to read.
 */
export function made(lowering: Lowering, type: SqlType, parts: MadeParts): Value {
  const { builder } = lowering
  const out = builder.module.scratch(16)
  const values = parts.operands.map((operand) => operand.value)
  const valid = allValid(lowering, parts.operands)
  const write = (): void => parts.write(values, out)
  if (valid === null) write()
  else builder.if(valid, write)
  return { type, value: out, valid }
}

interface MadeParts {
  readonly operands: readonly Value[]
  readonly write: (values: readonly Expression[], out: Expression) => void
}

/** A value of the type that is safe to compute with, for what is NULL. */
export function neutral({ builder }: Lowering, type: SqlType): Expression {
  switch (type.kind) {
    case 'varchar':
    case 'bytea':
    case 'interval':
      return builder.module.scratch(16)
    default:
      switch (valueTypeOf(type)) {
        case 'i1':
          return constI1(false)
        case 'i32':
          return constI32(0)
        case 'i64':
          return constI64(0)
        case 'i128':
          return constI128(0)
        case 'f64':
          return constF64(0)
      }
  }
}

/** NULL of the type. */
export function nullOf(lowering: Lowering, type: SqlType): Value {
  return { type, value: neutral(lowering, type), valid: constI1(false) }
}

/** The row fails when `condition` holds on a valid operand. */
export function failWhen({ scope }: Lowering, condition: Expression, failure: Failure): void {
  if (condition.kind === 'const' && condition.value === false) return
  scope.failIf(condition, {
    code: failure.code,
    span: failure.span ?? null,
    arguments: failure.arguments ?? {},
  })
}

export function failWhenValid(
  lowering: Lowering,
  valid: Expression | null,
  check: { readonly condition: Expression; readonly failure: Failure },
): void {
  failWhen(lowering, andValid(valid, check.condition), check.failure)
}

/** Result of a fallible library function; afterwards the row fails where the fault cell says so. */
export function callFallible(lowering: Lowering, call: FallibleCall): Expression {
  const result = lowering.builder.let('result', library(call.name, call.parameters))
  failOnFault(lowering, call.failures)
  return result
}

/** As `callFallible`, for functions without a result. */
export function doFallible(lowering: Lowering, call: FallibleCall): void {
  lowering.builder.do(call.name, call.parameters)
  failOnFault(lowering, call.failures)
}

export interface FallibleCall {
  readonly name: LibraryName
  readonly parameters: readonly Expression[]
  /** One for each fault that the function can set. */
  readonly failures: readonly Failure[]
}

/** The last failure also stands for every other fault, so that none is overlooked. */
export function failOnFault(lowering: Lowering, failures: readonly Failure[]): void {
  const fault = lowering.builder.let('fault', readFault())
  for (const [index, failure] of failures.entries()) {
    const isLast = index === failures.length - 1
    const code = faults[failure.code as FaultName]
    failWhen(lowering, isLast ? binary('ne', fault, constI32(0)) : binary('eq', fault, constI32(code)), failure)
  }
}

export function readFault(): Expression {
  return load('i32', constI32(faultAddress))
}

export function overflow(type: string, span: Span | undefined): Failure {
  return { code: 'numeric_overflow', span, arguments: { type } }
}

export function divisionByZero(span: Span | undefined): Failure {
  return { code: 'division_by_zero', span }
}

export function datetimeOverflow(span: Span | undefined): Failure {
  return { code: 'datetime_overflow', span }
}
