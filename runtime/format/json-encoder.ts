import type { OutputFormat } from '../abi/format.ts'
import type { BlockLayout } from '../abi/block.ts'
import type { MemoryViews } from '../abi/memory.ts'
import type { SqlType } from '../../sql/types/sql-type.ts'
import { physicalSizeBytes } from '../../sql/types/sql-type.ts'
import { viewBytesAddress } from './cells.ts'
import { writeBase64 } from './base64.ts'
import type { EncodedColumn, Encoder } from './encoder.ts'
import { OutputBuffer } from './output-buffer.ts'
import { makeTextWriter, type TextWriter } from './value-text.ts'

const literal = (text: string): Uint8Array => new TextEncoder().encode(text)
const nullLiteral = literal('null')

interface JsonColumn {
  /** `{"name":` or `,"name":` */
  readonly key: Uint8Array
  readonly dataOffset: number
  readonly validOffset: number | null
  readonly sizeBytes: number
  readonly write: TextWriter
}

/** NDJSON: interfaces.md section 2, "Output". */
export class JsonEncoder implements Encoder {
  readonly out = new OutputBuffer()
  readonly #views: MemoryViews
  readonly #columns: readonly JsonColumn[]
  readonly #weightOffset: number | null
  readonly #form: 'plain' | 'insert_delete' | 'weight'

  constructor(
    { views, layout, columns }: { views: MemoryViews; layout: BlockLayout; columns: readonly EncodedColumn[] },
    format: OutputFormat & { kind: 'json' },
  ) {
    this.#views = views
    this.#weightOffset = layout.weightOffset
    this.#form = jsonForm(format.changelog, layout)
    this.#columns = columns.flatMap((column, index): JsonColumn[] => {
      const place = layout.columns[index]
      if (place === undefined) return []
      return [
        {
          key: literal(`${index === 0 ? '{' : ','}${JSON.stringify(column.name)}:`),
          dataOffset: place.dataOffset,
          validOffset: place.validOffset,
          sizeBytes: physicalSizeBytes(place.physical),
          write: jsonWriter(views, column.type, format),
        },
      ]
    })
  }

  begin(): void {}

  encodeRow(block: number, row: number): void {
    const weight = this.#weightOffset === null ? 1 : (this.#views.i32[((block + this.#weightOffset) >> 2) + row] ?? 0)
    if (this.#form === 'weight') this.#writeObject(block, row, literal(`,"$weight":${weight}}\n`))
    else if (this.#form === 'plain') this.#writeObject(block, row, endOfRow)
    else this.#writeCopies(block, row, weight)
  }

  /** A weight beyond one is that many lines. */
  #writeCopies(block: number, row: number, weight: number): void {
    for (let copy = Math.abs(weight); copy > 0; copy--) {
      this.out.append(weight > 0 ? insertLiteral : deleteLiteral)
      this.#writeObject(block, row, endOfChange)
    }
  }

  #writeObject(block: number, row: number, end: Uint8Array): void {
    const { out } = this
    if (this.#columns.length === 0) out.append(emptyObject)
    for (const column of this.#columns) {
      out.append(column.key)
      if (column.validOffset !== null && this.#views.u8[block + column.validOffset + row] !== 1) out.append(nullLiteral)
      else column.write(out, block + column.dataOffset + row * column.sizeBytes)
    }
    out.append(end)
  }
}

const emptyObject = literal('{')
const endOfRow = literal('}\n')
const endOfChange = literal('}}\n')
const insertLiteral = literal('{"insert":')
const deleteLiteral = literal('{"delete":')

function jsonForm(changelog: OutputFormat['changelog'], layout: BlockLayout): 'plain' | 'insert_delete' | 'weight' {
  if (changelog === 'auto') return layout.weightOffset === null ? 'plain' : 'insert_delete'
  return changelog === 'weight' ? 'weight' : 'insert_delete'
}

/** Writes a value as JSON. */
function jsonWriter(
  views: MemoryViews,
  type: SqlType,
  { decimalAsText, bigintAsText }: { decimalAsText: boolean; bigintAsText: boolean },
): TextWriter {
  if (type.kind === 'varchar') return (out, address) => writeJsonString(out, views, address)
  if (type.kind === 'bytea') return (out, address) => quoted(out, () => writeBase64(out, views, address))
  const write = makeTextWriter(views, type)
  const asText: TextWriter = (out, address) => quoted(out, () => write(out, address))
  switch (type.kind) {
    case 'real':
      return (out, address) => (Number.isFinite(views.f32[address >> 2]) ? write : asText)(out, address)
    case 'double':
      return (out, address) => (Number.isFinite(views.f64[address >> 3]) ? write : asText)(out, address)
    case 'decimal':
      return decimalAsText ? asText : write
    case 'bigint':
    case 'ubigint':
      return bigintAsText ? asText : write
    case 'date':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
    case 'interval':
      return asText
    default:
      return write
  }
}

function quoted(out: OutputBuffer, body: () => void): void {
  out.ensure(1)
  out.bytes[out.at++] = 34
  body()
  out.ensure(1)
  out.bytes[out.at++] = 34
}

const hex = literal('0123456789abcdef')
/** `\b \t \n \f \r` by byte */
const shortEscapes: ReadonlyMap<number, number> = new Map([
  [8, 98],
  [9, 116],
  [10, 110],
  [12, 102],
  [13, 114],
  [34, 34],
  [92, 92],
])

function writeJsonString(out: OutputBuffer, views: MemoryViews, address: number): void {
  const length = views.i32[address >> 2] ?? 0
  const from = viewBytesAddress(views, address)
  out.ensure(length * 6 + 2)
  const { bytes } = out
  const { u8 } = views
  let at = out.at
  bytes[at++] = 34
  for (let index = from; index < from + length; index++) {
    const byte = u8[index] ?? 0
    if (byte >= 32 && byte !== 34 && byte !== 92) bytes[at++] = byte
    else at = writeEscape(bytes, at, byte)
  }
  bytes[at++] = 34
  out.at = at
}

function writeEscape(bytes: Uint8Array, at: number, byte: number): number {
  bytes[at] = 92
  const short = shortEscapes.get(byte)
  if (short !== undefined) {
    bytes[at + 1] = short
    return at + 2
  }
  bytes[at + 1] = 117
  bytes[at + 2] = 48
  bytes[at + 3] = 48
  bytes[at + 4] = hex[byte >> 4] ?? 48
  bytes[at + 5] = hex[byte & 15] ?? 48
  return at + 6
}
