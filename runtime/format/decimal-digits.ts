import { faultAddress, faults } from '../abi/library.ts'
import type { MemoryViews } from '../abi/memory.ts'

/**
 * Numbers from their text, exactly. A number is taken apart into sign, significant digits and a power of ten; what most inputs
 * hold (at most 15 digits) is done in doubles without making a string.
 */
const exactDigitsMax = 15
const exactPowerMax = 22
const powersOfTen: readonly number[] = Array.from({ length: exactPowerMax + 1 }, (_, power) => Number(`1e${power}`))
/** Beyond, a number is out of every integer and decimal range, or zero. */
const exponentMax = 1_000_000

export class DecimalDigits {
  readonly #views: MemoryViews
  #negative = false
  /** Digits without leading zeros, as a whole number when there are at most 15 of them. */
  #whole = 0
  #digitCount = 0
  #exponent = 0
  #firstDigit = 0

  constructor(views: MemoryViews) {
    this.#views = views
  }

  toI64(from: number, to: number): bigint {
    return this.#toInteger({ from, to }, -(2n ** 63n), 2n ** 63n - 1n)
  }

  /** The bits of an unsigned one. */
  toU64(from: number, to: number): bigint {
    return BigInt.asIntN(64, this.#toInteger({ from, to }, 0n, 2n ** 64n - 1n))
  }

  toF64(from: number, to: number): number {
    this.#fault(faults.none)
    if (!this.#parse(from, to)) return this.#nonFinite(from, to)
    if (this.#digitCount <= exactDigitsMax && Math.abs(this.#exponent) <= exactPowerMax) {
      const power = powersOfTen[Math.abs(this.#exponent)] ?? 1
      const size = this.#exponent < 0 ? this.#whole / power : this.#whole * power
      return this.#negative ? -size : size
    }
    return Number(this.#text(from, to))
  }

  #nonFinite(from: number, to: number): number {
    const text = to - from > 16 ? '' : this.#text(from, to).toLowerCase()
    if (text === 'nan') return Number.NaN
    if (/^[+]?inf(inity)?$/.test(text)) return Number.POSITIVE_INFINITY
    if (/^-inf(inity)?$/.test(text)) return Number.NEGATIVE_INFINITY
    this.#fault(faults.invalid_cast)
    return 0
  }

  /** Units of the last digit; rounded half away from zero. */
  toDecimal(
    from: number,
    to: number,
    { precision, scale }: { readonly precision: number; readonly scale: number },
  ): bigint {
    this.#fault(faults.none)
    if (!this.#parse(from, to)) return this.#bad(faults.invalid_cast)
    if (this.#digitCount === 0) return 0n
    const shift = this.#exponent + scale
    if (shift >= 0 && this.#digitCount + shift <= exactDigitsMax && this.#digitCount + shift <= precision) {
      return BigInt(this.#signed * (powersOfTen[shift] ?? 1))
    }
    if (this.#digitCount + shift > precision + 1) return this.#bad(faults.numeric_overflow)
    if (this.#digitCount + shift < 0) return 0n
    const digits = this.#digits(from, to)
    const units = shift >= 0 ? digits * 10n ** BigInt(shift) : roundedQuotient(digits, 10n ** BigInt(-shift))
    if (units >= 10n ** BigInt(precision)) return this.#bad(faults.numeric_overflow)
    return this.#negative ? -units : units
  }

  /** Epoch number to microseconds. */
  toInstant(from: number, to: number, unitsPerSecond: bigint): bigint {
    this.#fault(faults.none)
    if (!this.#parse(from, to)) return this.#bad(faults.invalid_cast)
    if (this.#digitCount === 0) return 0n
    if (this.#isShort && unitsPerSecond === 1000n && this.#digitCount <= 13) {
      return BigInt(this.#signed) * 1000n
    }
    if (this.#isShort && unitsPerSecond === 1_000_000n) return BigInt(this.#signed)
    if (this.#digitCount + this.#exponent > 24) return this.#bad(faults.numeric_overflow)
    const digits = this.#digitCount + this.#exponent < -9 ? 0n : this.#digits(from, to) * (this.#negative ? -1n : 1n)
    const numerator = digits * 1_000_000n * 10n ** BigInt(Math.max(0, this.#exponent))
    const denominator = unitsPerSecond * 10n ** BigInt(Math.max(0, -this.#exponent))
    const quotient = numerator / denominator
    const micros = quotient * denominator > numerator ? quotient - 1n : quotient
    return micros < instantMin || micros > instantMax ? this.#bad(faults.numeric_overflow) : micros
  }

  #toInteger({ from, to }: { from: number; to: number }, min: bigint, max: bigint): bigint {
    this.#fault(faults.none)
    if (!this.#parse(from, to)) return this.#bad(faults.invalid_cast)
    if (this.#digitCount === 0) return 0n
    if (this.#isShort && !(this.#negative && min === 0n)) return BigInt(this.#signed)
    if (this.#digitCount + this.#exponent > 20) return this.#bad(faults.numeric_overflow)
    if (this.#digitCount + this.#exponent <= 0) return this.#bad(faults.invalid_cast)
    const digits = this.#digits(from, to)
    const divisor = 10n ** BigInt(Math.max(0, -this.#exponent))
    if (digits % divisor !== 0n) return this.#bad(faults.invalid_cast)
    const size = (digits / divisor) * 10n ** BigInt(Math.max(0, this.#exponent))
    const value = this.#negative ? -size : size
    return value < min || value > max ? this.#bad(faults.numeric_overflow) : value
  }

  /** A whole number of at most 15 digits: it is exact as a double, and within every 64-bit range. */
  get #isShort(): boolean {
    return this.#exponent === 0 && this.#digitCount <= exactDigitsMax
  }

  get #signed(): number {
    return this.#negative ? -this.#whole : this.#whole
  }

  /** Takes `[+-] digits [. digits] [e [+-] digits]` apart. False for anything else. */
  #parse(from: number, to: number): boolean {
    const { u8 } = this.#views
    this.#whole = 0
    this.#digitCount = 0
    this.#exponent = 0
    let at = from
    this.#negative = u8[at] === 45
    if (at < to && (u8[at] === 45 || u8[at] === 43)) at++
    let digits = 0
    let fraction = 0
    let point = false
    for (; at < to; at++) {
      const byte = u8[at] ?? 0
      if (byte === 46 && !point) {
        point = true
        continue
      }
      if (byte < 48 || byte > 57) break
      digits++
      if (point) fraction++
      if (this.#digitCount === 0 && byte === 48) continue
      if (this.#digitCount === 0) this.#firstDigit = at
      this.#digitCount++
      if (this.#digitCount <= exactDigitsMax) this.#whole = this.#whole * 10 + byte - 48
    }
    if (digits === 0) return false
    this.#exponent = -fraction
    return at === to || this.#parseExponent(at, to)
  }

  #parseExponent(from: number, to: number): boolean {
    const { u8 } = this.#views
    if (((u8[from] ?? 0) | 32) !== 101) return false
    const negative = u8[from + 1] === 45
    let at = negative || u8[from + 1] === 43 ? from + 2 : from + 1
    if (at >= to) return false
    let exponent = 0
    for (; at < to; at++) {
      const digit = (u8[at] ?? 0) - 48
      if (digit < 0 || digit > 9) return false
      exponent = Math.min(exponentMax, exponent * 10 + digit)
    }
    this.#exponent += negative ? -exponent : exponent
    return true
  }

  /** The significant digits as one whole number. */
  #digits(from: number, to: number): bigint {
    if (this.#digitCount <= exactDigitsMax) return BigInt(this.#whole)
    const text = this.#text(Math.max(from, this.#firstDigit), to)
      .replace(/[eE].*$/, '')
      .replace('.', '')
    return BigInt(text)
  }

  #text(from: number, to: number): string {
    return Buffer.from(this.#views.u8.slice(from, to)).toString('latin1')
  }

  #bad(fault: number): bigint {
    this.#fault(fault)
    return 0n
  }

  #fault(fault: number): void {
    this.#views.i32[faultAddress >> 2] = fault
  }
}

/** Years 1 to 9999. */
const instantMin = -62_135_596_800_000_000n
const instantMax = 253_402_300_799_999_999n

function roundedQuotient(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor
  return (value % divisor) * 2n >= divisor ? quotient + 1n : quotient
}
