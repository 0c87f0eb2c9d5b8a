import type { Code } from '../module.ts'
import type { NativeFunction } from '../unit-scope.ts'
import { NativeBuilder, type Cell, type Read } from './native-builder.ts'
import { asText, digitsOf, eightDigitsUnit, putDigits, putPadded } from './text-digits.ts'

const mantissaBits = 52n
const bias = 1023n
/** Below, five bits of a digit would leave 64; from there on, not every whole number is a double. */
const [exponentMin, exponentMax] = [-6n, 52n]
const [minus, point, zero] = [45, 46, 48]
/** `0.0` */
const zeroText = 0x30_2e30

/**
 * write_f64(out, cell): the shortest digits that read back to the same number, as runtime/format/double-digits.ts has them, on whole numbers
 * instead of doubles. The fraction is `rest` of 2^bits; each digit comes out in front by a multiplication with ten, until what is left is less than
 * `half` of the distance to the next double. Eight or four digits at once as long as the number cannot end in or before them. Other sizes than
 * 2^-6 to 2^53, and what is as near to one digit as to the next, are left to the library.
 */
const writeDouble: NativeFunction = {
  name: 'write_f64',
  define(unit, internal) {
    const b = new NativeBuilder(unit, ['i32', 'i32'])
    const [out, cell] = b.two()
    const { code } = b
    const { i32, i64 } = code
    const imported = (): void => b.return(code.call(unit.importLibrary('write_f64'), [out(), cell()], unit.types.i32))
    const word = b.let('i64', i64.load(0, 8, cell()))
    b.push(i32.store8(0, 1, out(), i32.const(minus)))
    const at = b.cell('i32')
    at.set(i32.add(out(), i64.lt_s(word(), i64.const(0n))))
    const size = b.let('i64', i64.and(word(), i64.const((1n << 63n) - 1n)))
    const exponent = b.let('i64', i64.sub(i64.shr_u(size(), i64.const(mantissaBits)), i64.const(bias)))
    const isOther = i64.gt_u(i64.sub(exponent(), i64.const(exponentMin)), i64.const(exponentMax - exponentMin))
    b.if(isOther, () => {
      b.if(i64.ne(size(), i64.const(0n)), imported)
      b.push(i32.store(0, 1, at.get(), i32.const(zeroText)))
      b.return(i32.add(at.get(), i32.const(3)))
    })
    const hidden = 1n << mantissaBits
    const mantissa = b.let('i64', i64.or(i64.and(size(), i64.const(hidden - 1n)), i64.const(hidden)))
    const whole = b.let('i64', i64.shr_u(mantissa(), i64.sub(i64.const(mantissaBits), exponent())))
    at.set(putDigits(b, at.get, whole)())
    b.push(i32.store8(0, 1, at.get(), i32.const(point)))
    at.set(i32.add(at.get(), i32.const(1)))
    const bits = b.let('i64', i64.sub(i64.const(mantissaBits + 1n), exponent()))
    const one = b.let('i64', i64.shl(i64.const(1n), bits()))
    const fraction: Fraction = { at, bits, one, rest: b.cell('i64'), half: b.cell('i64') }
    fraction.rest.set(i64.and(i64.shl(mantissa(), i64.const(1n)), i64.sub(one(), i64.const(1n))))
    fraction.half.set(i64.const(1n))
    putEight(b, fraction)
    putFours(b, fraction)
    putRest(b, fraction, imported)
    b.define(internal, 'i32', null)
  },
}

interface Fraction {
  readonly at: Cell
  /** what is left of the fraction, and half of the distance to the next double, in units of 2^-bits */
  readonly rest: Cell
  readonly half: Cell
  readonly bits: Read
  readonly one: Read
}

/** Products with 10^8 stay within 63 bits. */
const eightBitsMax = 36n
/** With 10^4. */
const fourBitsMax = 49n

interface Step {
  /** as many digits as `unit` has zeros; i64 */
  readonly group: Read
  readonly rest: Read
  readonly half: Read
  /** the number ends in or before them; i32 */
  readonly ends: () => Code
}

function step(b: NativeBuilder, { rest, half, bits, one }: Fraction, unit: bigint): Step {
  const { i32, i64 } = b.code
  const shifted = b.let('i64', i64.mul(rest.get(), i64.const(unit)))
  const left = b.let('i64', i64.and(shifted(), i64.sub(one(), i64.const(1n))))
  const reach = b.let('i64', i64.mul(half.get(), i64.const(unit)))
  return {
    group: b.let('i64', i64.shr_u(shifted(), bits())),
    rest: left,
    half: reach,
    ends: () => i32.or(i64.lt_s(left(), reach()), i64.gt_s(left(), i64.sub(one(), reach()))),
  }
}

function goOn(
  b: NativeBuilder,
  { at, rest, half }: Fraction,
  { after, digits }: { after: Step; digits: number },
): void {
  at.set(b.code.i32.add(at.get(), b.code.i32.const(digits)))
  rest.set(after.rest())
  half.set(after.half())
}

function putEight(b: NativeBuilder, fraction: Fraction): void {
  const { i32, i64 } = b.code
  b.if(i64.le_u(fraction.bits(), i64.const(eightBitsMax)), () => {
    const after = step(b, fraction, eightDigitsUnit)
    b.if(i32.eqz(after.ends()), () => {
      const digits = digitsOf(b, i32.wrap(after.group()))
      b.push(i64.store(0, 1, fraction.at.get(), asText(b.code, digits())))
      goOn(b, fraction, { after, digits: 8 })
    })
  })
}

function putFours(b: NativeBuilder, fraction: Fraction): void {
  const { i32, i64 } = b.code
  b.if(i64.le_u(fraction.bits(), i64.const(fourBitsMax)), () =>
    b.loop((leave) => {
      const after = step(b, fraction, 10_000n)
      b.if(after.ends(), leave)
      putPadded(b, fraction.at.get, { value: i32.wrap(after.group()), width: 4 })
      goOn(b, fraction, { after, digits: 4 })
    }),
  )
}

/** Returns from the function. */
function putRest(b: NativeBuilder, fraction: Fraction, imported: () => void): void {
  const { i32, i64 } = b.code
  const { at, one } = fraction
  const middle = b.let('i64', i64.shr_u(one(), i64.const(1n)))
  b.loop(() => {
    const after = step(b, fraction, 10n)
    const digit = i32.add(i32.wrap(after.group()), i32.const(zero))
    b.if(after.ends(), () => {
      b.if(i64.eq(after.rest(), middle()), imported)
      b.push(i32.store8(0, 1, at.get(), i32.add(digit, i64.gt_s(after.rest(), middle()))))
      b.return(i32.add(at.get(), i32.const(1)))
    })
    const inner = i32.add(i32.wrap(after.group()), i32.const(zero))
    b.push(i32.store8(0, 1, at.get(), inner))
    goOn(b, fraction, { after, digits: 1 })
  })
}

export const doubleTexts: readonly NativeFunction[] = [writeDouble]
