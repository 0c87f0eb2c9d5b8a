import type { Data, DataType, RecordBatch, Table, Vector } from 'apache-arrow'
import { DataError } from '../../../sql/base/diagnostic.ts'
import { must } from '../../../sql/base/assert.ts'
import { invalidRow } from '../../../sql/messages/raise.ts'
import { requireArrow } from '../rows/arrow-library.ts'
import type { IntervalValue } from '../rows/row-value.ts'
import type { ColumnInput } from './column-input.ts'

/** The batches of an Arrow table, or of IPC bytes (stream or file). Bytes that are no Arrow are `invalid_row`. */
export function arrowBatches(input: unknown, source: string): readonly RecordBatch[] {
  if (isTable(input)) return input.batches
  if (!(input instanceof Uint8Array)) throw refuse(source, 'neither an Arrow table nor IPC bytes')
  const table = readTable(input, source)
  // Bytes that are too few for a message are read as a table of nothing.
  if (table.schema.fields.length === 0) throw refuse(source, 'not Arrow IPC: there is no schema')
  return table.batches
}

function readTable(bytes: Uint8Array, source: string): Table {
  const { tableFromIPC } = requireArrow()
  try {
    return tableFromIPC(bytes)
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

function refuse(source: string, detail: string): DataError {
  return new DataError(invalidRow({ index: 0, name: source, detail }))
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
const typeId = { int: 2, float: 3, decimal: 7, date: 8, time: 9, timestamp: 10, interval: 11, dictionary: -1 } as const

/** A batch has each of its columns in one piece. */
function reader(vector: Vector): (index: number) => unknown {
  const [raw] = vector.data
  return raw === undefined ? () => null : dataReader(raw, vector)
}

/** Reads one piece of `vector`. */
function dataReader(raw: Data, vector: Vector): (index: number) => unknown {
  const type = vector.type as DataType & { readonly unit?: number; readonly scale?: number; readonly bitWidth?: number }
  const valid = (get: (index: number) => unknown) => (index: number) => (raw.getValid(index) ? get(index) : null)
  switch (type.typeId) {
    case typeId.timestamp:
      return valid((index) => micros(raw.values as BigInt64Array, index, type.unit ?? 0))
    case typeId.time:
      return valid((index) => timeMicros(raw, index, type.unit ?? 0))
    case typeId.date:
      return valid((index) => new Date(dateMillis(raw, index)))
    case typeId.interval:
      return valid((index) => interval(raw.values as Int32Array, index, type.unit ?? 0))
    case typeId.dictionary: {
      const read = dictionaryReader(must(raw.dictionary, 'the dictionary of a column'))
      return valid((index) => read(Number((raw.values as Int32Array | BigInt64Array)[index])))
    }
    case typeId.decimal:
      return valid((index) =>
        decimal(raw.values as Uint32Array, index, { scale: type.scale ?? 0, bits: type.bitWidth ?? 128 }),
      )
    default: {
      const start = startOf(raw, vector)
      return (index) => vector.get(start + index) as unknown
    }
  }
}

function startOf(raw: Data, { data }: Vector): number {
  return data.slice(0, data.indexOf(raw)).reduce((sum, { length }) => sum + length, 0)
}

/** Dictionaries that grow come in parts. */
function dictionaryReader(dictionary: Vector): (key: number) => unknown {
  const parts = dictionary.data.map((data) => ({ data, read: dataReader(data, dictionary) }))
  return (key) => {
    let index = key
    for (const { data, read } of parts) {
      if (index < data.length) return read(index)
      index -= data.length
    }
    return undefined
  }
}

/** Units are 0 months, 1 days and milliseconds, 2 months, days and nanoseconds, in 1, 2 or 4 words. */
function interval(words: Int32Array, index: number, unit: number): IntervalValue {
  const word = (offset: number): number => words[index * 2 ** unit + offset] ?? 0
  if (unit === 0) return { months: word(0), days: 0, micros: 0n }
  if (unit === 1) return { months: 0, days: word(0), micros: BigInt(word(1)) * 1000n }
  const nanos = (BigInt(word(3)) << 32n) | BigInt(word(2) >>> 0)
  return { months: word(0), days: word(1), micros: floorToThousands(nanos) / 1000n }
}

/** Units are 0 seconds, 1 milliseconds, 2 microseconds, 3 nanoseconds. */
function micros(values: BigInt64Array, index: number, unit: number): bigint {
  const value = values[index] as bigint
  return unit === 3 ? floorToThousands(value) / 1000n : value * ([1_000_000n, 1000n, 1n][unit] ?? 1n)
}

function floorToThousands(value: bigint): bigint {
  return value - (((value % 1000n) + 1000n) % 1000n)
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
