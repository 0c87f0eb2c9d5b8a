import { unreachable } from '../../../sql/base/assert.ts'
import { physicalType, typeName, type IntegerKind, type SqlType } from '../../../sql/types/sql-type.ts'
import type { BlockColumn } from '../../abi/block.ts'
import { validityAbsent } from '../../abi/format.ts'
import type { MemoryViews } from '../../abi/memory.ts'
import { nullEventTime } from '../../abi/state.ts'
import { dayMax, dayMin, timestampMax, timestampMin } from '../../abi/time-unit.ts'
import { viewSizeBytes } from '../../abi/view.ts'
import type { Arena } from '../../memory/arena.ts'
import { parseDate, parseDecimal, parseTime, parseTimestamp } from '../rows/value-text.ts'
import { writeBytes, writeText } from './text-writer.ts'

/** Writes a value of the caller into row `row` of the block at `base`. Gives what is wrong with it, or null. */
export type ValueWriter = (base: number, row: number, value: unknown) => string | null

export interface WritableColumn {
  readonly name: string
  readonly type: SqlType
  readonly nullable: boolean
  readonly hasDefault: boolean
  /** A NULL of this column is a row error of its source, which obeys on_error. */
  readonly isLenientEventTime?: boolean
}

export interface WriteTarget {
  readonly views: MemoryViews
  readonly column: BlockColumn
  /** The arena of the block that is being written. */
  readonly arena: () => Arena
}

/** `undefined` is an absent field: DEFAULT or NULL. Null stays null. */
export function makeValueWriter(target: WriteTarget, declared: WritableColumn): ValueWriter {
  const { views, column } = target
  const { name, nullable, hasDefault, isLenientEventTime, type } = declared
  const write = writerOf(target, type)
  const { validOffset } = column
  return (base, row, value) => {
    if (value === null || value === undefined) {
      if (value === undefined && hasDefault && validOffset !== null) views.u8[base + validOffset + row] = validityAbsent
      else if (nullable && validOffset !== null) views.u8[base + validOffset + row] = 0
      else if (isLenientEventTime) views.i64[(base + column.dataOffset + row * 8) >>> 3] = nullEventTime
      else return `column ${name} is ${value === null ? 'null' : 'missing'} but NOT NULL`
      return null
    }
    if (validOffset !== null) views.u8[base + validOffset + row] = 1
    return write(base, row, value) ? null : `column ${name} cannot hold ${shown(value)} as ${typeName(type)}`
  }
}

/** True when the value fits. */
type PlainWriter = (base: number, row: number, value: unknown) => boolean

function writerOf(target: WriteTarget, type: SqlType): PlainWriter {
  const { views, column, arena } = target
  const { dataOffset } = column
  switch (type.kind) {
    case 'null':
      return () => false
    case 'boolean':
      return (base, row, value) => {
        if (typeof value !== 'boolean') return false
        views.u8[base + dataOffset + row] = value ? 1 : 0
        return true
      }
    case 'real':
      return (base, row, value) => {
        const number = exactNumber(value)
        if (number === undefined || isBeyondReal(number)) return false
        views.f32[(base + dataOffset + row * 4) >>> 2] = number
        return true
      }
    case 'double':
      return (base, row, value) => {
        const number = exactNumber(value)
        if (number === undefined) return false
        views.f64[(base + dataOffset + row * 8) >>> 3] = number
        return true
      }
    case 'decimal':
      return writeDecimal(target, type)
    case 'varchar':
      return (base, row, value) => {
        if (typeof value !== 'string' || !isText(value)) return false
        writeText(views, base + dataOffset + row * viewSizeBytes, { value, arena: arena() })
        return true
      }
    case 'bytea':
      return (base, row, value) => {
        if (!(value instanceof Uint8Array)) return false
        writeBytes(views, base + dataOffset + row * viewSizeBytes, { value, arena: arena() })
        return true
      }
    case 'date':
      return (base, row, value) => {
        const days = dayOf(value)
        if (days === undefined) return false
        views.i32[(base + dataOffset + row * 4) >>> 2] = days
        return true
      }
    case 'time':
      return writeI64(target, (value) => (typeof value === 'string' ? parseTime(value) : timeOfDay(value)))
    case 'timestamp':
    case 'timestamptz':
      return writeI64(target, instantMicros)
    case 'interval':
      return writeInterval(target)
    default:
      return writeInteger(target, type.kind)
  }
}

const integerBits: Readonly<Record<IntegerKind, number>> = {
  tinyint: 8,
  smallint: 16,
  integer: 32,
  bigint: 64,
  utinyint: 8,
  usmallint: 16,
  uinteger: 32,
  ubigint: 64,
}

function writeInteger(target: WriteTarget, kind: IntegerKind): PlainWriter {
  const bits = integerBits[kind]
  const unsigned = kind.startsWith('u')
  if (bits === 64) {
    const min = unsigned ? 0n : -(2n ** 63n)
    const max = unsigned ? 2n ** 64n - 1n : 2n ** 63n - 1n
    return writeI64(target, (value) => {
      const exact = wholeNumber(value)
      return exact !== undefined && exact >= min && exact <= max ? BigInt.asIntN(64, exact) : undefined
    })
  }
  const min = unsigned ? 0 : -(2 ** (bits - 1))
  const max = unsigned ? 2 ** bits - 1 : 2 ** (bits - 1) - 1
  const { views, column } = target
  return (base, row, value) => {
    const number = typeof value === 'bigint' ? Number(value) : value
    if (typeof number !== 'number' || !Number.isInteger(number) || number < min || number > max) return false
    const at = base + column.dataOffset + row * (bits / 8)
    if (bits === 8) views.u8[at] = number
    else if (bits === 16) views.u16[at >>> 1] = number
    else views.i32[at >>> 2] = number | 0
    return true
  }
}

/** A number, or a bigint that is one. */
function exactNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'bigint' && BigInt(Number(value)) === value ? Number(value) : undefined
}

/** Finite, but no REAL is as large. */
function isBeyondReal(value: number): boolean {
  return Number.isFinite(value) && !Number.isFinite(Math.fround(value))
}

/** Numbers beyond 2^53 may have lost digits on their way here: only bigints and texts are exact there. */
function wholeNumber(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined
  return typeof value === 'string' && /^[+-]?\d{1,20}$/.test(value) ? BigInt(value) : undefined
}

function writeI64({ views, column }: WriteTarget, read: (value: unknown) => bigint | undefined): PlainWriter {
  return (base, row, value) => {
    const micros = read(value)
    if (micros === undefined) return false
    views.i64[(base + column.dataOffset + row * 8) >>> 3] = micros
    return true
  }
}

function writeDecimal(target: WriteTarget, type: SqlType & { readonly kind: 'decimal' }): PlainWriter {
  const { views, column } = target
  const limit = 10n ** BigInt(type.precision)
  const wide = physicalType(type) === 'i128'
  return (base, row, value) => {
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') return false
    const unscaled = parseDecimal(String(value), type.scale)
    if (unscaled === undefined || unscaled >= limit || unscaled <= -limit) return false
    const at = (base + column.dataOffset + row * (wide ? 16 : 8)) >>> 3
    views.i64[at] = BigInt.asIntN(64, unscaled)
    if (wide) views.i64[at + 1] = unscaled >> 64n
    return true
  }
}

const intervalParts: ReadonlySet<string> = new Set(['months', 'days', 'micros'])

function writeInterval({ views, column }: WriteTarget): PlainWriter {
  return (base, row, value) => {
    if (typeof value !== 'object' || value === null) return false
    const keys = Object.keys(value)
    if (keys.length === 0 || keys.some((key) => !intervalParts.has(key))) return false
    const { months = 0, days = 0, micros = 0n } = value as Record<string, unknown>
    const exact = wholeNumber(micros)
    if (!isInt32(months) || !isInt32(days) || exact === undefined || BigInt.asIntN(64, exact) !== exact) return false
    const at = base + column.dataOffset + row * 16
    views.i32[at >>> 2] = months
    views.i32[(at >>> 2) + 1] = days
    views.i64[(at + 8) >>> 3] = exact
    return true
  }
}

function isInt32(value: unknown): value is number {
  return typeof value === 'number' && (value | 0) === value
}

/** A Date, ISO text, or bigint microseconds since 1970; a plain number is refused, because nobody knows its unit. */
export function instantMicros(value: unknown): bigint | undefined {
  const micros =
    typeof value === 'bigint'
      ? value
      : typeof value === 'string'
        ? parseTimestamp(value)
        : value instanceof Date && !Number.isNaN(value.getTime())
          ? BigInt(value.getTime()) * 1000n
          : undefined
  return micros !== undefined && micros >= timestampMin && micros <= timestampMax ? micros : undefined
}

function timeOfDay(value: unknown): bigint | undefined {
  return typeof value === 'bigint' && value >= 0n && value < 86_400_000_000n ? value : undefined
}

function dayOf(value: unknown): number | undefined {
  if (typeof value === 'string') return parseDate(value)
  if (!(value instanceof Date)) return undefined
  const days = Math.floor(value.getTime() / 86_400_000)
  return days >= dayMin && days <= dayMax ? days : undefined
}

function shown(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value.length > 40 ? `'${value.slice(0, 40)}..'` : `'${value}'`
    case 'bigint':
    case 'number':
    case 'boolean':
      return String(value)
    case 'object':
      return Array.isArray(value) ? 'an array' : 'an object'
    case 'function':
    case 'symbol':
    case 'undefined':
      return `a ${typeof value}`
    default:
      return unreachable(value as never)
  }
}

/** Text has no NUL, and UTF-8 none of half a surrogate pair. */
function isText(value: string): boolean {
  return value.isWellFormed() && !value.includes('\0')
}
