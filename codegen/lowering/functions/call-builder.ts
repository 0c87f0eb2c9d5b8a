import { typeName } from '../../../sql/types/sql-type.ts'
import type { SqlType } from '../../../sql/types/sql-type.ts'
import { must } from '../../../sql/base/assert.ts'
import type { FaultName, LibraryName } from '../../../runtime/abi/library.ts'
import { binary, constI32, constI64, library, select, unary } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import { castValue } from '../casts/cast.ts'
import { integerFacts, integerKind } from '../expressions/integer-facts.ts'
import type { Failure, Lowering, Of } from '../expressions/lowering.ts'
import { callFallible, doFallible, guarded, made } from '../expressions/strict.ts'
import type { Value } from '../value.ts'

/** What a function's builder gets. Arguments are lowered when asked for, so that a function may leave some out. */
export interface Call {
  readonly lowering: Lowering
  readonly expression: Of<'call'>
}

export type CallBuilder = (call: Call) => Value

export function argument({ lowering, expression }: Call, index: number): Value {
  return lowering.lower(must(expression.arguments[index], `argument ${index} of ${expression.name}`))
}

export function argumentAs(call: Call, index: number, type: SqlType): Value {
  return castValue(call.lowering, argument(call, index), { type, safe: false, span: call.expression.span })
}

export const text: SqlType = { kind: 'varchar' }
export const double: SqlType = { kind: 'double' }
export const bigint: SqlType = { kind: 'bigint' }
export const integer: SqlType = { kind: 'integer' }
export const boolean: SqlType = { kind: 'boolean' }

/** A count or position: any integer, saturated to i32, which no text reaches. */
export function count(call: Call, index: number): Value {
  const value = argument(call, index)
  const { builder } = call.lowering
  const kind = integerKind(value.type)
  if (kind === null || integerFacts(kind).register === 'i32') return argumentAs(call, index, integer)
  const wide = value.value
  const limit = 2n ** 31n - 1n
  if (wide.kind === 'const') {
    const known = wide.value as bigint
    return {
      type: integer,
      value: constI32(Number(known > limit ? limit : known < -limit ? -limit : known)),
      valid: value.valid,
    }
  }
  const below = builder.let('count', select(binary('lt_s', wide, constI64(-limit)), constI64(-limit), wide))
  const clamped = select(binary('gt_s', below, constI64(limit)), constI64(limit), below)
  // Above 2^63 BIGINT UNSIGNED reads as negative, and is as far out of reach as the limit.
  const narrow = builder.let('count', unary('i32_wrap_i64', clamped))
  const saturated =
    kind === 'ubigint' ? select(binary('lt_s', narrow, constI32(0)), constI32(Number(limit)), narrow) : narrow
  return { type: integer, value: builder.let('count', saturated), valid: value.valid }
}

/** The built value as the planned type. Functions of REAL round to it and give infinities, as functions of doubles do. */
export function planned(call: Call, value: Value): Value {
  if (value.type.kind === 'double' && call.expression.type.kind === 'real') {
    return {
      ...value,
      type: call.expression.type,
      value: call.lowering.builder.let('value', unary('to_f32', value.value)),
    }
  }
  return castValue(call.lowering, value, { type: call.expression.type, safe: false, span: call.expression.span })
}

/** A pure library function of strict arguments. */
export function pureCall(
  call: Call,
  parts: { readonly name: LibraryName; readonly operands: readonly Value[]; readonly type: SqlType },
): Value {
  const value = guarded(call.lowering, parts.type, {
    operands: parts.operands,
    compute: (values) => library(parts.name, values),
  })
  return planned(call, value)
}

/** A library function that makes text and cannot fail. */
export function textCall(call: Call, name: LibraryName, operands: readonly Value[]): Value {
  const { builder } = call.lowering
  return made(call.lowering, text, { operands, write: (values, out) => builder.do(name, [...values, out]) })
}

/** A library function that makes text and can fail: with what is in `detail` (see `failuresOf`). */
export function fallibleTextCall(
  call: Call,
  parts: { readonly name: LibraryName; readonly operands: readonly Value[]; readonly failures: readonly Failure[] },
): Value {
  return made(call.lowering, text, {
    operands: parts.operands,
    write: (values, out) =>
      doFallible(call.lowering, { name: parts.name, parameters: [...values, out], failures: parts.failures }),
  })
}

export function fallibleCall(
  call: Call,
  parts: {
    readonly name: LibraryName
    readonly operands: readonly Value[]
    readonly type: SqlType
    readonly failures: readonly Failure[]
  },
): Value {
  const value = guarded(call.lowering, parts.type, {
    operands: parts.operands,
    compute: (values: readonly Expression[]) =>
      callFallible(call.lowering, { name: parts.name, parameters: values, failures: parts.failures }),
  })
  return planned(call, value)
}

/** Why the function refuses an argument, for the message of its row error. */
export function invalidArgument({ expression }: Call, detail: string): Failure {
  return { code: 'invalid_argument', span: expression.span, arguments: { name: expression.name, detail } }
}

export function failureOf({ expression }: Call, code: Exclude<FaultName, 'none' | 'invalid_argument'>): Failure {
  return { code, span: expression.span, arguments: { type: typeName(expression.type) } }
}
