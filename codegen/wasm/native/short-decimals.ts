import { NativeBuilder } from './native-builder.ts'
import type { Read } from './native-builder.ts'
import type { NativeFunction, UnitScope } from '../unit-scope.ts'
import { surelyFits } from './products.ts'
import { divideRounded, fitsDigits64 } from './wide.ts'

/** Decimals of at most 18 digits. What does not fit 64 bits on the way is left to the library. */
const isShort = (digits: number | undefined): boolean => digits !== undefined && digits >= 0 && digits <= 18

function returnChecked(b: NativeBuilder, value: Read, precision: number): void {
  b.if(
    fitsDigits64(b, value, precision),
    () => {
      b.setFault('none')
      b.return(value())
    },
    () => {
      b.setFault('numeric_overflow')
      b.return(b.code.i64.const(0n))
    },
  )
}

function power(b: NativeBuilder, exponent: number): Read {
  return b.let('i64', b.code.i64.const(10n ** BigInt(exponent)))
}

/** (a, b, down, precision) */
const multiply: NativeFunction = {
  name: 'decimal64_mul',
  constants: [2, 3],
  accepts: ([down, precision]) => isShort(down) && isShort(precision),
  define(unit, internal, [down = 0, precision = 0]) {
    const b = new NativeBuilder(unit, ['i64', 'i64', 'i32', 'i32'])
    const [x, y] = b.two()
    const { code } = b
    b.if(code.i32.eqz(surelyFits(code, x, y)), () => b.return(imported(b, unit, 'decimal64_mul')))
    const result = b.let('i64', code.i64.mul(x(), y()))
    returnChecked(b, down === 0 ? result : divideRounded(b, result, power(b, down)), precision)
    b.define(internal, 'i64', null)
  },
}

/** (a, b, up, precision) */
const divide: NativeFunction = {
  name: 'decimal64_div',
  constants: [2, 3],
  accepts: ([up, precision]) => isShort(up) && isShort(precision),
  define(unit, internal, [up = 0, precision = 0]) {
    const b = new NativeBuilder(unit, ['i64', 'i64', 'i32', 'i32'])
    const [x, y] = b.two()
    const { code } = b
    const factor = power(b, up)
    const leaves = code.i32.or(code.i32.eqz(surelyFits(code, x, factor)), code.i64.eqz(y()))
    const isLeast = code.i64.eq(y(), code.i64.const(-(2n ** 63n)))
    b.if(code.i32.or(leaves, isLeast), () => b.return(imported(b, unit, 'decimal64_div')))
    returnChecked(b, divideRounded(b, b.let('i64', code.i64.mul(x(), factor())), y), precision)
    b.define(internal, 'i64', null)
  },
}

/** (a, up, precision) */
const rescale: NativeFunction = {
  name: 'decimal64_rescale',
  constants: [1, 2],
  accepts: ([up, precision]) => isShort(Math.abs(up ?? Number.NaN)) && isShort(precision),
  define(unit, internal, [up = 0, precision = 0]) {
    const b = new NativeBuilder(unit, ['i64', 'i32', 'i32'])
    const { code } = b
    const value = b.parameter(0)
    const factor = power(b, Math.abs(up))
    const call = (): void =>
      b.return(
        code.call(
          unit.importLibrary('decimal64_rescale'),
          [value(), b.parameter(1)(), b.parameter(2)()],
          unit.types.i64,
        ),
      )
    if (up < 0) {
      b.if(code.i64.eq(value(), code.i64.const(-(2n ** 63n))), call)
      returnChecked(b, divideRounded(b, value, factor), precision)
    } else {
      b.if(code.i32.eqz(surelyFits(code, value, factor)), call)
      returnChecked(b, b.let('i64', code.i64.mul(value(), factor())), precision)
    }
    b.define(internal, 'i64', null)
  },
}

function imported(b: NativeBuilder, unit: UnitScope, name: 'decimal64_mul' | 'decimal64_div') {
  return b.code.call(
    unit.importLibrary(name),
    [0, 1, 2, 3].map((index) => b.parameter(index)()),
    unit.types.i64,
  )
}

export const shortDecimalFunctions: readonly NativeFunction[] = [multiply, divide, rescale]
