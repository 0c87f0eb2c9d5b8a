import type { Code } from '../module.ts'
import type { NativeBuilder, Read } from './native-builder.ts'

/** Decimal digits into memory, eight at a time: arithmetic on lanes of one i64, the first digit in the lowest byte. */

const everyByte = (byte: bigint): bigint => byte * 0x0101_0101_0101_0101n
const zeros = everyByte(48n)
export const eightDigitsUnit = 100_000_000n

/** Digit values of an i32 from 0 to 99,999,999; i64. */
export function digitsOf(b: NativeBuilder, value: Code): Read {
  const { i32, i64 } = b.code
  const whole = b.let('i32', value)
  const high = b.let('i32', i32.div_u(whole(), i32.const(10_000)))
  const low = i32.sub(whole(), i32.mul(high(), i32.const(10_000)))
  // each step cuts lanes in half: by 100, then by 10
  const fours = b.let('i64', i64.or(i64.extend_u(high()), i64.shl(i64.extend_u(low), i64.const(32n))))
  const hundreds = b.let(
    'i64',
    i64.and(i64.shr_u(i64.mul(fours(), i64.const(10_486n)), i64.const(20n)), i64.const(0x7f_0000_007fn)),
  )
  const rest = i64.sub(fours(), i64.mul(hundreds(), i64.const(100n)))
  const pairs = b.let('i64', i64.or(hundreds(), i64.shl(rest, i64.const(16n))))
  const tens = b.let(
    'i64',
    i64.and(i64.shr_u(i64.mul(pairs(), i64.const(103n)), i64.const(10n)), i64.const(0x000f_000f_000f_000fn)),
  )
  const ones = i64.sub(pairs(), i64.mul(tens(), i64.const(10n)))
  return b.let('i64', i64.or(tens(), i64.shl(ones, i64.const(8n))))
}

export function asText({ i64 }: NativeBuilder['code'], digits: Code): Code {
  return i64.or(digits, i64.const(zeros))
}

/** Writes the last `width` (1 to 8) of eight digits. */
export function putPadded(b: NativeBuilder, at: Read, { value, width }: { value: Code; width: number }): void {
  const { i64 } = b.code
  const text = asText(b.code, digitsOf(b, value)())
  b.push(i64.store(0, 1, at(), i64.shr_u(text, i64.const(BigInt(64 - 8 * width)))))
}

/** Writes as many of eight digits as the number has; the address behind them. */
function putShort(b: NativeBuilder, at: Read, value: Code): Code {
  const { i32, i64 } = b.code
  const digits = digitsOf(b, value)
  // at least the last one
  const significant = i64.or(digits(), i64.const(1n << 56n))
  const missing = b.let('i64', i64.and(i64.ctz(significant), i64.const(56n)))
  b.push(i64.store(0, 1, at(), i64.shr_u(asText(b.code, digits()), missing())))
  return i32.sub(i32.add(at(), i32.const(8)), i32.wrap(i64.shr_u(missing(), i64.const(3n))))
}

/** Writes an unsigned i64; the address behind it. */
export function putDigits(b: NativeBuilder, out: Read, value: Read): Read {
  const { i32, i64 } = b.code
  const isShort = (part: Read): Code => i64.lt_u(part(), i64.const(eightDigitsUnit))
  const whole = (part: Read): Code => i32.wrap(part())
  const end = b.cell('i32')
  const putLong = (): void => {
    const [high, low] = splitEight(b, value)
    b.if(
      isShort(high),
      () => end.set(putShort(b, out, whole(high))),
      () => {
        const [top, middle] = splitEight(b, high)
        end.set(putShort(b, out, whole(top)))
        putPadded(b, end.get, { value: whole(middle), width: 8 })
        end.set(i32.add(end.get(), i32.const(8)))
      },
    )
    putPadded(b, end.get, { value: whole(low), width: 8 })
    end.set(i32.add(end.get(), i32.const(8)))
  }
  b.if(isShort(value), () => end.set(putShort(b, out, whole(value))), putLong)
  return end.get
}

/** All but the last eight digits of an unsigned i64, and these. */
export function splitEight(b: NativeBuilder, value: Read): readonly [Read, Read] {
  const { i64 } = b.code
  const high = b.let('i64', i64.div_u(value(), i64.const(eightDigitsUnit)))
  return [high, b.let('i64', i64.sub(value(), i64.mul(high(), i64.const(eightDigitsUnit))))]
}
