import type { Code } from '../module.ts'
import type { UnitScope } from '../unit-scope.ts'
import type { NativeBuilder, Read, WideRead } from './native-builder.ts'
import { surelyFits } from './products.ts'

/** Work on 128-bit integers in two locals. */
export function isNarrow({ code: { i64 } }: NativeBuilder, { low, high }: WideRead): Code {
  return i64.eq(high(), i64.shr_s(low(), i64.const(63n)))
}

/** The exact product of two i64. */
export function product(b: NativeBuilder, unit: UnitScope, [x, y]: readonly [Read, Read]): WideRead {
  const { code } = b
  const low = b.let('i64', code.i64.mul(x(), y()))
  const high = b.cell('i64')
  b.if(
    surelyFits(code, x, y),
    () => high.set(code.i64.shr_s(low(), code.i64.const(63n))),
    () => high.set(code.call(unit.native('multiply_high_s'), [x(), y()], unit.types.i64)),
  )
  return { low, high: high.get }
}

/** The sum, and i32: it has left 128 bits. */
export function sum(b: NativeBuilder, x: WideRead, y: WideRead): WideRead & { readonly overflows: Read } {
  const { i64 } = b.code
  const low = b.let('i64', i64.add(x.low(), y.low()))
  const carry = i64.extend_u(i64.lt_u(low(), x.low()))
  const high = b.let('i64', i64.add(i64.add(x.high(), y.high()), carry))
  const changed = i64.and(i64.xor(x.high(), high()), i64.xor(y.high(), high()))
  return { low, high, overflows: b.let('i32', i64.lt_s(changed, i64.const(0n))) }
}

export function difference(b: NativeBuilder, x: WideRead, y: WideRead): WideRead & { readonly overflows: Read } {
  const { i64 } = b.code
  const low = b.let('i64', i64.sub(x.low(), y.low()))
  const borrow = i64.extend_u(i64.lt_u(x.low(), y.low()))
  const high = b.let('i64', i64.sub(i64.sub(x.high(), y.high()), borrow))
  const changed = i64.and(i64.xor(x.high(), y.high()), i64.xor(x.high(), high()))
  return { low, high, overflows: b.let('i32', i64.lt_s(changed, i64.const(0n))) }
}

export function negated(b: NativeBuilder, { low, high }: WideRead): WideRead {
  const { i64 } = b.code
  const lower = b.let('i64', i64.sub(i64.const(0n), low()))
  const upper = b.let('i64', i64.sub(i64.const(-1n), high()))
  return { low: lower, high: b.let('i64', i64.add(upper(), i64.extend_u(i64.eqz(lower())))) }
}

/** i32: |value| < 10^precision */
export function fitsDigits(b: NativeBuilder, value: WideRead, precision: number): Read {
  const { code } = b
  const limit = 10n ** BigInt(precision)
  const fits = b.cell('i32')
  b.if(
    isNarrow(b, value),
    () => fits.set(precision > 18 ? code.i32.const(1) : fitsDigits64(b, value.low, precision)),
    () => (precision > 18 ? fits.set(isWithin(b, value, limit)) : fits.set(code.i32.const(0))),
  )
  return fits.get
}

export function fitsDigits64({ code: { i64 } }: NativeBuilder, value: Read, precision: number): Code {
  const limit = 10n ** BigInt(precision)
  return i64.lt_u(i64.add(value(), i64.const(limit - 1n)), i64.const(2n * limit - 1n))
}

function isWithin(b: NativeBuilder, value: WideRead, limit: bigint): Code {
  const { code } = b
  const { i32, i64 } = code
  const sign = b.let('i64', i64.shr_s(value.high(), i64.const(63n)))
  const low = b.let('i64', i64.sub(i64.xor(value.low(), sign()), sign()))
  const carry = i64.extend_u(i32.and(i32.wrap(sign()), i64.eqz(low())))
  const high = b.let('i64', i64.add(i64.xor(value.high(), sign()), carry))
  const [least, greatest] = [BigInt.asIntN(64, limit), BigInt.asIntN(64, limit >> 64n)]
  const same = i32.and(i64.eq(high(), i64.const(greatest)), i64.lt_u(low(), i64.const(least)))
  return i32.or(i64.lt_u(high(), i64.const(greatest)), same)
}

/** value / divisor rounded half away from zero; neither is the least i64, the divisor is not 0. */
export function divideRounded(b: NativeBuilder, value: Read, divisor: Read): Read {
  const { code } = b
  const { i64 } = code
  const quotient = b.let('i64', i64.div_s(value(), divisor()))
  const rest = b.let('i64', i64.sub(value(), i64.mul(quotient(), divisor())))
  const size = b.let('i64', absolute(b, divisor))
  const magnitude = b.let('i64', absolute(b, rest))
  const step = i64.or(i64.shr_s(i64.xor(value(), divisor()), i64.const(63n)), i64.const(1n))
  const stays = i64.lt_s(magnitude(), i64.sub(size(), magnitude()))
  return b.let('i64', code.select(stays, quotient(), i64.add(quotient(), step)))
}

function absolute({ code: { i64 } }: NativeBuilder, value: Read): Code {
  const sign = (): Code => i64.shr_s(value(), i64.const(63n))
  return i64.sub(i64.xor(value(), sign()), sign())
}
