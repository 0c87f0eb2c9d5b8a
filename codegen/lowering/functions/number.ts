import type { SqlType } from '../../../sql/types/sql-type.ts'
import { typeName } from '../../../sql/types/sql-type.ts'
import { InternalError } from '../../../sql/base/diagnostic.ts'
import { binary, constF64, constI32, constI64, library, select, unary } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import { decimalArithmetic } from '../expressions/decimal-arithmetic.ts'
import type { DecimalType } from '../expressions/decimal-arithmetic.ts'
import { narrow } from '../expressions/decimal-arithmetic.ts'
import { isShort, widen } from '../expressions/decimal-alignment.ts'
import { floatArithmetic, rounded } from '../expressions/float-arithmetic.ts'
import { integerArithmetic } from '../expressions/integer-arithmetic.ts'
import { integerFacts, integerKind, registerConst } from '../expressions/integer-facts.ts'
import { callFallible, failWhenValid, guarded, overflow, strict } from '../expressions/strict.ts'
import { isFloat } from '../expressions/traits.ts'
import type { Value } from '../value.ts'
import {
  argument,
  argumentAs,
  bigint,
  count,
  double,
  failureOf,
  fallibleCall,
  invalidArgument,
  planned,
} from './call-builder.ts'
import type { Call, CallBuilder } from './call-builder.ts'

/** Functions of any kind of number; exact numbers stay exact. */
export const numberBuilders: Readonly<Record<string, CallBuilder>> = {
  abs,
  signum: sign,
  sign,
  ceil: (call) => toWhole(call, { float: 'ceil', decimal: 'decimal_ceil' }),
  floor: (call) => toWhole(call, { float: 'floor', decimal: 'decimal_floor' }),
  round: (call) => toDigits(call, { float: 'f64_round', decimal: 'decimal_round' }),
  trunc: (call) => toDigits(call, { float: 'f64_truncate', decimal: 'decimal_trunc' }),
  mod,
  gcd: (call) => ofIntegers(call, 'i64_gcd'),
  lcm: (call) => ofIntegers(call, 'i64_lcm'),
  factorial: (call) =>
    fallibleCall(call, {
      name: 'i64_factorial',
      operands: [argumentAs(call, 0, bigint)],
      type: bigint,
      failures: [invalidArgument(call, 'the argument is negative'), failureOf(call, 'numeric_overflow')],
    }),
}

function ofIntegers(call: Call, name: 'i64_gcd' | 'i64_lcm'): Value {
  const operands = [argumentAs(call, 0, bigint), argumentAs(call, 1, bigint)]
  return fallibleCall(call, { name, operands, type: bigint, failures: [failureOf(call, 'numeric_overflow')] })
}

function abs(call: Call): Value {
  const { lowering, expression } = call
  const value = argument(call, 0)
  const { type } = value
  if (isFloat(type))
    return planned(call, strict(lowering, type, { operands: [value], compute: ([x]) => unary('abs', x as Expression) }))
  if (type.kind === 'decimal') {
    const compute = ([x]: readonly Expression[]): Expression =>
      isShort(type)
        ? select(
            binary('lt_s', x as Expression, constI64(0)),
            binary('sub', constI64(0), x as Expression),
            x as Expression,
          )
        : library('decimal_abs', [x as Expression])
    return planned(call, (isShort(type) ? strict : guarded)(lowering, type, { operands: [value], compute }))
  }
  const kind = integerKind(type)
  if (kind === null) return planned(call, value)
  const { register, min, isSigned } = integerFacts(kind)
  if (!isSigned) return planned(call, value)
  return planned(
    call,
    strict(lowering, type, {
      operands: [value],
      compute: ([x], valid) => {
        const known = x as Expression
        const condition = binary('eq', known, registerConst(register, min))
        failWhenValid(lowering, valid, { condition, failure: overflow(typeName(type), expression.span) })
        const zero = registerConst(register, 0n)
        return select(binary('lt_s', known, zero), binary('sub', zero, known), known)
      },
    }),
  )
}

/** As a double: the sign of NaN is NaN, of -0 is -0's own. */
function sign(call: Call): Value {
  const operands = [argumentAs(call, 0, double)]
  return planned(
    call,
    strict(call.lowering, double, {
      operands,
      compute: ([x]) => {
        const known = x as Expression
        const positive = select(binary('gt', known, constF64(0)), constF64(1), known)
        return select(
          binary('lt', known, constF64(0)),
          constF64(-1),
          select(binary('eq', known, constF64(0)), constF64(0), positive),
        )
      },
    }),
  )
}

function toWhole(
  call: Call,
  names: { readonly float: 'ceil' | 'floor'; readonly decimal: 'decimal_ceil' | 'decimal_floor' },
): Value {
  const value = argument(call, 0)
  if (isFloat(value.type)) {
    return planned(
      call,
      strict(call.lowering, value.type, { operands: [value], compute: ([x]) => unary(names.float, x as Expression) }),
    )
  }
  if (value.type.kind === 'decimal')
    return decimalTo(call, { value: { ...value, type: value.type }, digits: null, name: names.decimal })
  return planned(call, value)
}

function toDigits(
  call: Call,
  names: { readonly float: 'f64_round' | 'f64_truncate'; readonly decimal: 'decimal_round' | 'decimal_trunc' },
): Value {
  const value = argument(call, 0)
  const digits = call.expression.arguments.length > 1 ? count(call, 1) : null
  if (value.type.kind === 'decimal')
    return decimalTo(call, { value: { ...value, type: value.type }, digits, name: names.decimal })
  if (isFloat(value.type)) {
    if (digits === null && names.float === 'f64_truncate')
      return planned(
        call,
        strict(call.lowering, value.type, { operands: [value], compute: ([x]) => unary('trunc', x as Expression) }),
      )
    const operands = digits === null ? [value] : [value, digits]
    const compute = ([x, n]: readonly Expression[]): Expression =>
      rounded(value.type, library(names.float, [x as Expression, n ?? constI32(0)]))
    return planned(call, guarded(call.lowering, value.type, { operands, compute }))
  }
  if (digits === null) return planned(call, value)
  return integerTo(call, { value, digits, name: names.decimal })
}

interface DecimalRounding {
  readonly value: Value & { readonly type: DecimalType }
  readonly digits: Value | null
  readonly name: 'decimal_round' | 'decimal_trunc' | 'decimal_ceil' | 'decimal_floor'
}

/**
 * Rounded on the argument's own scale with one more digit of room, then cast to the planned type. A cast to a smaller scale takes 39 digits
 * and checks what is left of them.
 */
function decimalTo(call: Call, { value, digits, name }: DecimalRounding): Value {
  const { lowering, expression } = call
  const { type } = value
  const isShortened = expression.type.kind === 'decimal' && expression.type.scale < type.scale
  const wide: DecimalType = { kind: 'decimal', precision: Math.min(38, type.precision + 1), scale: type.scale }
  const operands = digits === null ? [value] : [value, digits]
  const rounded = guarded(lowering, wide, {
    operands,
    compute: ([x, n]) => {
      const drop = binary('sub', constI32(type.scale), n ?? constI32(0))
      const room = isShortened ? type.precision + 1 : wide.precision
      const parameters = [widen(x as Expression, type), drop, constI32(room)]
      return narrow(wide, callFallible(lowering, { name, parameters, failures: [failureOf(call, 'numeric_overflow')] }))
    },
  })
  return planned(call, rounded)
}

/** ROUND(1250, -2): through a decimal of no scale. */
function integerTo(
  call: Call,
  {
    value,
    digits,
    name,
  }: { readonly value: Value; readonly digits: Value; readonly name: 'decimal_round' | 'decimal_trunc' },
): Value {
  const type: DecimalType = { kind: 'decimal', precision: 20, scale: 0 }
  const asDecimal = argumentAs(call, 0, type)
  return decimalTo(call, { value: { ...asDecimal, valid: value.valid, type }, digits, name })
}

function mod(call: Call): Value {
  const { lowering, expression } = call
  const { type, span } = expression
  if (type.kind === 'decimal') {
    const side = (index: number): Value & { readonly type: DecimalType } => {
      const value = argument(call, index)
      return value.type.kind === 'decimal' ? { ...value, type: value.type } : { ...argumentAs(call, index, type), type }
    }
    return decimalArithmetic(lowering, { operator: 'modulo', type, operands: [side(0), side(1)], span })
  }
  const operands = [argumentAs(call, 0, type), argumentAs(call, 1, type)] as const
  if (isFloat(type)) return floatArithmetic(lowering, { operator: 'modulo', type, operands })
  return integerArithmetic(lowering, { operator: 'modulo', kind: integerKind(type) ?? refuse(type), operands, span })
}

function refuse(type: SqlType): never {
  throw new InternalError(`mod on ${typeName(type)}`)
}
