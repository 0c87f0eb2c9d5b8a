import { physicalSizeBytes } from '../../sql/types/sql-type.ts'
import type { CsvDialect, OutputFormat } from '../abi/format.ts'
import { writeBase64 } from './base64.ts'
import { viewBytesAddress } from './cells.ts'
import { writeAscii, writeUnsigned } from './digits.ts'
import type { EncodedRows, Encoder } from './encoder.ts'
import { OutputBuffer } from './output-buffer.ts'
import { makeTextWriter, type TextWriter } from './value-text.ts'

interface CsvColumn {
  readonly dataOffset: number
  readonly validOffset: number | null
  readonly sizeBytes: number
  /** What it writes may need quotes. */
  readonly isQuotable: boolean
  readonly write: TextWriter
}

const lineFeed = 10
/** Any of these may be part of a number, a truth value or an instant. */
const plainText = /[0-9A-Za-z+\-.:]/

/** CSV as COPY writes it: quoted only where it must be; a text that reads like the NULL marker is quoted. */
export class CsvEncoder implements Encoder {
  readonly out = new OutputBuffer()
  readonly #rows: EncodedRows
  readonly #dialect: CsvDialect
  readonly #columns: readonly CsvColumn[]
  readonly #nullText: Uint8Array
  readonly #weighted: boolean

  constructor(rows: EncodedRows, { csv, changelog }: OutputFormat & { kind: 'csv' }) {
    this.#rows = rows
    this.#dialect = csv
    this.#nullText = new TextEncoder().encode(csv.nullText)
    this.#weighted = changelog === 'weight' || rows.layout.weightOffset !== null
    // plain values are never empty, and have no separators of any usual dialect
    const separators = String.fromCharCode(csv.quote, csv.delimiter)
    const isPlainSafe = csv.nullText === '' && !plainText.test(separators)
    this.#columns = rows.columns.flatMap(({ type }, index): CsvColumn[] => {
      const place = rows.layout.columns[index]
      if (place === undefined) return []
      const text = type.kind === 'varchar'
      const write: TextWriter = text
        ? (out, address) => this.#writeView(out, address)
        : type.kind === 'bytea'
          ? (out, address) => writeBase64(out, rows.views, address)
          : makeTextWriter(rows.views, type)
      return [
        {
          dataOffset: place.dataOffset,
          validOffset: place.validOffset,
          sizeBytes: physicalSizeBytes(place.physical),
          isQuotable: text || type.kind === 'bytea' || !isPlainSafe,
          write,
        },
      ]
    })
  }

  begin(): void {
    if (!this.#dialect.header) return
    const names = [...this.#rows.columns.map((column) => column.name), ...(this.#weighted ? ['$weight'] : [])]
    for (const [index, name] of names.entries()) {
      if (index > 0) this.out.byte(this.#dialect.delimiter)
      const bytes = new TextEncoder().encode(name)
      const from = this.out.at
      this.out.append(bytes)
      this.#quoteWritten(from)
    }
    this.out.byte(lineFeed)
  }

  encodeRow(block: number, row: number): void {
    const { out } = this
    const { u8, i32 } = this.#rows.views
    const { weightOffset } = this.#rows.layout
    const { delimiter } = this.#dialect
    const columns = this.#columns
    for (let index = 0; index < columns.length; index++) {
      const { write, dataOffset, validOffset, sizeBytes, isQuotable } = columns[index] as CsvColumn
      if (validOffset !== null && u8[block + validOffset + row] !== 1) out.append(this.#nullText)
      else {
        const from = out.at
        write(out, block + dataOffset + row * sizeBytes)
        if (isQuotable) this.#quoteWritten(from)
      }
      out.byte(delimiter)
    }
    if (this.#weighted) {
      this.#writeWeight(weightOffset === null ? 1 : (i32[((block + weightOffset) >> 2) + row] ?? 0))
      out.byte(delimiter)
    }
    // in place of the last delimiter
    if (columns.length > 0 || this.#weighted) out.at -= 1
    out.byte(lineFeed)
  }

  #writeWeight(weight: number): void {
    this.out.ensure(12)
    if (weight < 0) this.out.byte(45)
    this.out.at = writeUnsigned(this.out.bytes, this.out.at, Math.abs(weight))
  }

  #writeView(out: OutputBuffer, address: number): void {
    const { views } = this.#rows
    const length = views.i32[address >> 2] ?? 0
    const from = viewBytesAddress(views, address)
    out.ensure(length)
    for (let index = 0; index < length; index++) out.bytes[out.at + index] = views.u8[from + index] ?? 0
    out.at += length
  }

  /** Puts quotes around what was written since `from` where a reader needs them. */
  #quoteWritten(from: number): void {
    const { out } = this
    const { quote, escape } = this.#dialect
    if (!this.#needsQuotes(from)) return
    const field = out.bytes.slice(from, out.at)
    out.at = from
    out.ensure(field.length * 2 + 2)
    const { bytes } = out
    let at = writeAscii(bytes, from, String.fromCharCode(quote))
    for (const byte of field) {
      if (byte === quote || byte === escape) bytes[at++] = escape
      bytes[at++] = byte
    }
    bytes[at++] = quote
    out.at = at
  }

  #needsQuotes(from: number): boolean {
    const { bytes, at } = this.out
    const { quote, delimiter } = this.#dialect
    const nullText = this.#nullText
    if (at - from === nullText.length && nullText.every((byte, index) => byte === bytes[from + index])) return true
    // a reader trims nothing, but others do
    if (at > from && (bytes[from] === 32 || bytes[at - 1] === 32)) return true
    for (let index = from; index < at; index++) {
      const byte = bytes[index]
      if (byte === quote || byte === delimiter || byte === 10 || byte === 13) return true
    }
    return false
  }
}
