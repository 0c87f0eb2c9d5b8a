import { unreachable } from '../../../sql/base/assert.ts'
import type { SqlType } from '../../../sql/types/sql-type.ts'

/** Numbers of one column; the type of the array must be able to hold the column's type. */
export type NumberArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array

/** Texts or bytes of one column as Arrow has them: value i is `data` from `offsets[i]` to `offsets[i + 1]`. */
export interface BytesColumn {
  readonly data: Uint8Array
  readonly offsets: Int32Array | Uint32Array | BigInt64Array
  /** A byte a row, 0 = NULL. */
  readonly valid?: Uint8Array
}

export interface NumbersColumn {
  readonly values: NumberArray
  /** A byte a row, 0 = NULL. */
  readonly valid?: Uint8Array
}

/**
 * One column of `pushColumns`. DATE takes days as Int32Array, TIME and TIMESTAMP microseconds as BigInt64Array, BOOLEAN 0
 * and 1; a plain array takes what `push` takes.
 */
export type PushColumn = NumberArray | NumbersColumn | BytesColumn | readonly unknown[]

/** A column to write from. */
export interface ColumnInput {
  readonly get: (index: number) => unknown
  /** Set when the values can be copied as they are. */
  readonly bulk: NumberArray | null
  readonly rowCount: number
}

/** Reads a column of the caller, or says what is wrong with its shape. */
export function columnInput(column: PushColumn, type: SqlType): ColumnInput | string {
  if (ArrayBuffer.isView(column)) return numbersInput({ values: column }, type)
  if (isPlainArray(column)) return { get: (index) => column[index], bulk: null, rowCount: column.length }
  if (typeof column === 'object' && column !== null) {
    if ('offsets' in column) return bytesInput(column, type)
    if ('values' in column && ArrayBuffer.isView(column.values)) return numbersInput(column, type)
  }
  return 'is neither an array nor { values } nor { data, offsets }'
}

function isPlainArray(column: unknown): column is readonly unknown[] {
  return Array.isArray(column)
}

function bytesInput({ data, offsets, valid }: BytesColumn, type: SqlType): ColumnInput | string {
  if (type.kind !== 'varchar' && type.kind !== 'bytea')
    return 'has bytes for a column that is neither VARCHAR nor BYTEA'
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const get = (index: number): unknown => {
    if (valid !== undefined && valid[index] === 0) return null
    const bytes = data.subarray(Number(offsets[index]), Number(offsets[index + 1]))
    return type.kind === 'bytea' ? bytes : decodeText(decoder, bytes)
  }
  return { get, bulk: null, rowCount: Math.max(0, offsets.length - 1) }
}

/** Bytes that are no UTF-8 are handed on as they are, which a VARCHAR column refuses by name. */
function decodeText(decoder: TextDecoder, bytes: Uint8Array): string | Uint8Array {
  try {
    return decoder.decode(bytes)
  } catch {
    return bytes
  }
}

function numbersInput({ values, valid }: NumbersColumn, type: SqlType): ColumnInput | string {
  const value = numberReader(values, type)
  if (value === null) return `has ${values.constructor.name} values, which its type cannot take`
  const get = valid === undefined ? value : (index: number): unknown => (valid[index] === 0 ? null : value(index))
  return { get, bulk: valid === undefined && fitsBulk(values, type) ? values : null, rowCount: values.length }
}

function numberReader(values: NumberArray, type: SqlType): ((index: number) => unknown) | null {
  const plain = (index: number): unknown => values[index]
  switch (type.kind) {
    case 'boolean':
      return (index) => values[index] === 1 || (values[index] === 0 ? false : values[index])
    case 'date':
      return values instanceof Int32Array ? (index) => new Date((values[index] as number) * 86_400_000) : null
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      return values instanceof BigInt64Array ? plain : null
    case 'real':
    case 'double':
      return (index) => Number(values[index])
    case 'varchar':
    case 'bytea':
    case 'interval':
    case 'null':
      return null
    case 'decimal':
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
    case 'utinyint':
    case 'usmallint':
    case 'uinteger':
    case 'ubigint':
      return plain
    default:
      return unreachable(type)
  }
}

/** Every value of the array is a value of the type, and lies in memory alike. */
export function fitsBulk(values: NumberArray, type: SqlType): boolean {
  switch (type.kind) {
    case 'tinyint':
      return values instanceof Int8Array
    case 'smallint':
      return values instanceof Int16Array
    case 'integer':
      return values instanceof Int32Array
    case 'bigint':
      return values instanceof BigInt64Array
    case 'utinyint':
      return values instanceof Uint8Array
    case 'usmallint':
      return values instanceof Uint16Array
    case 'uinteger':
      return values instanceof Uint32Array
    case 'ubigint':
      return values instanceof BigUint64Array
    case 'real':
      return values instanceof Float32Array
    case 'double':
      return values instanceof Float64Array
    default:
      return false
  }
}
