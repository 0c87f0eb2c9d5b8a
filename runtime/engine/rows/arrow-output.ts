import type * as Arrow from 'apache-arrow'
import type { SqlType } from '../../../sql/types/sql-type.ts'
import type { ArrowLibrary } from './arrow-library.ts'
import type { CopiedBlock, CopiedColumn } from './copied-block.ts'

/** On changing results a last column tells how often a row was inserted (positive) or deleted (negative). */
const weightColumnName = '$weight'

/** The rows of a result, without or with weights, as an Arrow table of one batch a block. */
export function toArrowTable(arrow: ArrowLibrary, schema: Arrow.Schema, blocks: readonly CopiedBlock[]): Arrow.Table {
  return new arrow.Table(
    schema,
    blocks.map((block) => toRecordBatch(arrow, schema, block)),
  )
}

export function toRecordBatch(arrow: ArrowLibrary, schema: Arrow.Schema, block: CopiedBlock): Arrow.RecordBatch {
  const children = block.columns.map((column) => toData(arrow, column, block.rowCount))
  const weights =
    block.weights === null
      ? []
      : [arrow.makeData({ type: new arrow.Int32(), length: block.rowCount, data: block.weights })]
  const struct = arrow.makeData({
    type: new arrow.Struct(schema.fields),
    length: block.rowCount,
    nullCount: 0,
    children: [...children, ...weights],
  })
  return new arrow.RecordBatch(schema, struct)
}

export function arrowSchema(
  arrow: ArrowLibrary,
  columns: readonly Pick<CopiedColumn, 'name' | 'type' | 'nullable'>[],
  options: { readonly weights: boolean },
): Arrow.Schema {
  const fields = columns.map((column) => new arrow.Field(column.name, arrowType(arrow, column.type), column.nullable))
  return new arrow.Schema(
    options.weights ? [...fields, new arrow.Field(weightColumnName, new arrow.Int32(), false)] : fields,
  )
}

function arrowType(arrow: ArrowLibrary, type: SqlType): Arrow.DataType {
  switch (type.kind) {
    case 'null':
      return new arrow.Null()
    case 'boolean':
      return new arrow.Bool()
    case 'tinyint':
      return new arrow.Int8()
    case 'smallint':
      return new arrow.Int16()
    case 'integer':
      return new arrow.Int32()
    case 'bigint':
      return new arrow.Int64()
    case 'utinyint':
      return new arrow.Uint8()
    case 'usmallint':
      return new arrow.Uint16()
    case 'uinteger':
      return new arrow.Uint32()
    case 'ubigint':
      return new arrow.Uint64()
    case 'real':
      return new arrow.Float32()
    case 'double':
      return new arrow.Float64()
    case 'decimal':
      return new arrow.Decimal(type.scale, type.precision, 128)
    case 'varchar':
      return new arrow.Utf8()
    case 'bytea':
      return new arrow.Binary()
    case 'date':
      return new arrow.DateDay()
    case 'time':
      return new arrow.TimeMicrosecond()
    case 'timestamp':
      return new arrow.TimestampMicrosecond()
    case 'timestamptz':
      return new arrow.TimestampMicrosecond('UTC')
    case 'interval':
      return new arrow.IntervalMonthDayNano()
    default:
      return type satisfies never
  }
}

function toData(arrow: ArrowLibrary, column: CopiedColumn, length: number): Arrow.Data {
  const type = arrowType(arrow, column.type)
  const { values, offsets, validity, nullCount } = column
  const common = { length, nullCount, nullBitmap: validity ?? undefined }
  if (offsets !== null) {
    return arrow.makeData({ type: type as Arrow.Utf8, ...common, valueOffsets: offsets, data: values })
  }
  if (column.type.kind === 'null') return arrow.makeData({ type: type as Arrow.Null, length })
  const data = column.type.kind === 'interval' ? intervalWords(values) : typed(type, values)
  return arrow.makeData({ type: type as Arrow.Int32, ...common, data: data as Int32Array<ArrayBuffer> })
}

function typed(type: Arrow.DataType, bytes: Uint8Array<ArrayBuffer>): ArrayBufferView {
  const View = type.ArrayType as unknown as { new (buffer: ArrayBuffer): ArrayBufferView }
  return new View(bytes.buffer)
}

/** Ours: i32 months, i32 days, i64 microseconds. Arrow's: i32 months, i32 days, i64 nanoseconds. */
function intervalWords(bytes: Uint8Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const copy = bytes.slice()
  const micros = new BigInt64Array(copy.buffer)
  for (let at = 1; at < micros.length; at += 2) micros[at] = (micros[at] as bigint) * 1000n
  return new Int32Array(copy.buffer)
}
