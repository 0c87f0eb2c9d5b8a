import { NativeBuilder } from './native-builder.ts'
import type { Read, WideRead } from './native-builder.ts'
import type { NativeFunction, UnitScope } from '../unit-scope.ts'
import { difference, divideRounded, fitsDigits, isNarrow, negated, product, sum } from './wide.ts'

/** Scaling by more leaves 128 bits for values of 64. */
const upMax = 18
const isUp = (up: number | undefined): boolean => up !== undefined && up >= 0 && up <= upMax
const isPrecision = (precision: number | undefined): boolean =>
  precision !== undefined && precision >= 0 && precision <= 38

function wideParameter(b: NativeBuilder, index: number): WideRead {
  return { low: b.parameter(index), high: b.parameter(index + 1) }
}

/** Returns the value when it has at most so many digits, else faults. */
function returnChecked(b: NativeBuilder, value: WideRead, precision: number): void {
  b.if(
    fitsDigits(b, value, precision)(),
    () => {
      b.setFault('none')
      b.returnPair(value.low(), value.high())
    },
    () => returnFault(b),
  )
}

function returnFault(b: NativeBuilder): void {
  const { i64 } = b.code
  b.setFault('numeric_overflow')
  b.returnPair(i64.const(0n), i64.const(0n))
}

/** The value times 10^up; `otherwise` returns from the function where it has more than 64 bits. */
function scaledUp(
  b: NativeBuilder,
  unit: UnitScope,
  scaling: { readonly value: WideRead; readonly up: number; readonly otherwise: () => void },
): WideRead {
  const { value, up, otherwise } = scaling
  if (up === 0) return value
  b.if(b.code.i32.eqz(isNarrow(b, value)), otherwise)
  const factor = b.let('i64', b.code.i64.const(10n ** BigInt(up)))
  return product(b, unit, [value.low, factor])
}

/** decimal_add and decimal_sub: (a, aUp, b, bUp, precision) */
function additive(name: 'decimal_add' | 'decimal_sub'): NativeFunction {
  return {
    name,
    constants: [1, 3, 4],
    accepts: ([aUp, bUp, precision]) => isUp(aUp) && isUp(bUp) && isPrecision(precision),
    define(unit, internal, [aUp = 0, bUp = 0, precision = 0]) {
      const b = new NativeBuilder(unit, ['i64', 'i64', 'i32', 'i64', 'i64', 'i32', 'i32'])
      const [x, y] = [wideParameter(b, 0), wideParameter(b, 3)]
      const otherwise = (): void => b.returnImported(name, [x, b.parameter(2), y, b.parameter(5), b.parameter(6)])
      const left = scaledUp(b, unit, { value: x, up: aUp, otherwise })
      const right = scaledUp(b, unit, { value: y, up: bUp, otherwise })
      const result = (name === 'decimal_add' ? sum : difference)(b, left, right)
      b.if(result.overflows(), () => returnFault(b))
      returnChecked(b, result, precision)
      b.define(internal, 'pair', null)
    },
  }
}

/** (a, b, down, precision) */
const multiply: NativeFunction = {
  name: 'decimal_mul',
  constants: [2, 3],
  accepts: ([down, precision]) => isUp(down) && isPrecision(precision),
  define(unit, internal, [down = 0, precision = 0]) {
    const b = new NativeBuilder(unit, ['i64', 'i64', 'i64', 'i64', 'i32', 'i32'])
    const { code } = b
    const [x, y] = [wideParameter(b, 0), wideParameter(b, 2)]
    const otherwise = (): void => b.returnImported('decimal_mul', [x, y, b.parameter(4), b.parameter(5)])
    b.if(code.i32.eqz(code.i32.and(isNarrow(b, x), isNarrow(b, y))), otherwise)
    const result = product(b, unit, [x.low, y.low])
    if (down === 0) returnChecked(b, result, precision)
    else {
      const isLeast = code.i64.eq(result.low(), code.i64.const(-(2n ** 63n)))
      b.if(code.i32.or(code.i32.eqz(isNarrow(b, result)), isLeast), otherwise)
      returnNarrow(b, divideRounded(b, result.low, b.let('i64', code.i64.const(10n ** BigInt(down)))), precision)
    }
    b.define(internal, 'pair', null)
  },
}

function returnNarrow(b: NativeBuilder, value: Read, precision: number): void {
  const high = b.let('i64', b.code.i64.shr_s(value(), b.code.i64.const(63n)))
  returnChecked(b, { low: value, high }, precision)
}

/** (a, up, precision) */
const rescale: NativeFunction = {
  name: 'decimal_rescale',
  constants: [1, 2],
  accepts: ([up, precision]) => isUp(Math.abs(up ?? Number.NaN)) && isPrecision(precision),
  define(unit, internal, [up = 0, precision = 0]) {
    const b = new NativeBuilder(unit, ['i64', 'i64', 'i32', 'i32'])
    const { code } = b
    const value = wideParameter(b, 0)
    const otherwise = (): void => b.returnImported('decimal_rescale', [value, b.parameter(2), b.parameter(3)])
    if (up >= 0) returnChecked(b, scaledUp(b, unit, { value, up, otherwise }), precision)
    else {
      const isLeast = code.i64.eq(value.low(), code.i64.const(-(2n ** 63n)))
      b.if(code.i32.or(code.i32.eqz(isNarrow(b, value)), isLeast), otherwise)
      returnNarrow(b, divideRounded(b, value.low, b.let('i64', code.i64.const(10n ** BigInt(-up)))), precision)
    }
    b.define(internal, 'pair', null)
  },
}

const compare: NativeFunction = {
  name: 'decimal_compare',
  define(unit, internal) {
    const b = new NativeBuilder(unit, ['i64', 'i64', 'i64', 'i64'])
    const { i32, i64 } = b.code
    const [x, y] = [wideParameter(b, 0), wideParameter(b, 2)]
    b.if(i64.ne(x.high(), y.high()), () =>
      b.return(i32.sub(i64.gt_s(x.high(), y.high()), i64.lt_s(x.high(), y.high()))),
    )
    b.define(internal, 'i32', i32.sub(i64.gt_u(x.low(), y.low()), i64.lt_u(x.low(), y.low())))
  },
}

const equal: NativeFunction = {
  name: 'decimal_equal',
  define(unit, internal) {
    const b = new NativeBuilder(unit, ['i64', 'i64', 'i64', 'i64'])
    const { i64 } = b.code
    const [x, y] = [wideParameter(b, 0), wideParameter(b, 2)]
    b.define(internal, 'i32', i64.eqz(i64.or(i64.xor(x.low(), y.low()), i64.xor(x.high(), y.high()))))
  },
}

/** decimal_neg and decimal_abs */
function signed(name: 'decimal_neg' | 'decimal_abs'): NativeFunction {
  return {
    name,
    define(unit, internal) {
      const b = new NativeBuilder(unit, ['i64', 'i64'])
      const value = wideParameter(b, 0)
      if (name === 'decimal_abs')
        b.if(b.code.i64.ge_s(value.high(), b.code.i64.const(0n)), () => b.returnPair(value.low(), value.high()))
      const result = negated(b, value)
      b.returnPair(result.low(), result.high())
      b.define(internal, 'pair', null)
    },
  }
}

const fromUnsigned: NativeFunction = {
  name: 'decimal_from_u64',
  define(unit, internal) {
    const b = new NativeBuilder(unit, ['i64'])
    b.returnPair(b.parameter(0)(), b.code.i64.const(0n))
    b.define(internal, 'pair', null)
  },
}

export const decimalFunctions: readonly NativeFunction[] = [
  additive('decimal_add'),
  additive('decimal_sub'),
  multiply,
  rescale,
  compare,
  equal,
  signed('decimal_neg'),
  signed('decimal_abs'),
  fromUnsigned,
]
