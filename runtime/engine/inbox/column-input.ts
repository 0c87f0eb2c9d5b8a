import { unreachable } from '../../../sql/base/assert.ts'
import { isIntegerType, type SqlType } from '../../../sql/types/sql-type.ts'

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
  readonly values: NumberArray | readonly unknown[]
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
  if (ArrayBuffer.isView(column) || isPlainArray(column)) return valuesInput(column, type)
  if (typeof column === 'object' && column !== null) {
    if ('offsets' in column) return withValidity(bytesInput(column, type), column.valid)
    if ('values' in column && (ArrayBuffer.isView(column.values) || isPlainArray(column.values)))
      return withValidity(valuesInput(column.values, type), column.valid)
  }
  return 'is neither an array nor { values } nor { data, offsets }'
}

function isPlainArray(column: unknown): column is readonly unknown[] {
  return Array.isArray(column)
}

/** The values that the bytes of `valid` leave. */
function withValidity(input: ColumnInput | string, valid: unknown): ColumnInput | string {
  if (typeof input === 'string' || valid === undefined) return input
  if (!(valid instanceof Uint8Array)) return 'has a validity that is no Uint8Array with a byte a row'
  const get = (index: number): unknown => (valid[index] === 0 ? null : input.get(index))
  return { get, bulk: null, rowCount: Math.min(input.rowCount, valid.length) }
}

function bytesInput({ data, offsets }: BytesColumn, type: SqlType): ColumnInput | string {
  if (type.kind !== 'varchar' && type.kind !== 'bytea')
    return 'has bytes for a column that is neither VARCHAR nor BYTEA'
  if (!(data instanceof Uint8Array) || !ArrayBuffer.isView(offsets))
    return 'has data or offsets that are no typed arrays'
  const wrong = wrongOffset(offsets, data.length)
  if (wrong !== null) return `has an offset ${wrong} that is outside of its data or before the one before`
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const get = (index: number): unknown => {
    const bytes = data.subarray(Number(offsets[index]), Number(offsets[index + 1]))
    return type.kind === 'bytea' ? bytes : decodeText(decoder, bytes)
  }
  return { get, bulk: null, rowCount: Math.max(0, offsets.length - 1) }
}

/** Offsets only grow, and end within the data. */
function wrongOffset(offsets: BytesColumn['offsets'], sizeBytes: number): number | bigint | null {
  let before: number | bigint = 0
  for (const offset of offsets) {
    if (offset < before || offset > sizeBytes) return offset
    before = offset
  }
  return null
}

/** Bytes that are no UTF-8 are handed on as they are, which a VARCHAR column refuses by name. */
function decodeText(decoder: TextDecoder, bytes: Uint8Array): string | Uint8Array {
  try {
    return decoder.decode(bytes)
  } catch {
    return bytes
  }
}

function valuesInput(values: NumberArray | readonly unknown[], type: SqlType): ColumnInput | string {
  if (isPlainArray(values)) return { get: (index) => values[index], bulk: null, rowCount: values.length }
  const get = numberReader(values, type)
  if (get === null) return `has ${values.constructor.name} values, which its type cannot take`
  return { get, bulk: fitsBulk(values, type) ? values : null, rowCount: values.length }
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
      return plain
    default:
      return isIntegerType(type) ? plain : unreachable(type)
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
