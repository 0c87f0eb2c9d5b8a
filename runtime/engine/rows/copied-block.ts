import { physicalSizeBytes, physicalType, type SqlType } from '../../../sql/types/sql-type.ts'
import type { BlockColumn } from '../../abi/block.ts'
import type { MemoryViews } from '../../abi/memory.ts'
import { viewSizeBytes } from '../../abi/view.ts'
import { viewBytes } from './row-value.ts'
import type { ReadShape } from './row-reader.ts'

/** A column outside linear memory, in Arrow's buffers. */
export interface CopiedColumn {
  readonly name: string
  readonly type: SqlType
  readonly nullable: boolean
  /** Fixed width: the values; BOOLEAN: a bitmap; texts and bytes: all bytes. */
  readonly values: Uint8Array<ArrayBuffer>
  /** Texts and bytes only. */
  readonly offsets: Int32Array<ArrayBuffer> | null
  readonly validity: Uint8Array<ArrayBuffer> | null
  readonly nullCount: number
}

/** A block's rows as a value of their own: it outlives the block and can cross threads. */
export interface CopiedBlock {
  readonly rowCount: number
  readonly columns: readonly CopiedColumn[]
  /** Absent on append edges. */
  readonly weights: Int32Array<ArrayBuffer> | null
}

export function copyBlock(
  views: MemoryViews,
  shape: ReadShape,
  { block, count }: { readonly block: number; readonly count: number },
): CopiedBlock {
  const { layout } = shape
  const columns = shape.columns.flatMap((column, index) => {
    const place = layout.columns[index]
    if (column === null || place === undefined) return []
    return [
      {
        name: column.name,
        type: column.type,
        nullable: column.nullable,
        ...copyColumn(views, { place, type: column.type, block, count }),
      },
    ]
  })
  const weightStart = layout.weightOffset === null ? 0 : (block + layout.weightOffset) >>> 2
  const weights =
    layout.weightOffset === null ? null : new Int32Array(views.i32.slice(weightStart, weightStart + count))
  return { rowCount: count, columns, weights }
}

interface ColumnRange {
  readonly place: BlockColumn
  readonly type: SqlType
  readonly block: number
  readonly count: number
}

function copyColumn(
  views: MemoryViews,
  range: ColumnRange,
): Pick<CopiedColumn, 'values' | 'offsets' | 'validity' | 'nullCount'> {
  const { place, type, block, count } = range
  const { validity, nullCount } = copyValidity(views, range)
  const start = block + place.dataOffset
  if (type.kind === 'varchar' || type.kind === 'bytea') return { ...copyBytes(views, range), validity, nullCount }
  if (type.kind === 'boolean' || type.kind === 'null')
    return { values: bitmap(views.u8, start, count), offsets: null, validity, nullCount }
  if (type.kind === 'decimal' && physicalType(type) === 'i64') {
    return { values: widen(views, start, count), offsets: null, validity, nullCount }
  }
  const values = new Uint8Array(views.u8.subarray(start, start + count * physicalSizeBytes(place.physical)))
  return { values, offsets: null, validity, nullCount }
}

function copyValidity(
  views: MemoryViews,
  { place, block, count, type }: ColumnRange,
): Pick<CopiedColumn, 'validity' | 'nullCount'> {
  if (type.kind === 'null') return { validity: null, nullCount: count }
  if (place.validOffset === null) return { validity: null, nullCount: 0 }
  const start = block + place.validOffset
  let nullCount = 0
  for (let row = 0; row < count; row++) if (views.u8[start + row] === 0) nullCount++
  return { validity: nullCount === 0 ? null : bitmap(views.u8, start, count), nullCount }
}

/** Bytes 0 and 1 as bits, lowest first. */
function bitmap(u8: Uint8Array, start: number, count: number): Uint8Array<ArrayBuffer> {
  const bits = new Uint8Array((count + 7) >> 3)
  for (let row = 0; row < count; row++) {
    if (u8[start + row] !== 0) bits[row >> 3] = (bits[row >> 3] as number) | (1 << (row & 7))
  }
  return bits
}

/** Arrow's decimals have 128 bits. */
function widen({ i64 }: MemoryViews, start: number, count: number): Uint8Array<ArrayBuffer> {
  const wide = new BigInt64Array(count * 2)
  for (let row = 0; row < count; row++) {
    const value = i64[(start >>> 3) + row] as bigint
    wide[row * 2] = value
    wide[row * 2 + 1] = value >> 63n
  }
  return new Uint8Array(wide.buffer)
}

function copyBytes(views: MemoryViews, { place, block, count }: ColumnRange): Pick<CopiedColumn, 'values' | 'offsets'> {
  const offsets = new Int32Array(count + 1)
  const isNull = (row: number): boolean => place.validOffset !== null && views.u8[block + place.validOffset + row] === 0
  const bytesOf = (row: number): Uint8Array => viewBytes(views, block + place.dataOffset + row * viewSizeBytes)
  for (let row = 0; row < count; row++)
    offsets[row + 1] = (offsets[row] as number) + (isNull(row) ? 0 : bytesOf(row).length)
  const values = new Uint8Array(offsets[count] as number)
  for (let row = 0; row < count; row++) if (!isNull(row)) values.set(bytesOf(row), offsets[row])
  return { values, offsets }
}
