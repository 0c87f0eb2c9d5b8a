import type { BlockColumn } from '../../../runtime/abi/block.ts'
import type { MemoryViews } from '../../../runtime/abi/memory.ts'
import { physicalSizeBytes } from '../../../sql/types/sql-type.ts'
import type { SqlType } from '../../../sql/types/sql-type.ts'
import type { Interval } from '../../../sql/plan/logical-plan.ts'

/**
 * A SQL value in a test. Integers, decimals (unscaled), dates and times are bigints, REAL and DOUBLE numbers, VARCHAR strings,
 * BYTEA lower-case hex with a leading `x`.
 */
export type Cell = null | boolean | bigint | number | string | Interval

export interface CellPlace {
  readonly views: MemoryViews
  readonly block: number
  readonly allocate: (sizeBytes: number) => number
}

const encoder = new TextEncoder()

/** Stores a value as row `row` of a column. */
export function writeCell(
  { views, block, allocate }: CellPlace,
  { column, row, type }: { readonly column: BlockColumn; readonly row: number; readonly type: SqlType },
  value: Cell,
): void {
  if (column.validOffset !== null) views.u8[block + column.validOffset + row] = value === null ? 0 : 1
  if (value === null) return
  const size = physicalSizeBytes(column.physical)
  const address = block + column.dataOffset + row * size
  const memory = new DataView(views.u8.buffer)
  switch (column.physical) {
    case 'i1':
      views.u8[address] = value === true ? 1 : 0
      return
    case 'f32':
      memory.setFloat32(address, value as number, true)
      return
    case 'f64':
      memory.setFloat64(address, value as number, true)
      return
    case 'view':
      writeBytes(views, { address, bytes: bytesOf(type, value as string), allocate })
      return
    case 'interval': {
      const interval = value as Interval
      memory.setInt32(address, interval.months, true)
      memory.setInt32(address + 4, interval.days, true)
      memory.setBigInt64(address + 8, BigInt(interval.micros), true)
      return
    }
    default: {
      const number = value as bigint
      for (let byte = 0; byte < size; byte++) views.u8[address + byte] = Number((number >> BigInt(8 * byte)) & 255n)
    }
  }
}

function bytesOf(type: SqlType, value: string): Uint8Array {
  return type.kind === 'bytea' ? Uint8Array.fromHex(value.slice(1)) : encoder.encode(value)
}

export function writeBytes(
  views: MemoryViews,
  {
    address,
    bytes,
    allocate,
  }: { readonly address: number; readonly bytes: Uint8Array; readonly allocate: (sizeBytes: number) => number },
): void {
  views.u8.fill(0, address, address + 16)
  views.i32[address >> 2] = bytes.length
  if (bytes.length <= 12) {
    views.u8.set(bytes, address + 4)
    return
  }
  const at = allocate(bytes.length)
  views.u8.set(bytes, at)
  views.u8.set(bytes.subarray(0, 4), address + 4)
  views.i32[(address + 8) >> 2] = at
}

/** The bytes of a view; checks that its form is canonical. */
export function readBytes(views: MemoryViews, address: number): Uint8Array {
  const length = views.i32[address >> 2] as number
  const isShort = length <= 12
  const start = isShort ? address + 4 : (views.i32[(address + 8) >> 2] as number)
  const bytes = views.u8.slice(start, start + length)
  const expected = new Uint8Array(16)
  new DataView(expected.buffer).setInt32(0, length, true)
  expected.set(isShort ? bytes : bytes.subarray(0, 4), 4)
  if (!isShort) new DataView(expected.buffer).setInt32(8, start, true)
  const actual = views.u8.slice(address, address + 16)
  if (Buffer.compare(actual, expected) !== 0)
    throw new Error(`not the canonical form of a view: ${Buffer.from(actual).toString('hex')}`)
  return bytes
}

export function readCell(
  { views, block }: CellPlace,
  { column, row, type }: { readonly column: BlockColumn; readonly row: number; readonly type: SqlType },
): Cell {
  if (column.validOffset !== null && views.u8[block + column.validOffset + row] === 0) return null
  const size = physicalSizeBytes(column.physical)
  const address = block + column.dataOffset + row * size
  const memory = new DataView(views.u8.buffer)
  switch (column.physical) {
    case 'i1':
      return views.u8[address] !== 0
    case 'f32':
      return memory.getFloat32(address, true)
    case 'f64':
      return memory.getFloat64(address, true)
    case 'view': {
      const bytes = readBytes(views, address)
      return type.kind === 'bytea' ? `x${bytes.toHex()}` : new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    }
    case 'interval':
      return {
        months: memory.getInt32(address, true),
        days: memory.getInt32(address + 4, true),
        micros: String(memory.getBigInt64(address + 8, true)),
      }
    default: {
      let number = 0n
      for (let byte = size - 1; byte >= 0; byte--) number = (number << 8n) | BigInt(views.u8[address + byte] as number)
      return column.physical.startsWith('u') ? number : BigInt.asIntN(8 * size, number)
    }
  }
}
