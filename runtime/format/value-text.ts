import { InternalError } from '../../sql/base/diagnostic.ts'
import { unreachable } from '../../sql/base/assert.ts'
import type { PhysicalType, SqlType } from '../../sql/types/sql-type.ts'
import { physicalType } from '../../sql/types/sql-type.ts'
import type { MemoryViews } from '../abi/memory.ts'
import { integerBytesMax, writeAscii, writeBigint, writePadded, writeUnsigned } from './digits.ts'
import { writeDouble } from './double-digits.ts'
import { floatText } from '../library/number/double-text.ts'
import { instantBytesMax, writeBigTimestamp, writeDate, writeTime } from './instant-text.ts'
import type { OutputBuffer } from './output-buffer.ts'
import { shortNumberMax, writeShort } from './short-digits.ts'
import { loadBigint } from './cells.ts'

/** Writes the plain text of a value (not NULL) at an address: no quotes, no escapes. One per column, made once. */
export type TextWriter = (out: OutputBuffer, address: number) => void

/** Numbers, truth values and instants; strings and bytes have writers of their own in each format. */
export function makeTextWriter(views: MemoryViews, type: SqlType): TextWriter {
  switch (type.kind) {
    case 'boolean':
      return (out, address) => writeText(out, views.u8[address] ? 'true' : 'false')
    case 'real':
      return (out, address) => writeText(out, floatText(views.f32[address >> 2] ?? 0))
    case 'double':
      return (out, address) => writeDouble(out, views.f64[address >> 3] ?? 0)
    case 'decimal':
      return decimalWriter(views, type)
    case 'date':
      return (out, address) => {
        out.ensure(instantBytesMax)
        out.at = writeDate(out.bytes, out.at, views.i32[address >> 2] ?? 0)
      }
    case 'time':
      return (out, address) => {
        out.ensure(instantBytesMax)
        out.at = writeTime(out.bytes, out.at, Number(loadBigint(views, address, 'i64')))
      }
    case 'timestamp':
    case 'timestamptz':
      return timestampWriter(views, type.kind === 'timestamptz' ? 'Z' : '')
    case 'interval':
      return (out, address) => writeText(out, intervalText(views, address))
    case 'null':
      return (out) => writeText(out, 'null')
    case 'varchar':
    case 'bytea':
      throw new InternalError('text has no plain form')
    default:
      return integerWriter(views, physicalType(type))
  }
}

function writeText(out: OutputBuffer, text: string): void {
  out.ensure(text.length)
  out.at = writeAscii(out.bytes, out.at, text)
}

function integerWriter(views: MemoryViews, physical: PhysicalType): TextWriter {
  const small =
    (read: (address: number) => number): TextWriter =>
    (out, address) => {
      out.ensure(integerBytesMax)
      writeExact(out, read(address))
    }
  switch (physical) {
    case 'i8':
      return small((address) => views.i8[address] ?? 0)
    case 'u8':
      return small((address) => views.u8[address] ?? 0)
    case 'i16':
      return small((address) => views.i16[address >> 1] ?? 0)
    case 'u16':
      return small((address) => views.u16[address >> 1] ?? 0)
    case 'i32':
      return small((address) => views.i32[address >> 2] ?? 0)
    case 'u32':
      return small((address) => (views.i32[address >> 2] ?? 0) >>> 0)
    case 'i64':
    case 'u64':
      return wideWriter(views, physical)
    case 'i1':
    case 'i128':
    case 'f32':
    case 'f64':
    case 'view':
    case 'interval':
      throw new InternalError(`${physical} is no integer`)
    default:
      return unreachable(physical)
  }
}

/** Most 64-bit values fit a double: no bigint is made for them. */
function wideWriter(views: MemoryViews, physical: 'i64' | 'u64'): TextWriter {
  return (out, address) => {
    out.ensure(integerBytesMax)
    if (wroteShort(out, views, address)) return
    const value = loadExact(views, address, physical)
    if (!Number.isNaN(value)) writeExact(out, value)
    else out.at = writeBigint(out.bytes, out.at, loadBigint(views, address, physical))
  }
}

/** Nearly all integers are short: none of these becomes a double. */
function wroteShort(out: OutputBuffer, { i32 }: MemoryViews, address: number): boolean {
  const low = i32[address >> 2] ?? 0
  if (i32[(address >> 2) + 1] !== 0 || low < 0 || low > shortNumberMax) return false
  out.at = writeShort(out.view, out.at, low)
  return true
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

function writeExact(out: OutputBuffer, value: number): void {
  if (value < 0) out.bytes[out.at++] = 45
  writeMagnitude(out, Math.abs(value))
}

/** Of a number within 2^53, for whose digits there is room. */
function writeMagnitude(out: OutputBuffer, value: number): void {
  out.at = value <= shortNumberMax ? writeShort(out.view, out.at, value | 0) : writeUnsigned(out.bytes, out.at, value)
}

function decimalWriter(views: MemoryViews, { precision, scale }: { precision: number; scale: number }): TextWriter {
  const physical = precision <= 18 ? 'i64' : 'i128'
  const { i32 } = views
  const unit = scale <= shortScaleMax ? 10 ** scale : null
  return (out, address) => {
    out.ensure(48)
    const isHighZero = physical === 'i64' || (i32[(address >> 2) + 2] === 0 && i32[(address >> 2) + 3] === 0)
    if (scale === 0 && isHighZero && wroteShort(out, views, address)) return
    const exact = loadExact(views, address, physical)
    const value = !Number.isNaN(exact) ? exact : loadBigint(views, address, physical)
    if (value < 0) out.bytes[out.at++] = 45
    const from = out.at
    if (typeof value === 'number' && unit !== null) writeParts(out, Math.abs(value), { unit, scale })
    else {
      out.at = writeBigint(out.bytes, from, BigInt(value < 0 ? -value : value))
      if (scale > 0) insertPoint(out, { from, scale })
    }
  }
}

/** Fractions of so many digits are short numbers. */
const shortScaleMax = 9

/** A decimal within 2^53, as its parts before and behind the point. */
function writeParts(out: OutputBuffer, value: number, { unit, scale }: { unit: number; scale: number }): void {
  const whole = Math.floor(value / unit)
  writeMagnitude(out, whole)
  if (scale === 0) return
  out.byte(46)
  out.at = writePadded(out.bytes, out.at, { value: value - whole * unit, width: scale })
}

/** Puts the point `scale` digits before the end, with zeros in front where there are too few digits. */
function insertPoint(out: OutputBuffer, { from, scale }: { from: number; scale: number }): void {
  const { bytes } = out
  const missing = scale + 1 - (out.at - from)
  if (missing > 0) {
    bytes.copyWithin(from + missing, from, out.at)
    bytes.fill(48, from, from + missing)
    out.at += missing
  }
  bytes.copyWithin(out.at - scale + 1, out.at - scale, out.at)
  bytes[out.at - scale] = 46
  out.at += 1
}

/** Neighbouring rows often have the same instant (the start of their window): its text is kept. */
function timestampWriter(views: MemoryViews, zone: string): TextWriter {
  const text = new Uint8Array(instantBytesMax + 4)
  const words = new Int32Array(text.buffer)
  let size = 0
  let [low, high] = [0, 0]
  return (out, address) => {
    const cell = address >> 2
    if (size === 0 || views.i32[cell] !== low || views.i32[cell + 1] !== high) {
      low = views.i32[cell] ?? 0
      high = views.i32[cell + 1] ?? 0
      size = writeBigTimestamp(text, 0, { micros: loadBigint(views, address, 'i64'), separator: 84 })
      size = writeAscii(text, size, zone)
    }
    out.ensure(text.length)
    const { view, at } = out
    for (let index = 0; index < size; index += 4) view.setInt32(at + index, words[index >> 2] ?? 0, true)
    out.at = at + size
  }
}

/** ISO 8601: `P1Y2M3DT4H5M6.5S`, `PT0S`; each part has its own sign. */
function intervalText(views: MemoryViews, address: number): string {
  const months = views.i32[address >> 2] ?? 0
  const days = views.i32[(address >> 2) + 1] ?? 0
  const micros = loadBigint(views, address + 8, 'i64')
  const years = Math.trunc(months / 12)
  const part = (value: number | bigint, unit: string): string => (Number(value) === 0 ? '' : `${value}${unit}`)
  const minutes = (micros / 60_000_000n) % 60n
  const rest = micros % 60_000_000n
  const size = rest < 0n ? -rest : rest
  const fraction = String(size % 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '')
  const seconds = rest === 0n ? '' : `${rest < 0n ? '-' : ''}${size / 1_000_000n}${fraction && `.${fraction}`}S`
  const time = part(micros / 3_600_000_000n, 'H') + part(minutes, 'M') + seconds
  const date = part(years, 'Y') + part(months - years * 12, 'M') + part(days, 'D')
  return date + time === '' ? 'PT0S' : `P${date}${time && `T${time}`}`
}
