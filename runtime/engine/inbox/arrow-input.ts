import type { Data, DataType, RecordBatch, Table, Vector } from 'apache-arrow'
import { SqlError } from '../../../sql/base/diagnostic.ts'
import { invalidRow } from '../../../sql/messages/raise.ts'
import { requireArrow } from '../rows/arrow-library.ts'
import type { ColumnInput } from './column-input.ts'

/** The batches of an Arrow table, or of IPC bytes (stream or file). Bytes that are no Arrow are `invalid_row`. */
export function arrowBatches(input: unknown, source: string): readonly RecordBatch[] {
  if (isTable(input)) return input.batches
  if (!(input instanceof Uint8Array)) throw refuse(source, 'neither an Arrow table nor IPC bytes')
  try {
    return requireArrow().tableFromIPC(input).batches
  } catch (error) {
    throw refuse(source, `not Arrow IPC: ${(error as Error).message}`)
  }
}

/** A table of any copy of the library: callers may have another one than ours. */
function isTable(input: unknown): input is Table {
  return (
    typeof input === 'object' &&
    input !== null &&
    'batches' in input &&
    'schema' in input &&
    Array.isArray(input.batches)
  )
}

function refuse(source: string, detail: string): SqlError {
  return new SqlError([invalidRow({ index: 0, name: source, detail })])
}

/** Column `name` of a batch (exactly, else in any case), or undefined. */
export function arrowColumn(batch: RecordBatch, name: string): ColumnInput | undefined {
  const names = batch.schema.fields.map((field) => field.name)
  const exact = names.indexOf(name)
  const index = exact >= 0 ? exact : names.findIndex((each) => each.toLowerCase() === name.toLowerCase())
  const vector = index < 0 ? null : batch.getChildAt(index)
  return vector === null ? undefined : { get: reader(vector), bulk: bulkValues(vector), rowCount: batch.numRows }
}

/** Arrow's type numbers (Schema.fbs), as `typeId` gives them. */
const typeId = { decimal: 7, date: 8, time: 9, timestamp: 10, int: 2, float: 3 } as const

function reader(vector: Vector): (index: number) => unknown {
  const type = vector.type as DataType & { readonly unit?: number; readonly scale?: number; readonly bitWidth?: number }
  const raw = vector.data[0]
  if (raw === undefined) return () => null
  const valid = (get: (index: number) => unknown) => (index: number) => (raw.getValid(index) ? get(index) : null)
  switch (type.typeId) {
    case typeId.timestamp:
      return valid((index) => micros(raw.values as BigInt64Array, index, type.unit ?? 0))
    case typeId.time:
      return valid((index) => timeMicros(raw, index, type.unit ?? 0))
    case typeId.date:
      return valid((index) => new Date(dateMillis(raw, index)))
    case typeId.decimal:
      return valid((index) =>
        decimal(raw.values as Uint32Array, index, { scale: type.scale ?? 0, bits: type.bitWidth ?? 128 }),
      )
    default:
      return (index) => vector.get(index) as unknown
  }
}

/** Units are 0 seconds, 1 milliseconds, 2 microseconds, 3 nanoseconds. */
function micros(values: BigInt64Array, index: number, unit: number): bigint {
  const value = values[index] as bigint
  if (unit !== 3) return value * ([1_000_000n, 1000n, 1n][unit] ?? 1n)
  return BigInt.asIntN(64, value - (((value % 1000n) + 1000n) % 1000n)) / 1000n
}

function timeMicros({ values }: Data, index: number, unit: number): bigint {
  const value = BigInt((values as BigInt64Array | Int32Array)[index] as bigint | number)
  return unit === 3 ? value / 1000n : value * ([1_000_000n, 1000n, 1n][unit] ?? 1n)
}

function dateMillis({ values }: Data, index: number): number {
  const value = (values as Int32Array | BigInt64Array)[index]
  return typeof value === 'bigint' ? Number(value) : (value ?? 0) * 86_400_000
}

/** Two's complement words of 32 bits, lowest first, as decimal text. */
function decimal(
  words: Uint32Array,
  index: number,
  { scale, bits }: { readonly scale: number; readonly bits: number },
): string {
  const count = bits / 32
  let value = 0n
  for (let word = count - 1; word >= 0; word--) value = (value << 32n) | BigInt(words[index * count + word] as number)
  const signed = BigInt.asIntN(bits, value)
  return scale === 0 ? signed.toString() : `${signed}e${-scale}`
}

/** The values of a column of plain numbers without NULLs, to be copied whole. */
function bulkValues(vector: Vector): ColumnInput['bulk'] {
  const data = vector.data[0]
  const plain = vector.type.typeId === typeId.int || vector.type.typeId === typeId.float
  return plain && data !== undefined && data.nullCount === 0 && vector.data.length === 1
    ? (data.values as ColumnInput['bulk'])
    : null
}
