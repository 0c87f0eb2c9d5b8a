import { sourceControl } from '../abi/artifact.ts'
import type { CsvFault, DecodeSchema } from '../abi/decode-schema.ts'
import { declaredCells } from '../abi/decode-schema.ts'
import { csvFieldsMax, learnt, token, tokenKind } from '../abi/decode-token.ts'
import type { CsvDialect } from '../abi/format.ts'
import type { MemoryViews } from '../abi/memory.ts'
import { must } from '../../sql/base/assert.ts'
import type { FieldText } from './field-text.ts'
import { KeyTable } from './key-table.ts'
import { KnownSchemas } from './known-schemas.ts'
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
const names = new TextDecoder('utf-8', { ignoreBOM: true })

/** The general scanner of CSV records (quoted fields, line feeds in them), and the header. */
export class CsvScanner {
  readonly #views: MemoryViews
  readonly #schemas: KnownSchemas<KnownSchema>

  constructor(views: MemoryViews) {
    this.#views = views
    this.#schemas = new KnownSchemas(views, (schema) => {
      const csv = must(schema.csv, 'a CSV dialect')
      return { schema, csv, nullText: new TextEncoder().encode(csv.nullText) }
    })
  }

  /** csv_header of the library. */
  header(cells: Cells, { from, to }: Range): number {
    const { i32 } = this.#views
    const { schema, csv } = this.#schemaAt(cells)
    const ignored = cells.tokens + schema.columns.length * token.sizeBytes
    for (let column = 0; column < schema.columns.length; column++)
      i32[(cells.tokens + column * token.sizeBytes) >> 2] = tokenKind.absent
    if (!csv.header) {
      this.#learn(cells, schema, [...declaredCells(schema, cells.tokens)])
      return from
    }
    this.#innerLines = 0
    const found = this.#fields(csv, { from, to })
    if (found === null)
      return i32[(cells.control + sourceControl.atEnd) >> 2]
        ? this.#refuse(cells, { site: 'truncated', from, to: to - 1 })
        : 0
    const keys = new KeyTable(schema)
    const exact = new Set(
      found.texts
        .map((name) => keys.byName(name))
        .filter((match) => match.exact)
        .map((match) => match.column),
    )
    const taken = new Set<number>()
    let isAmbiguous = false
    const fields = found.texts.map((name) => {
      const { column, exact: isExact } = keys.byName(name)
      if (column < 0 || (!isExact && exact.has(column))) return ignored
      isAmbiguous ||= taken.has(column)
      if (taken.has(column)) return ignored
      taken.add(column)
      return cells.tokens + column * token.sizeBytes
    })
    this.#learn(cells, schema, fields)
    this.#addLines(cells.control)
    if (isAmbiguous)
      recordFault(this.#views, cells.control, { site: must(schema.sites['header']), from, to: found.end - 1 })
    return found.end
  }

  #learn(cells: Cells, schema: DecodeSchema, fields: readonly number[]): void {
    const { i32 } = this.#views
    const table = i32[(cells.control + sourceControl.learnt) >> 2] ?? 0
    const ignored = cells.tokens + schema.columns.length * token.sizeBytes
    i32[(table + learnt.columnCount) >> 2] = fields.filter((cell) => cell !== ignored).length
    const count = Math.min(fields.length, csvFieldsMax)
    for (let index = 0; index < count; index++) i32[((table + learnt.entries) >> 2) + index] = fields[index] ?? 0
    i32[(table + learnt.memberCount) >> 2] = count
  }

  /** The header's names; null when its last quote is not closed. */
  #fields(csv: CsvDialect, { from, to }: Range): { texts: string[]; end: number } | null {
    const texts: string[] = []
    let at = from
    for (;;) {
      const end = this.#scanField(csv, { from: at, to })
      if (end < 0) return null
      texts.push(this.#name(csv))
      if (this.#views.u8[end] !== csv.delimiter) return { texts, end: this.#afterLine(end, to) }
      at = end + 1
    }
  }

  /** The field that was scanned last, as a name: as it is when it has quotes. */
  #name({ quote, escape }: CsvDialect): string {
    const bytes = this.#views.u8.slice(this.#fieldFrom, this.#fieldTo)
    if (!this.#quoted) return names.decode(bytes).trim()
    const isEscape = (at: number): boolean =>
      bytes[at] === escape && (bytes[at + 1] === quote || bytes[at + 1] === escape)
    const kept: number[] = []
    for (let at = 0; at < bytes.length; at++) {
      if (isEscape(at)) at++
      kept.push(bytes[at] ?? 0)
    }
    return names.decode(Uint8Array.from(kept))
  }

  /** csv_record of the library. */
  record(cells: Cells, { from, to }: Range): number {
    const { u8, i32 } = this.#views
    const { csv, nullText, schema } = this.#schemaAt(cells)
    const table = i32[(cells.control + sourceControl.learnt) >> 2] ?? 0
    const count = i32[(table + learnt.memberCount) >> 2] ?? 0
    // nobody's record, unless an empty field is all there is to one
    if (count !== 1) {
      if (u8[from] === lineFeed) return -(from + 1)
      if (u8[from] === carriageReturn && u8[from + 1] === lineFeed) return -(from + 2)
    }
    const ignored = cells.tokens + schema.columns.length * token.sizeBytes
    const isValid = (i32[(table + learnt.checkedValid) >> 2] ?? 0) !== 0
    this.#innerLines = 0
    let index = 0
    let at = from
    for (;;) {
      const end = this.#scanField(csv, { from: at, to })
      if (end < 0) {
        const isOver = i32[(cells.control + sourceControl.atEnd) >> 2] === 1
        return isOver ? this.#refuse(cells, { site: 'truncated', from, to: to - 1 }) : 0
      }
      this.#note(index < count ? (i32[((table + learnt.entries) >> 2) + index] ?? 0) : ignored, nullText, isValid)
      index += 1
      const next = u8[end]
      if (next === csv.delimiter) {
        at = end + 1
        continue
      }
      const good = next === lineFeed || next === carriageReturn
      const after = this.#afterLine(end, to)
      if (!good || index !== count) return this.#refuse(cells, { site: good ? 'fields' : 'quote', from, to: after - 1 })
      this.#addLines(cells.control)
      return after
    }
  }

  #note(cell: number, nullText: Uint8Array, isValid: boolean): void {
    const { i32 } = this.#views
    const kind = isValid && !this.#special ? tokenKind.text : tokenKind.rawText
    i32[(cell + token.kind) >> 2] = this.#isNull(nullText) ? tokenKind.null : kind
    i32[(cell + token.from) >> 2] = this.#fieldFrom
    i32[(cell + token.to) >> 2] = this.#fieldTo
  }

  #isNull(nullText: Uint8Array): boolean {
    if (this.#quoted || this.#fieldTo - this.#fieldFrom !== nullText.length) return false
    return nullText.every((byte, index) => byte === this.#views.u8[this.#fieldFrom + index])
  }

  // the field that was scanned last: its bytes without quotes; whether it has escapes or NUL bytes
  #fieldFrom = 0
  #fieldTo = 0
  #quoted = false
  #special = false
  /** Line feeds inside the fields of the record. */
  #innerLines = 0

  /** Scans one field; the delimiter or line end behind it, or -1 when a quote is not closed before the end. */
  #scanField(dialect: CsvDialect, { from, to }: Range): number {
    const { u8 } = this.#views
    const { quote, escape, delimiter } = dialect
    this.#special = false
    this.#quoted = u8[from] === quote
    if (this.#quoted) return this.#scanQuoted(from + 1, to, { quote, escape })
    let at = from
    for (let byte = u8[at] ?? 0; byte !== delimiter; byte = u8[++at] ?? 0) {
      if (byte > carriageReturn) continue
      if (byte === lineFeed || (byte === carriageReturn && u8[at + 1] === lineFeed)) break
      if (byte === 0) this.#special = true
    }
    this.#fieldFrom = from
    this.#fieldTo = at
    return at
  }

  #scanQuoted(from: number, to: number, { quote, escape }: { quote: number; escape: number }): number {
    const { u8 } = this.#views
    for (let at = from; at < to; at++) {
      const byte = u8[at] ?? 0
      if (byte === escape) {
        const next = at + 1 < to ? u8[at + 1] : 0
        if (next === quote || (escape !== quote && next === escape)) {
          this.#special = true
          at++
          continue
        }
      }
      if (byte === quote) {
        this.#fieldFrom = from
        this.#fieldTo = at
        return at + 1
      }
      if (byte === lineFeed) this.#innerLines += 1
      else if (byte === 0) this.#special = true
    }
    return -1
  }

  /** After the line feed at or behind `at`. */
  #afterLine(from: number, to: number): number {
    const { u8 } = this.#views
    let at = from
    while (at < to && u8[at] !== lineFeed) at++
    return Math.min(at + 1, to)
  }

  /** The record's last line feed is counted by the decoder. */
  #addLines(control: number): void {
    const { i32 } = this.#views
    const cell = (control + sourceControl.lines) >> 2
    i32[cell] = (i32[cell] ?? 0) + this.#innerLines
  }

  #refuse(cells: Cells, { site, from, to }: { site: CsvFault | 'truncated'; from: number; to: number }): number {
    const { schema } = this.#schemaAt(cells)
    recordFault(this.#views, cells.control, { site: must(schema.sites[site]), from, to })
    if (site === 'truncated') this.#innerLines -= 1
    this.#addLines(cells.control)
    return -(to + 1)
  }

  /** csv_text of the library. */
  text(
    texts: FieldText,
    cells: { readonly control: number; readonly schema: number },
    { from, to, out }: Range & { readonly out: number },
  ): number {
    const { escape, quote } = this.#schemaAt(cells).csv
    return texts.csv(cells.control, { from, to, out, escape, quote })
  }

  #schemaAt({ control, schema }: Pick<Cells, 'control' | 'schema'>): KnownSchema {
    return this.#schemas.at(schema, this.#views.i32[(control + sourceControl.learnt) >> 2] ?? 0)
  }
}
