import { sourceControl } from '../abi/artifact.ts'
import type { CsvFault, DecodeSchema } from '../abi/decode-schema.ts'
import { readDecodeSchema } from '../abi/decode-schema.ts'
import { csvFieldsMax, learnt, token, tokenKind } from '../abi/decode-token.ts'
import type { CsvDialect } from '../abi/format.ts'
import type { MemoryViews } from '../abi/memory.ts'
import { must } from '../../sql/base/assert.ts'
import type { FieldText } from './field-text.ts'
import { KeyTable } from './key-table.ts'
import { recordFault } from './row-faults.ts'

interface Cells {
  readonly control: number
  readonly schema: number
  readonly tokens: number
}

interface Range {
  readonly from: number
  readonly to: number
}

interface KnownSchema {
  readonly schema: DecodeSchema
  readonly csv: CsvDialect
  readonly nullText: Uint8Array
}

const lineFeed = 10
const carriageReturn = 13

/** The general scanner of CSV records (quoted fields, line feeds in them), and the header. */
export class CsvScanner {
  readonly #views: MemoryViews
  readonly #known = new Map<number, KnownSchema>()

  constructor(views: MemoryViews) {
    this.#views = views
  }

  /** csv_header of the library. */
  header(cells: Cells, { from, to }: Range): number {
    const { i32 } = this.#views
    const { schema, csv } = this.#schemaAt(cells.schema)
    const table = i32[(cells.control + sourceControl.learnt) >> 2] ?? 0
    const ignored = cells.tokens + schema.columns.length * token.sizeBytes
    for (let column = 0; column < schema.columns.length; column++)
      i32[(cells.tokens + column * token.sizeBytes) >> 2] = tokenKind.absent
    if (!csv.header) {
      const byOrdinal = new Map(
        schema.columns.map(({ ordinal }, index) => [ordinal, cells.tokens + index * token.sizeBytes]),
      )
      this.#learn(
        table,
        schema.stored.map((_, ordinal) => byOrdinal.get(ordinal) ?? ignored),
      )
      return from
    }
    const names = this.#fields(csv, { from, to })
    if (names === null)
      return i32[(cells.control + sourceControl.atEnd) >> 2]
        ? this.#refuse(cells, { site: 'truncated', from, to: to - 1 })
        : 0
    const keys = new KeyTable(schema)
    const exact = new Set(
      names.texts
        .map((name) => keys.byName(name))
        .filter((match) => match.exact)
        .map((match) => match.column),
    )
    const taken = new Set<number>()
    const fields = names.texts.map((name) => {
      const { column, exact: isExact } = keys.byName(name)
      if (column < 0 || (!isExact && exact.has(column)) || taken.has(column)) return ignored
      taken.add(column)
      return cells.tokens + column * token.sizeBytes
    })
    this.#learn(table, fields)
    this.#countLines(cells.control, from, names.end)
    return names.end
  }

  #learn(table: number, fields: readonly number[]): void {
    const { i32 } = this.#views
    const count = Math.min(fields.length, csvFieldsMax)
    for (let index = 0; index < count; index++) i32[((table + learnt.entries) >> 2) + index] = fields[index] ?? 0
    i32[(table + learnt.memberCount) >> 2] = count
  }

  /** The header's names; null when its last quote is not closed. */
  #fields(csv: CsvDialect, { from, to }: Range): { texts: string[]; end: number } | null {
    const texts: string[] = []
    let at = from
    for (;;) {
      const field = this.#field(csv, { from: at, to })
      if (field.to < 0) return null
      const text = new TextDecoder().decode(this.#views.u8.slice(field.from, field.to))
      const [escape, quote] = [String.fromCharCode(csv.escape), String.fromCharCode(csv.quote)]
      texts.push(field.quoted ? text.replaceAll(escape + quote, quote).trim() : text.trim())
      if (this.#views.u8[field.end] !== csv.delimiter) return { texts, end: this.#afterLine(field.end, to) }
      at = field.end + 1
    }
  }

  /** csv_record of the library. */
  record(cells: Cells, { from, to }: Range): number {
    const { u8, i32 } = this.#views
    const { csv, nullText, schema } = this.#schemaAt(cells.schema)
    if (u8[from] === lineFeed) return -(from + 1)
    if (u8[from] === carriageReturn && u8[from + 1] === lineFeed) return -(from + 2)
    const table = i32[(cells.control + sourceControl.learnt) >> 2] ?? 0
    const count = i32[(table + learnt.memberCount) >> 2] ?? 0
    const ignored = cells.tokens + schema.columns.length * token.sizeBytes
    let index = 0
    let at = from
    for (;;) {
      const field = this.#field(csv, { from: at, to })
      if (field.to < 0)
        return i32[(cells.control + sourceControl.atEnd) >> 2]
          ? this.#refuse(cells, { site: 'truncated', from, to: to - 1 })
          : 0
      this.#note(index < count ? (i32[((table + learnt.entries) >> 2) + index] ?? 0) : ignored, { field, nullText })
      index += 1
      const next = u8[field.end]
      if (next === csv.delimiter) {
        at = field.end + 1
        continue
      }
      const end = this.#afterLine(field.end, to)
      const good = next === lineFeed || next === carriageReturn
      if (good && index === count) {
        this.#countLines(cells.control, from, end)
        return end
      }
      return this.#refuse(cells, { site: good ? 'fields' : 'quote', from, to: this.#afterLine(field.end, to) - 1 })
    }
  }

  #note(cell: number, { field, nullText }: { field: CsvField; nullText: Uint8Array }): void {
    const { i32, u8 } = this.#views
    const isNull =
      !field.quoted &&
      field.to - field.from === nullText.length &&
      nullText.every((byte, index) => byte === u8[field.from + index])
    i32[(cell + token.kind) >> 2] = isNull ? tokenKind.null : tokenKind.rawText
    i32[(cell + token.from) >> 2] = field.from
    i32[(cell + token.to) >> 2] = field.to
  }

  /** One field; `end` is the delimiter or line end behind it; `to` is -1 when a quote is not closed before the end. */
  #field({ quote, escape, delimiter }: CsvDialect, { from, to }: Range): CsvField {
    const { u8 } = this.#views
    if (u8[from] !== quote) {
      let at = from
      for (
        let byte = u8[at];
        byte !== delimiter && byte !== lineFeed && !(byte === carriageReturn && u8[at + 1] === lineFeed);
        byte = u8[at]
      )
        at++
      return { from, to: at, end: at, quoted: false }
    }
    for (let at = from + 1; at < to; at++) {
      const byte = u8[at]
      const next = u8[at + 1]
      if (byte === escape && at + 1 < to && (next === quote || (escape !== quote && next === escape))) at++
      else if (byte === quote) return { from: from + 1, to: at, end: at + 1, quoted: true }
    }
    return { from: from + 1, to: -1, end: to, quoted: true }
  }

  /** After the line feed at or behind `at`. */
  #afterLine(from: number, to: number): number {
    const { u8 } = this.#views
    let at = from
    while (at < to && u8[at] !== lineFeed) at++
    return Math.min(at + 1, to)
  }

  /** Line feeds within the record; its last one is counted by the decoder. */
  #countLines(control: number, from: number, end: number): void {
    const { u8, i32 } = this.#views
    let inside = 0
    for (let at = from; at < end - 1; at++) if (u8[at] === lineFeed) inside++
    const cell = (control + sourceControl.lines) >> 2
    i32[cell] = (i32[cell] ?? 0) + inside
  }

  #refuse(cells: Cells, { site, from, to }: { site: CsvFault | 'truncated'; from: number; to: number }): number {
    const { schema } = this.#schemaAt(cells.schema)
    recordFault(this.#views, cells.control, { site: must(schema.sites[site]), from, to })
    this.#countLines(cells.control, from, to + 1)
    return -(to + 1)
  }

  /** csv_text of the library. */
  text(
    texts: FieldText,
    cells: { readonly control: number; readonly schema: number },
    { from, to, out }: Range & { readonly out: number },
  ): number {
    const { escape, quote } = this.#schemaAt(cells.schema).csv
    return texts.csv(cells.control, { from, to, out, escape, quote })
  }

  #schemaAt(address: number): KnownSchema {
    const known = this.#known.get(address)
    if (known) return known
    const schema = readDecodeSchema(this.#views.u8, this.#views.i32, address)
    const csv = must(schema.csv, 'a CSV dialect')
    const made = { schema, csv, nullText: new TextEncoder().encode(csv.nullText) }
    this.#known.set(address, made)
    return made
  }
}

interface CsvField {
  readonly from: number
  readonly to: number
  readonly end: number
  readonly quoted: boolean
}
