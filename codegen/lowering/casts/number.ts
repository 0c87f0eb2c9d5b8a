import type { IntegerKind, SqlType } from '../../../sql/types/sql-type.ts'
import { binary, constF64, constI32, constI64, library, select, unary } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { Value } from '../value.ts'
import { decimalFacts, isShort, powerOfTen, scaleUp, widen } from '../expressions/decimal-alignment.ts'
import { narrow } from '../expressions/decimal-arithmetic.ts'
import type { DecimalType } from '../expressions/decimal-arithmetic.ts'
import { rounded } from '../expressions/float-arithmetic.ts'
import { integerFacts, integerKind, outside } from '../expressions/integer-facts.ts'
import { guarded, strict } from '../expressions/strict.ts'
import { isFloat } from '../expressions/traits.ts'
import { andValid } from '../expressions/validity.ts'
import { fitsDecimal } from './cast-facts.ts'
import type { CastContext } from './cast-failures.ts'

/** Among integers, decimals, REAL and DOUBLE. Doubles round half to even into integers, decimals half away from zero. */
export function castNumber(context: CastContext, to: SqlType): Value {
  const from = context.value.type
  const toInteger = integerKind(to)
  const fromInteger = integerKind(from)
  if (toInteger !== null) {
    if (fromInteger !== null) return integerToInteger(context, fromInteger, toInteger)
    return isFloat(from)
      ? floatToInteger(context, toInteger)
      : decimalToInteger(context, from as DecimalType, toInteger)
  }
  if (to.kind === 'decimal') {
    if (fromInteger !== null) return integerToDecimal(context, fromInteger, to)
    return isFloat(from) ? floatToDecimal(context, to) : decimalToDecimal(context, from as DecimalType, to)
  }
  if (fromInteger !== null) return integerToFloat(context, fromInteger)
  return isFloat(from) ? floatToFloat(context) : decimalToFloat(context, from as DecimalType)
}

function integerToInteger({ lowering, failures, value, type }: CastContext, from: IntegerKind, to: IntegerKind): Value {
  const [source, target] = [integerFacts(from), integerFacts(to)]
  return strict(lowering, type, {
    operands: [value],
    compute: ([x], valid) => {
      const known = x as Expression
      const isBelow = source.min < target.min
      const isAbove = source.max > target.max
      if (isBelow || isAbove) failures.when(andValid(valid, rangeFault(known, [source, target])), 'numeric_overflow')
      if (source.register === target.register) return known
      return source.register === 'i32' ? unary('i64_from_i32_s', known) : unary('i32_wrap_i64', known)
    },
  })
}

/** Compared in the source's register; BIGINT UNSIGNED above the signed range reads as negative there. */
function rangeFault(
  value: Expression,
  [source, target]: readonly [ReturnType<typeof integerFacts>, ReturnType<typeof integerFacts>],
): Expression {
  if (source.bits === 64 && !source.isSigned) return binary('gt_u', value, constI64(target.max))
  const limit = 2n ** BigInt(source.register === 'i32' ? 31 : 63)
  const max = target.max < limit ? target.max : limit - 1n
  const min = target.min > -limit ? target.min : -limit
  const zero = source.register === 'i32' ? constI32(0) : constI64(0)
  if (target.max >= limit) return binary('lt_s', value, zero)
  return outside(value, source.register, [min, max])
}

/** Outside of what the register holds a double must not be truncated: the value is replaced before. */
function floatToInteger({ lowering, failures, value, type }: CastContext, to: IntegerKind): Value {
  const { builder } = lowering
  const { register, min, max, bits, isSigned } = integerFacts(to)
  return strict(lowering, type, {
    operands: [value],
    compute: ([x], valid) => {
      const nearest = builder.let('nearest', unary('nearest', x as Expression))
      // max + 1 is a power of two, so it is exact as a double; NaN is in no range
      const inside = binary(
        'and',
        binary('ge', nearest, constF64(Number(min))),
        binary('lt', nearest, constF64(Number(max + 1n))),
      )
      const isOutside = builder.let('outside', unary('not', inside))
      failures.when(andValid(valid, isOutside), 'numeric_overflow')
      const safe = builder.let('safe', select(isOutside, constF64(0), nearest))
      if (register === 'i32') return unary('i32_trunc_f64', safe)
      if (bits === 64 && !isSigned) return unsignedFromDouble(safe)
      return unary('i64_trunc_f64', safe)
    },
  })
}

/** Above 2^63 the truncation is done 2^63 lower and the high bit put back. */
function unsignedFromDouble(value: Expression): Expression {
  const half = constF64(2 ** 63)
  const isHigh = binary('ge', value, half)
  const low = select(isHigh, binary('sub', value, half), value)
  const bits = unary('i64_trunc_f64', low)
  return binary('xor', bits, select(isHigh, constI64(-(2n ** 63n)), constI64(0)))
}

function decimalToInteger({ lowering, failures, value, type }: CastContext, from: DecimalType, to: IntegerKind): Value {
  const target = integerFacts(to)
  const unsigned = target.bits === 64 && !target.isSigned
  return guarded(lowering, type, {
    operands: [value],
    compute: ([x]) => {
      const name = unsigned ? 'decimal_to_u64' : 'decimal_to_i64'
      const wide =
        from.scale === 0 && isShort(from) && !unsigned
          ? (x as Expression)
          : failures.call(name, [widen(x as Expression, from), constI32(from.scale)], ['numeric_overflow'])
      if (target.bits === 64) return wide
      failures.when(outside(wide, 'i64', [target.min, target.max]), 'numeric_overflow')
      return target.register === 'i32' ? unary('i32_wrap_i64', wide) : wide
    },
  })
}

function integerToDecimal({ lowering, failures, value, type }: CastContext, from: IntegerKind, to: DecimalType): Value {
  const source = integerFacts(from)
  const fits = fitsDecimal(value.type, to)
  const unsigned = source.bits === 64 && !source.isSigned
  const wide64 = (x: Expression): Expression => (source.register === 'i64' ? x : unary('i64_from_i32_s', x))
  if (isShort(to) && !unsigned) {
    return strict(lowering, type, {
      operands: [value],
      compute: ([x], valid) => {
        const known = lowering.builder.let('value', wide64(x as Expression))
        const max = powerOfTen(to.precision - to.scale) - 1n
        if (!fits) failures.when(andValid(valid, outside(known, 'i64', [-max, max])), 'numeric_overflow')
        return scaleUp(known, to.scale)
      },
    })
  }
  return guarded(lowering, type, {
    operands: [value],
    compute: ([x]) => {
      const wide = unsigned
        ? library('decimal_from_u64', [x as Expression])
        : unary('i128_from_i64', wide64(x as Expression))
      if (to.scale === 0 && fits) return narrow(to, wide)
      return narrow(
        to,
        failures.call('decimal_rescale', [wide, constI32(to.scale), constI32(to.precision)], ['numeric_overflow']),
      )
    },
  })
}

function decimalToDecimal({ lowering, failures, value, type }: CastContext, from: DecimalType, to: DecimalType): Value {
  const up = to.scale - from.scale
  const fits = fitsDecimal(from, to)
  if (fits && up === 0 && isShort(from) === isShort(to)) return { ...value, type }
  if (fits && up >= 0 && isShort(from) && isShort(to)) {
    return strict(lowering, type, { operands: [value], compute: ([x]) => scaleUp(x as Expression, up) })
  }
  if (isShort(from) && isShort(to)) {
    const parameters = [constI32(up), constI32(to.precision)]
    return guarded(lowering, type, {
      operands: [value],
      compute: ([x]) => failures.call('decimal64_rescale', [x as Expression, ...parameters], ['numeric_overflow']),
    })
  }
  return guarded(lowering, type, {
    operands: [value],
    compute: ([x]) => {
      const wide = widen(x as Expression, from)
      if (fits && up === 0) return narrow(to, wide)
      return narrow(
        to,
        failures.call('decimal_rescale', [wide, constI32(up), constI32(to.precision)], ['numeric_overflow']),
      )
    },
  })
}

function floatToDecimal({ lowering, failures, value, type }: CastContext, to: DecimalType): Value {
  const name = isShort(to) ? 'decimal64_from_f64' : 'decimal_from_f64'
  return guarded(lowering, type, {
    operands: [value],
    compute: ([x]) =>
      failures.call(name, [x as Expression, constI32(to.scale), constI32(to.precision)], ['numeric_overflow']),
  })
}

function integerToFloat({ lowering, value, type }: CastContext, from: IntegerKind): Value {
  return strict(lowering, type, {
    operands: [value],
    compute: ([x]) => rounded(type, integerAsDouble(x as Expression, from)),
  })
}

function integerAsDouble(value: Expression, kind: IntegerKind): Expression {
  if (kind === 'ubigint') return unary('f64_from_i64_u', value)
  return unary(integerFacts(kind).register === 'i64' ? 'f64_from_i64_s' : 'f64_from_i32_s', value)
}

/** A double beyond the float range is an overflow, as in PostgreSQL; infinities stay. */
function floatToFloat({ lowering, failures, value, type }: CastContext): Value {
  if (type.kind === 'double') return { ...value, type }
  return strict(lowering, type, {
    operands: [value],
    compute: ([x], valid) => {
      const result = lowering.builder.let('value', unary('to_f32', x as Expression))
      const infinite = (y: Expression): Expression => binary('eq', unary('abs', y), constF64(Infinity))
      const isLost = binary('and', infinite(result), unary('not', infinite(x as Expression)))
      failures.when(andValid(valid, isLost), 'numeric_overflow')
      return result
    },
  })
}

function decimalToFloat({ lowering, value, type }: CastContext, from: DecimalType): Value {
  const name = isShort(from) ? 'decimal64_to_f64' : 'decimal_to_f64'
  return guarded(lowering, type, {
    operands: [value],
    compute: ([x]) => rounded(type, library(name, [x as Expression, constI32(decimalFacts(from).scale)])),
  })
}
