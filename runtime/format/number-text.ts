import type { MemoryViews } from '../abi/memory.ts'
import { loadBigint } from './cells.ts'
import { writeBigint, writePadded, writeUnsigned } from './digits.ts'
import { shortNumberMax, writeShort } from './short-digits.ts'

/**
 * Decimal digits of whole numbers and decimals in memory. Every writer returns the position after what it wrote. Addresses travel one by one:
 * an object of them would be made for each value.
 */
export class NumberText {
  readonly #views: MemoryViews
  /** For words at any address. */
  readonly #words: DataView

  constructor(views: MemoryViews, words: DataView) {
    this.#views = views
    this.#words = words
  }

  /** A whole number within 2^53. */
  integer(at: number, value: number): number {
    if (value >= 0) return this.#magnitude(at, value)
    this.#views.u8[at] = 45
    return this.#magnitude(at + 1, -value)
  }

  /** The 64 bits at `cell`. Most values fit a double: no bigint is made for them. */
  wide(at: number, cell: number, physical: 'i64' | 'u64'): number {
    const { i32, u8 } = this.#views
    const low = i32[cell >> 2] ?? 0
    // nearly all are short: none of these becomes a double
    if (i32[(cell >> 2) + 1] === 0 && low >= 0 && low <= shortNumberMax) return writeShort(this.#words, at, low)
    const value = loadExact(this.#views, cell, physical)
    if (!Number.isNaN(value)) return this.integer(at, value)
    return writeBigint(u8, at, loadBigint(this.#views, cell, physical))
  }

  decimal64(at: number, cell: number, scale: number): number {
    const value = loadExact(this.#views, cell, 'i64')
    if (!Number.isNaN(value) && scale <= shortScaleMax) return this.#parts(at, value, scale)
    return this.#long(at, loadBigint(this.#views, cell, 'i64'), scale)
  }

  decimal(at: number, cell: number, scale: number): number {
    const value = loadExact(this.#views, cell, 'i128')
    if (!Number.isNaN(value) && scale <= shortScaleMax) return this.#parts(at, value, scale)
    return this.#long(at, loadBigint(this.#views, cell, 'i128'), scale)
  }

  /** A decimal within 2^53, as its parts before and behind the point. */
  #parts(at: number, value: number, scale: number): number {
    if (scale === 0) return this.integer(at, value)
    const { u8 } = this.#views
    let from = at
    if (value < 0) u8[from++] = 45
    const size = Math.abs(value)
    const unit = powersOfTen[scale] as number
    const whole = Math.floor(size / unit)
    const point = this.#magnitude(from, whole)
    u8[point] = 46
    return writePadded(u8, point + 1, { value: size - whole * unit, width: scale })
  }

  #long(at: number, value: bigint, scale: number): number {
    const { u8 } = this.#views
    let from = at
    if (value < 0n) u8[from++] = 45
    const to = writeBigint(u8, from, value < 0n ? -value : value)
    return scale > 0 ? insertPoint(u8, { from, to, scale }) : to
  }

  /** Of a number from 0 to 2^53. */
  #magnitude(at: number, value: number): number {
    return value <= shortNumberMax ? writeShort(this.#words, at, value | 0) : writeUnsigned(this.#views.u8, at, value)
  }
}

/** Fractions of so many digits are short numbers. */
const shortScaleMax = 9
const powersOfTen = Float64Array.from({ length: shortScaleMax + 1 }, (_, exponent) => 10 ** exponent)

/** Puts the point `scale` digits before the end, with zeros in front where there are too few digits. */
function insertPoint(
  bytes: Uint8Array,
  { from, to, scale }: { readonly from: number; readonly to: number; readonly scale: number },
): number {
  const missing = Math.max(0, scale + 1 - (to - from))
  bytes.copyWithin(from + missing, from, to)
  bytes.fill(48, from, from + missing)
  const end = to + missing
  bytes.copyWithin(end - scale + 1, end - scale, end)
  bytes[end - scale] = 46
  return end + 1
}

/** The integer at an address when it is within 2^53, NaN otherwise. */
function loadExact({ i32 }: MemoryViews, address: number, physical: 'i64' | 'u64' | 'i128'): number {
  const cell = address >> 2
  const high = i32[cell + 1] ?? 0
  const isExact = high < 0x200000 && (high >= 0 || (physical !== 'u64' && high >= -0x200000))
  if (!isExact) return Number.NaN
  const sign = high >> 31
  if (physical === 'i128' && (i32[cell + 2] !== sign || i32[cell + 3] !== sign)) return Number.NaN
  return high * 4_294_967_296 + ((i32[cell] ?? 0) >>> 0)
}
