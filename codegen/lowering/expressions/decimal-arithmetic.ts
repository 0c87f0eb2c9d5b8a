import { typeName } from '../../../sql/types/sql-type.ts'
import type { SqlType } from '../../../sql/types/sql-type.ts'
import type { Span } from '../../../sql/base/span.ts'
import { binary, constI32, constI64, library, select, unary } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { Value } from '../value.ts'
import { isShort, powerOfTen, scaleUp, widen } from './decimal-alignment.ts'
import type { ArithmeticName } from './integer-arithmetic.ts'
import { outside } from './integer-facts.ts'
import type { Failure, Lowering } from './lowering.ts'
import { callFallible, divisionByZero, failWhenValid, guarded, overflow, strict } from './strict.ts'

export type DecimalType = SqlType & { readonly kind: 'decimal' }

export interface DecimalOperation {
  readonly operator: ArithmeticName
  readonly type: DecimalType
  /** Decimals of any precision and scale. */
  readonly operands: readonly [Value & { readonly type: DecimalType }, Value & { readonly type: DecimalType }]
  readonly span: Span | undefined
}

/**
 * Exact decimal arithmetic, rounded half away from zero where the result's scale asks for it. In i64 where every intermediate value surely fits
 * 18 digits, else by the library in i128.
 */
export function decimalArithmetic(lowering: Lowering, operation: DecimalOperation): Value {
  switch (operation.operator) {
    case 'add':
    case 'subtract':
      return addOrSubtract(lowering, { ...operation, operator: operation.operator })
    case 'multiply':
      return multiply(lowering, operation)
    case 'divide':
      return divide(lowering, operation)
    case 'modulo':
      return modulo(lowering, operation)
  }
}

function ups({ type, operands }: DecimalOperation): readonly [number, number] {
  return [type.scale - operands[0].type.scale, type.scale - operands[1].type.scale]
}

function addOrSubtract(
  lowering: Lowering,
  operation: DecimalOperation & { readonly operator: 'add' | 'subtract' },
): Value {
  const { type, operands, span, operator } = operation
  const [left, right] = operands
  const [up, upRight] = ups(operation)
  const digits = Math.max(left.type.precision + up, right.type.precision + upRight)
  const failure = overflow(typeName(type), span)
  if (up >= 0 && upRight >= 0 && digits <= 17 && isShort(type)) {
    return strict(lowering, type, {
      operands,
      compute: ([x, y], valid) => {
        const result = lowering.builder.let(
          'value',
          binary(operator === 'add' ? 'add' : 'sub', scaleUp(x as Expression, up), scaleUp(y as Expression, upRight)),
        )
        if (digits >= type.precision) failOutside(lowering, result, { type, valid, failure })
        return result
      },
    })
  }
  return wideCall(lowering, operation, {
    name: operator === 'add' ? 'decimal_add' : 'decimal_sub',
    parameters: ([x, y]) => [x, constI32(up), y, constI32(upRight), constI32(type.precision)],
    failures: [failure],
  })
}

function failOutside(
  lowering: Lowering,
  value: Expression,
  {
    type,
    valid,
    failure,
  }: { readonly type: DecimalType; readonly valid: Expression | null; readonly failure: Failure },
): void {
  const max = powerOfTen(type.precision) - 1n
  failWhenValid(lowering, valid, { condition: outside(value, 'i64', [-max, max]), failure })
}

function multiply(lowering: Lowering, operation: DecimalOperation): Value {
  const { type, operands, span } = operation
  const [left, right] = operands
  const down = left.type.scale + right.type.scale - type.scale
  const digits = left.type.precision + right.type.precision
  const failure = overflow(typeName(type), span)
  if (down === 0 && digits <= 18 && isShort(type)) {
    return strict(lowering, type, {
      operands,
      compute: ([x, y], valid) => {
        const result = lowering.builder.let('value', binary('mul', x as Expression, y as Expression))
        if (digits > type.precision) failOutside(lowering, result, { type, valid, failure })
        return result
      },
    })
  }
  if ([type, left.type, right.type].every(isShort)) {
    return shortCall(lowering, operation, { name: 'decimal64_mul', shift: down, failures: [failure] })
  }
  return wideCall(lowering, operation, {
    name: 'decimal_mul',
    parameters: ([x, y]) => [x, y, constI32(down), constI32(type.precision)],
    failures: [failure],
  })
}

function divide(lowering: Lowering, operation: DecimalOperation): Value {
  const { type, operands, span } = operation
  const [left, right] = operands
  const up = type.scale - left.type.scale + right.type.scale
  const failures = [divisionByZero(span), overflow(typeName(type), span)]
  if ([type, left.type, right.type].every(isShort)) {
    if (up >= 0 && left.type.precision + up <= 18) return divideInline(lowering, operation, up)
    return shortCall(lowering, operation, { name: 'decimal64_div', shift: up, failures })
  }
  return wideCall(lowering, operation, {
    name: 'decimal_div',
    parameters: ([x, y]) => [x, y, constI32(up), constI32(type.precision)],
    failures,
  })
}

/** The scaled dividend fits 18 digits: quotient and remainder in i64, rounded by comparing what is left with the divisor. */
function divideInline(lowering: Lowering, { type, operands, span }: DecimalOperation, up: number): Value {
  const { builder } = lowering
  return strict(lowering, type, {
    operands,
    compute: ([x, y], valid) => {
      const isZero = builder.let('zero', unary('eqz', y as Expression))
      failWhenValid(lowering, valid, { condition: isZero, failure: divisionByZero(span) })
      const dividend = builder.let('dividend', scaleUp(x as Expression, up))
      const divisor = builder.let('divisor', select(isZero, constI64(1), y as Expression))
      const quotient = builder.let('quotient', binary('div_s', dividend, divisor))
      const left = builder.let('left', binary('sub', dividend, binary('mul', quotient, divisor)))
      const rest = builder.let('rest', magnitude(left))
      const size = builder.let('size', magnitude(divisor))
      const isUp = binary('ge_s', rest, binary('sub', size, rest))
      const isNegative = binary('lt_s', binary('xor', dividend, divisor), constI64(0))
      const away = select(isNegative, constI64(-1), constI64(1))
      const result = builder.let('value', select(isUp, binary('add', quotient, away), quotient))
      // No quotient is longer than its dividend.
      if (operands[0].type.precision + up > type.precision) {
        failOutside(lowering, result, { type, valid, failure: overflow(typeName(type), span) })
      }
      return result
    },
  })
}

function magnitude(value: Expression): Expression {
  if (value.kind === 'const' && typeof value.value === 'bigint')
    return constI64(value.value < 0n ? -value.value : value.value)
  return select(binary('lt_s', value, constI64(0)), binary('sub', constI64(0), value), value)
}

function modulo(lowering: Lowering, operation: DecimalOperation): Value {
  const { type, operands, span } = operation
  const [left, right] = operands
  const [up, upRight] = ups(operation)
  const digits = Math.max(left.type.precision + up, right.type.precision + upRight)
  if (up >= 0 && upRight >= 0 && digits <= 18 && isShort(type)) {
    return strict(lowering, type, {
      operands,
      compute: ([x, y], valid) => {
        const divisor = lowering.builder.let('divisor', scaleUp(y as Expression, upRight))
        const isZero = lowering.builder.let('zero', unary('eqz', divisor))
        failWhenValid(lowering, valid, { condition: isZero, failure: divisionByZero(span) })
        return binary('rem_s', scaleUp(x as Expression, up), select(isZero, constI64(1), divisor))
      },
    })
  }
  return wideCall(lowering, operation, {
    name: 'decimal_rem',
    parameters: ([x, y]) => [x, constI32(up), y, constI32(upRight), constI32(type.precision)],
    failures: [divisionByZero(span), overflow(typeName(type), span)],
  })
}

interface ShortCall {
  readonly name: 'decimal64_mul' | 'decimal64_div'
  readonly shift: number
  readonly failures: readonly Failure[]
}

function shortCall(
  lowering: Lowering,
  { type, operands }: DecimalOperation,
  { name, shift, failures }: ShortCall,
): Value {
  return guarded(lowering, type, {
    operands,
    compute: (values) =>
      callFallible(lowering, { name, parameters: [...values, constI32(shift), constI32(type.precision)], failures }),
  })
}

interface WideCall {
  readonly name: 'decimal_add' | 'decimal_sub' | 'decimal_mul' | 'decimal_div' | 'decimal_rem'
  readonly parameters: (values: readonly [Expression, Expression]) => readonly Expression[]
  readonly failures: readonly Failure[]
}

function wideCall(
  lowering: Lowering,
  { type, operands }: DecimalOperation,
  { name, parameters, failures }: WideCall,
): Value {
  return guarded(lowering, type, {
    operands,
    compute: ([x, y]) => {
      const wide = [widen(x as Expression, operands[0].type), widen(y as Expression, operands[1].type)] as const
      return narrow(type, callFallible(lowering, { name, parameters: parameters(wide), failures }))
    },
  })
}

/** An i128 known to fit the type, as the type is lowered. */
export function narrow(type: DecimalType, value: Expression): Expression {
  return isShort(type) ? unary('i64_wrap_i128', value) : value
}

export function negateDecimal(lowering: Lowering, operand: Value & { readonly type: DecimalType }): Value {
  const { type } = operand
  const compute = ([x]: readonly Expression[]): Expression =>
    isShort(type) ? binary('sub', constI64(0), x as Expression) : library('decimal_neg', [x as Expression])
  return (isShort(type) ? strict : guarded)(lowering, type, { operands: [operand], compute })
}
