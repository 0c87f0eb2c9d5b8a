import type { MemoryViews } from '../abi/memory.ts'
import { loadBigint } from './cells.ts'
import { writeBigint, writePadded, writeUnsigned } from './digits.ts'
import { shortNumberMax, writeShort } from './short-digits.ts'
import type { TextMemory } from './text-memory.ts'

/** Decimal digits of whole numbers and decimals in memory. Every writer returns the position after what it wrote. */

/** A whole number within 2^53. */
export function writeInteger(memory: TextMemory, at: number, value: number): number {
  if (value >= 0) return writeMagnitude(memory, at, value)
  memory.views.u8[at] = 45
  return writeMagnitude(memory, at + 1, -value)
}

/** The 64 bits at `cell`. Most values fit a double: no bigint is made for them. */
export function writeWide(memory: TextMemory, at: number, { cell, physical }: WideCell): number {
  const { views, words } = memory
  const low = views.i32[cell >> 2] ?? 0
  // nearly all are short: none of these becomes a double
  if (views.i32[(cell >> 2) + 1] === 0 && low >= 0 && low <= shortNumberMax) return writeShort(words, at, low)
  const value = loadExact(views, cell, physical)
  if (!Number.isNaN(value)) return writeInteger(memory, at, value)
  return writeBigint(views.u8, at, loadBigint(views, cell, physical))
}

interface WideCell {
  readonly cell: number
  readonly physical: 'i64' | 'u64'
}

/** Fractions of so many digits are short numbers. */
const shortScaleMax = 9

export function writeDecimal(
  memory: TextMemory,
  at: number,
  { cell, physical, scale }: { readonly cell: number; readonly physical: 'i64' | 'i128'; readonly scale: number },
): number {
  const { views } = memory
  const exact = loadExact(views, cell, physical)
  const value = !Number.isNaN(exact) ? exact : loadBigint(views, cell, physical)
  let from = at
  if (value < 0) views.u8[from++] = 45
  if (typeof value === 'number' && scale <= shortScaleMax)
    return writeParts(memory, from, { value: Math.abs(value), scale })
  const to = writeBigint(views.u8, from, BigInt(value < 0 ? -value : value))
  return scale > 0 ? insertPoint(views.u8, { from, to, scale }) : to
}

/** A decimal within 2^53, as its parts before and behind the point. */
function writeParts(memory: TextMemory, at: number, { value, scale }: { value: number; scale: number }): number {
  if (scale === 0) return writeMagnitude(memory, at, value)
  const unit = powersOfTen[scale] as number
  const whole = Math.floor(value / unit)
  const point = writeMagnitude(memory, at, whole)
  const { u8 } = memory.views
  u8[point] = 46
  return writePadded(u8, point + 1, { value: value - whole * unit, width: scale })
}

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

/** Of a number from 0 to 2^53. */
function writeMagnitude({ views, words }: TextMemory, at: number, value: number): number {
  return value <= shortNumberMax ? writeShort(words, at, value | 0) : writeUnsigned(views.u8, at, value)
}
