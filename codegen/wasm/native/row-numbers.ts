import { unreachable } from '../../../sql/base/assert.ts'
import type { RowColumn, RowValue } from '../../kernel/ir.ts'
import type { Code } from '../module.ts'
import { alignDigits, digitCount, digitStops, eightDigits, loadDigits } from './digits.ts'
import type { NativeBuilder, Read } from './native-builder.ts'
import { putNumber, type RowWalk } from './row-walk.ts'

/** What a format lets numbers begin with, and what happens to those that begin in another way. */
export interface NumberRules {
  /** leading zeros */
  readonly zeros: 'one' | 'any'
  /** leaves; `at` is where it was */
  readonly otherwise: () => void
  /** goes on behind the number when its value is there */
  readonly finish: () => void
}

type Shape<Kind extends RowValue['kind']> = RowValue & { readonly kind: Kind }

type NumberValue = Shape<'integer' | 'real' | 'decimal'>

/** The number at `at` as the row's value of the column; steps over it. */
export function emitNumber(
  walk: RowWalk,
  column: RowColumn & { readonly value: NumberValue },
  rules: NumberRules,
): void {
  const { value } = column
  switch (value.kind) {
    case 'integer':
      return emitInteger(walk, { ...column, value }, rules)
    case 'real':
      return emitReal(walk, column, rules)
    case 'decimal':
      return emitDecimal(walk, { ...column, value }, rules)
    default:
      return unreachable(value)
  }
}

/** The number at `at` as a value of a column of whole numbers; steps over it. What follows is not looked at. */
function emitInteger(
  walk: RowWalk,
  column: RowColumn & { readonly value: Shape<'integer'> },
  rules: NumberRules,
): void {
  const { b, at, miss, rare } = walk
  const { i32, i64 } = b.code
  const { isSigned, max, factor } = column.value
  const put = (number: Read, sign: 1n | -1n): void => {
    const limit = BigInt(max ?? 0) + (sign < 0n ? 1n : 0n)
    if (max !== null) b.if(i64.gt_u(number(), i64.const(limit)), miss)
    const scale = sign * BigInt(factor)
    putNumber(walk, column, scale === 1n ? number : () => i64.mul(number(), i64.const(scale)))
    rules.finish()
  }
  const negative = (): void => {
    at.set(i32.add(at.get(), i32.const(1)))
    put(wholeNumber(walk, { ...rules, otherwise: miss }), -1n)
  }
  b.block((done) => {
    const leave = (): void => {
      if (walk.seldom === 'elsewhere') return rare(negative)
      // of more than eight digits what stands behind is no end of a number
      const from = b.let('i32', i32.add(at.get(), i32.const(1)))
      const { count, value } = leadingDigits(b, from, { ...rules, otherwise: miss })
      at.set(i32.add(from(), count()))
      put(value.get, -1n)
      done()
    }
    const otherwise = (): void => {
      if (isSigned) b.if(i32.eq(i32.load8_u(0, 1, at.get()), i32.const(minus)), leave)
      rules.otherwise()
    }
    put(wholeNumber(walk, { ...rules, otherwise }), 1n)
  })
}

export const minus = 45
export const point = 46

/** A whole number of at most 18 digits without a sign. i64 */
function wholeNumber({ b, at, miss }: RowWalk, rules: NumberRules): Read {
  const { code } = b
  const { i32, i64 } = code
  const from = b.let('i32', at.get())
  const { count, value } = leadingDigits(b, from, rules)
  at.set(i32.add(from(), count()))
  const nextDigit = (): Code => i32.sub(i32.load8_u(0, 1, at.get()), i32.const(48))
  b.if(i32.eq(count(), i32.const(8)), () => {
    b.loop((leave) => {
      const digit = b.let('i32', nextDigit())
      b.if(i32.ge_u(digit(), i32.const(10)), leave)
      value.set(i64.add(i64.mul(value.get(), i64.const(10n)), i64.extend_u(digit())))
      at.set(i32.add(at.get(), i32.const(1)))
    })
    b.if(i32.gt_u(i32.sub(at.get(), from()), i32.const(18)), miss)
  })
  return value.get
}

/** The first eight digits at most. */
function leadingDigits(b: NativeBuilder, from: Read, { zeros, otherwise }: NumberRules) {
  const { code } = b
  const { i32 } = code
  const digits = b.let('i64', loadDigits(b, from()))
  const count = b.let('i32', digitCount(code, digitStops(code, digits)))
  const leave = (): void =>
    zeros === 'one'
      ? b.if(i32.or(firstOf(b, digits), i32.ne(count(), i32.const(1))), otherwise)
      : b.if(i32.eqz(count()), otherwise)
  b.if(i32.ge_u(i32.sub(firstOf(b, digits), i32.const(1)), i32.const(9)), leave)
  const value = b.cell('i64')
  value.set(eightDigits(code, alignDigits(code, digits, count)))
  return { count, value }
}

/** The first of eight digits. i32 */
export function firstOf({ code: { i32 } }: NativeBuilder, digits: Read): Code {
  return i32.and(i32.wrap(digits()), i32.const(255))
}

interface FixedNumber {
  readonly isNegative: Read
  /** i64, at most eight digits */
  readonly whole: Read
  /** i64: up to eight digits of the fraction as bytes, the first one lowest, zeros behind; and how many */
  readonly fraction: Read
  readonly fractionCount: Read
}

/** At most eight digits, and behind a point at most eight more; what has more is a miss. */
function fixedNumber({ b, at, miss }: RowWalk, rules: NumberRules): FixedNumber {
  const { code } = b
  const { i32, i64 } = code
  const isNegative = b.let('i32', i32.eq(i32.load8_u(0, 1, at.get()), i32.const(minus)))
  const from = b.let('i32', i32.add(at.get(), isNegative()))
  const { count, value } = leadingDigits(b, from, rules)
  const end = b.let('i32', i32.add(from(), count()))
  const fraction = b.cell('i64')
  const fractionCount = b.cell('i32')
  fraction.set(i64.const(0n))
  fractionCount.set(i32.const(0))
  b.if(
    i32.eq(i32.load8_u(0, 1, end()), i32.const(point)),
    () => {
      const start = b.let('i32', i32.add(end(), i32.const(1)))
      const digits = b.let('i64', loadDigits(b, start()))
      const found = b.let('i32', digitCount(code, digitStops(code, digits)))
      b.if(i32.eqz(found()), miss)
      const bits = b.let('i64', i64.extend_u(i32.shl(found(), i32.const(3))))
      const some = i64.and(digits(), i64.sub(i64.shl(i64.const(1n), bits()), i64.const(1n)))
      fraction.set(code.select(i32.eq(found(), i32.const(8)), digits(), some))
      fractionCount.set(found())
      at.set(i32.add(start(), found()))
    },
    () => at.set(end()),
  )
  // more digits than were taken
  b.if(i32.lt_u(i32.sub(i32.load8_u(0, 1, at.get()), i32.const(48)), i32.const(10)), miss)
  return { isNegative, whole: value.get, fraction: fraction.get, fractionCount: fractionCount.get }
}

const fractionUnits = 100_000_000n
/** Up to here doubles have every whole number, so that one division gives the nearest double. */
const exactMax = 2n ** 53n

function emitReal(walk: RowWalk, column: RowColumn, rules: NumberRules): void {
  const { b, miss } = walk
  const { code } = b
  const { i64, f64 } = code
  const { isNegative, whole, fraction } = fixedNumber(walk, rules)
  const units = b.let('i64', i64.add(i64.mul(whole(), i64.const(fractionUnits)), eightDigits(code, fraction())))
  b.if(i64.gt_u(units(), i64.const(exactMax)), miss)
  const size = b.let('f64', f64.div(f64.convert_s.i64(units()), f64.const(Number(fractionUnits))))
  const value = b.let('f64', code.select(isNegative(), f64.neg(size()), size()))
  putNumber(walk, column, value)
  rules.finish()
}

const unitDigitsMax = 18

function emitDecimal(
  walk: RowWalk,
  column: RowColumn & { readonly value: Shape<'decimal'> },
  rules: NumberRules,
): void {
  const { b, miss } = walk
  const { code } = b
  const { i32, i64 } = code
  const { precision, scale } = column.value
  const { isNegative, whole, fraction, fractionCount } = fixedNumber(walk, rules)
  const wholeDigits = Math.min(precision, unitDigitsMax) - scale
  // eight digits cannot be more than that
  if (wholeDigits < 8) b.if(i64.ge_u(whole(), i64.const(10n ** BigInt(wholeDigits))), miss)
  const ofWhole = i64.mul(whole(), i64.const(10n ** BigInt(scale)))
  const size = b.cell('i64')
  if (scale === 0) {
    b.if(fractionCount(), miss)
    size.set(ofWhole)
  } else {
    b.if(i32.gt_u(fractionCount(), i32.const(scale)), miss)
    const digits = scale < 8 ? i64.shl(fraction(), i64.const(BigInt(8 * (8 - scale)))) : fraction()
    const units = eightDigits(code, digits)
    size.set(i64.add(ofWhole, scale > 8 ? i64.mul(units, i64.const(10n ** BigInt(scale - 8))) : units))
  }
  const value = b.let('i64', code.select(isNegative(), i64.sub(i64.const(0n), size.get()), size.get()))
  putNumber(walk, column, value)
  rules.finish()
}
