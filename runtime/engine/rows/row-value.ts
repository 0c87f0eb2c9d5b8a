import { physicalType, type SqlType } from '../../../sql/types/sql-type.ts'
import { unreachable } from '../../../sql/base/assert.ts'
import type { BlockColumn } from '../../abi/block.ts'
import type { MemoryViews } from '../../abi/memory.ts'
import { nullEventTime } from '../../abi/state.ts'
import { viewInlineBytesMax, viewOffsets, viewSizeBytes } from '../../abi/view.ts'
import { dateText, decimalText, timestampText, timeText } from './value-text.ts'

/**
 * A value of a row as JavaScript sees it. No digit is lost: BIGINT is a bigint, DECIMAL its text, TIMESTAMP ISO text
 * with microseconds (TIMESTAMPTZ with `Z`), DATE and TIME their ISO text, BYTEA bytes of its own.
 */
export type RowValue = null | boolean | number | bigint | string | Uint8Array | IntervalValue

export interface IntervalValue {
  readonly months: number
  readonly days: number
  readonly micros: bigint
}

/** Reads the value of row `row` of the block at `base`; null where it is not valid. */
export type ValueReader = (base: number, row: number) => RowValue

export function makeValueReader(views: MemoryViews, column: BlockColumn, type: SqlType): ValueReader {
  const read = readerOf(views, column, type)
  const { validOffset } = column
  if (type.kind === 'null') return () => null
  if (validOffset === null) return read
  return (base, row) => (views.u8[base + validOffset + row] === 0 ? null : read(base, row))
}

/** A refused row may have the value that stands for a NULL event time. */
function instantText(micros: bigint, zone: string): string | null {
  return micros === nullEventTime ? null : timestampText(micros) + zone
}

function readerOf(views: MemoryViews, { dataOffset }: BlockColumn, type: SqlType): ValueReader {
  const i64 = (base: number, row: number): bigint => views.i64[(base + dataOffset + row * 8) >>> 3] as bigint
  switch (type.kind) {
    case 'decimal': {
      const unscaled = physicalType(type) === 'i64' ? i64 : readI128(views, dataOffset)
      return (base, row) => decimalText(unscaled(base, row), type.scale)
    }
    case 'varchar':
      return readText(views, dataOffset)
    case 'bytea':
      return (base, row) => viewBytes(views, base + dataOffset + row * viewSizeBytes).slice()
    case 'date':
      return (base, row) => dateText(views.i32[(base + dataOffset + row * 4) >>> 2] as number)
    case 'time':
      return (base, row) => timeText(i64(base, row))
    case 'timestamp':
      return (base, row) => instantText(i64(base, row), '')
    case 'timestamptz':
      return (base, row) => instantText(i64(base, row), 'Z')
    case 'bigint':
      return i64
    case 'ubigint':
      return (base, row) => BigInt.asUintN(64, i64(base, row))
    case 'interval':
      return readInterval(views, dataOffset)
    case 'null':
      return () => null
    case 'boolean':
      return (base, row) => views.u8[base + dataOffset + row] !== 0
    default:
      return readNumber(views, dataOffset, type)
  }
}

type NumberType = Exclude<
  SqlType,
  {
    readonly kind:
      | 'decimal'
      | 'varchar'
      | 'bytea'
      | 'date'
      | 'time'
      | 'timestamp'
      | 'timestamptz'
      | 'interval'
      | 'null'
      | 'boolean'
  }
>

function readNumber(views: MemoryViews, dataOffset: number, type: NumberType): ValueReader {
  switch (type.kind) {
    case 'tinyint':
      return (base, row) => views.i8[base + dataOffset + row] as number
    case 'utinyint':
      return (base, row) => views.u8[base + dataOffset + row] as number
    case 'smallint':
      return (base, row) => views.i16[(base + dataOffset + row * 2) >>> 1] as number
    case 'usmallint':
      return (base, row) => views.u16[(base + dataOffset + row * 2) >>> 1] as number
    case 'integer':
      return (base, row) => views.i32[(base + dataOffset + row * 4) >>> 2] as number
    case 'uinteger':
      return (base, row) => views.u32[(base + dataOffset + row * 4) >>> 2] as number
    case 'real':
      return (base, row) => views.f32[(base + dataOffset + row * 4) >>> 2] as number
    case 'double':
      return (base, row) => views.f64[(base + dataOffset + row * 8) >>> 3] as number
    case 'bigint':
    case 'ubigint':
      return (base, row) => views.i64[(base + dataOffset + row * 8) >>> 3] as bigint
    default:
      return unreachable(type)
  }
}

function readI128(views: MemoryViews, dataOffset: number): (base: number, row: number) => bigint {
  return (base, row) => {
    const at = (base + dataOffset + row * 16) >>> 3
    return BigInt.asUintN(64, views.i64[at] as bigint) | ((views.i64[at + 1] as bigint) << 64n)
  }
}

function readInterval(views: MemoryViews, dataOffset: number): ValueReader {
  return (base, row) => {
    const at = base + dataOffset + row * 16
    return {
      months: views.i32[at >>> 2] as number,
      days: views.i32[(at >>> 2) + 1] as number,
      micros: views.i64[(at + 8) >>> 3] as bigint,
    }
  }
}

/** Texts that fit a view are mostly ASCII: made without the decoder. */
function readText(views: MemoryViews, dataOffset: number): ValueReader {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  return (base, row) => {
    const bytes = viewBytes(views, base + dataOffset + row * viewSizeBytes)
    return bytes.length <= viewInlineBytesMax ? shortText(bytes, decoder) : decoder.decode(copied(bytes))
  }
}

function shortText(bytes: Uint8Array, decoder: TextDecoder): string {
  let text = ''
  for (const byte of bytes) {
    if (byte > 127) return decoder.decode(copied(bytes))
    text += String.fromCharCode(byte)
  }
  return text
}

/** TextDecoder refuses shared memory, which a worker's memory is. */
function copied(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.slice()
}

/** The bytes of a view: a window into memory, valid as long as the view is. */
export function viewBytes(views: MemoryViews, address: number): Uint8Array {
  const length = views.i32[(address + viewOffsets.length) >>> 2] as number
  const start =
    length <= viewInlineBytesMax
      ? address + viewOffsets.prefix
      : (views.i32[(address + viewOffsets.address) >>> 2] as number)
  return views.u8.subarray(start, start + length)
}
