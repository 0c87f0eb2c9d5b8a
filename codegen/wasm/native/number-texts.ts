import type { LibraryName } from '../../../runtime/abi/library.ts'
import type { Code } from '../module.ts'
import type { NativeFunction } from '../unit-scope.ts'
import { NativeBuilder, type Read } from './native-builder.ts'
import { putDigits, putPadded, splitEight } from './text-digits.ts'

/** Texts of whole numbers and of decimals within 64 bits (runtime/abi/library/encode.ts). */

const minus = 45
const point = 46

/** A sign where there is one; the address behind it and the magnitude. */
function putSign(b: NativeBuilder, out: Read, value: Read): readonly [Read, Read] {
  const { i32, i64 } = b.code
  b.push(i32.store8(0, 1, out(), i32.const(minus)))
  const sign = b.let('i64', i64.shr_s(value(), i64.const(63n)))
  const at = b.let('i32', i32.sub(out(), i32.wrap(sign())))
  return [at, b.let('i64', i64.sub(i64.xor(value(), sign()), sign()))]
}

/** `read`: the value, an i64, of the second parameter. */
function wholeNumber(
  name: LibraryName,
  sign: 'signed' | 'unsigned',
  read: (b: NativeBuilder, from: Read) => Code,
): NativeFunction {
  return {
    name,
    define(unit, internal) {
      const b = new NativeBuilder(unit, ['i32', 'i32'])
      const [out, from] = b.two()
      const value = b.let('i64', read(b, from))
      const [at, magnitude] = sign === 'signed' ? putSign(b, out, value) : [out, value]
      b.define(internal, 'i32', putDigits(b, at, magnitude)())
    },
  }
}

const eightByteLoad = ({ code: { i64 } }: NativeBuilder, cell: Read): Code => i64.load(0, 8, cell())

/** Fractions of more digits are left to the library. */
const scaleMax = 18

/** (out, cell, scale) */
function decimal(name: 'write_decimal64' | 'write_decimal'): NativeFunction {
  return {
    name,
    constants: [2],
    accepts: ([scale = 0]) => scale <= scaleMax,
    define(unit, internal, [scale = 0]) {
      const b = new NativeBuilder(unit, ['i32', 'i32', 'i32'])
      const [out, cell] = b.two()
      const { code } = b
      const { i32, i64 } = code
      const value = b.let('i64', eightByteLoad(b, cell))
      if (name === 'write_decimal') {
        const isWide = i64.ne(i64.load(8, 8, cell()), i64.shr_s(value(), i64.const(63n)))
        const imported = (): Code =>
          code.call(unit.importLibrary(name), [out(), cell(), i32.const(scale)], unit.types.i32)
        b.if(isWide, () => b.return(imported()))
      }
      const [at, magnitude] = putSign(b, out, value)
      if (scale === 0) {
        b.define(internal, 'i32', putDigits(b, at, magnitude)())
        return
      }
      const unitOf = i64.const(10n ** BigInt(scale))
      const whole = b.let('i64', i64.div_u(magnitude(), unitOf))
      const behind = putDigits(b, at, whole)
      const fraction = b.let('i64', i64.sub(magnitude(), i64.mul(whole(), i64.const(10n ** BigInt(scale)))))
      b.push(i32.store8(0, 1, behind(), i32.const(point)))
      putFraction(b, b.let('i32', i32.add(behind(), i32.const(1))), { value: fraction, width: scale })
      b.define(internal, 'i32', i32.add(behind(), i32.const(scale + 1)))
    },
  }
}

/** With leading zeros. */
function putFraction(b: NativeBuilder, at: Read, { value, width }: { value: Read; width: number }): void {
  const { i32 } = b.code
  if (width <= 8) {
    putPadded(b, at, { value: i32.wrap(value()), width })
    return
  }
  const [high, low] = splitEight(b, value)
  putFraction(b, at, { value: high, width: width - 8 })
  putPadded(b, b.let('i32', i32.add(at(), i32.const(width - 8))), { value: i32.wrap(low()), width: 8 })
}

export const numberTexts: readonly NativeFunction[] = [
  wholeNumber('write_i32', 'signed', ({ code: { i64 } }, value) => i64.extend_s(value())),
  wholeNumber('write_u32', 'unsigned', ({ code: { i32, i64 } }, cell) => i64.extend_u(i32.load(0, 4, cell()))),
  wholeNumber('write_i64', 'signed', eightByteLoad),
  wholeNumber('write_u64', 'unsigned', eightByteLoad),
  decimal('write_decimal64'),
  decimal('write_decimal'),
]
