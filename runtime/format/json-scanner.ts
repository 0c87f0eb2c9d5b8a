import { sourceControl } from '../abi/artifact.ts'
import type { JsonFault } from '../abi/decode-schema.ts'
import type { DecodeSchema } from '../abi/decode-schema.ts'
import { token, tokenKind } from '../abi/decode-token.ts'
import type { MemoryViews } from '../abi/memory.ts'
import { JsonSyntax } from './json-syntax.ts'
import { KeyTable } from './key-table.ts'
import { KnownSchemas } from './known-schemas.ts'
import { learnKey } from './key-lessons.ts'
import { Learning } from './learning.ts'
import { recordFault } from './row-faults.ts'

interface KnownSchema {
  readonly schema: DecodeSchema
  readonly keys: KeyTable
  /** Per column in the record in hand: 0 not seen, 1 seen with another case, 2 exactly. */
  readonly seen: Uint8Array
}

const smallDigitsMax = 8

/** The general scanner of NDJSON records: any white space, any order of keys, duplicates (the last wins; exact names beat others). */
export class JsonScanner {
  readonly #views: MemoryViews
  readonly #syntax: JsonSyntax
  readonly #learning: Learning
  readonly #schemas: KnownSchemas<KnownSchema>

  constructor(views: MemoryViews) {
    this.#schemas = new KnownSchemas(views, (schema) => {
      return { schema, keys: new KeyTable(schema), seen: new Uint8Array(schema.columns.length) }
    })
    this.#views = views
    this.#syntax = new JsonSyntax(views)
    this.#learning = new Learning(views)
  }

  /** json_skip of the library. */
  skip(from: number): number {
    const end = this.#syntax.valueEnd(from)
    return end < 0 ? 0 : end
  }

  /** The closing quote of the string that starts at `from`, 0 when it is malformed. */
  stringEnd(from: number): number {
    const end = this.#syntax.stringEnd(from)
    return end < 0 ? 0 : end
  }

  /** json_record of the library: `cells` are control, schema and tokens. */
  record(cells: { readonly control: number; readonly schema: number; readonly tokens: number }, from: number): number {
    const { u8, i32 } = this.#views
    const start = this.#syntax.skipSpace(from)
    if (u8[start] === 10) return -(start + 1)
    const table = i32[(cells.control + sourceControl.learnt) >> 2] ?? 0
    const known = this.#schemas.at(cells.schema, table)
    const end = this.#object(known, { table, tokens: cells.tokens, from, start })
    if (end > 0) {
      this.#learning.end(table, { from, to: end })
      return end
    }
    const lineFeed = this.#lineEnd(from)
    recordFault(this.#views, cells.control, { site: known.schema.sites[this.#syntax.fault] ?? 0, from, to: lineFeed })
    return -(lineFeed + 1)
  }

  #lineEnd(from: number): number {
    const { u8 } = this.#views
    let at = from
    while (u8[at] !== 10) at++
    return at
  }

  /** The position after the record's line feed, or -1. */
  #object(
    known: KnownSchema,
    { table, tokens, from, start }: { table: number; tokens: number; from: number; start: number },
  ): number {
    const { u8, i32 } = this.#views
    const syntax = this.#syntax
    this.#learning.begin(tokens + known.seen.length * token.sizeBytes)
    known.seen.fill(0)
    for (let column = 0; column < known.seen.length; column++)
      i32[(tokens + column * token.sizeBytes) >> 2] = tokenKind.absent
    if (u8[start] !== 123) return this.#fail('object')
    let literalFrom = from
    let at = syntax.skipSpace(start + 1)
    if (u8[at] !== 125) {
      for (;;) {
        const cell = this.#key(known, { table, tokens }, at)
        if (cell < 0) return -1
        at = this.#valueStart
        this.#learning.note(literalFrom, at, cell)
        literalFrom = this.#value(cell, at)
        if (literalFrom < 0) return -1
        at = syntax.skipSpace(literalFrom)
        if (u8[at] === 125) break
        if (u8[at] !== 44) return this.#fail('comma')
        at = syntax.skipSpace(at + 1)
      }
    }
    at = syntax.skipSpace(at + 1)
    if (u8[at] !== 10) return this.#fail('trailing')
    this.#learning.note(literalFrom, at + 1, 0)
    return at + 1
  }

  #valueStart = 0

  /** Scans `"key" :`; the token cell of its value, whose first byte is at #valueStart; -1 for a fault. */
  #key(known: KnownSchema, { table, tokens }: { table: number; tokens: number }, at: number): number {
    const { u8 } = this.#views
    const syntax = this.#syntax
    if (u8[at] !== 34) return this.#fail('key')
    const end = syntax.stringEnd(at + 1)
    if (end < 0) return end
    const colon = syntax.skipSpace(end + 1)
    if (u8[colon] !== 58) return this.#fail('colon')
    this.#valueStart = syntax.skipSpace(colon + 1)
    const match = syntax.plain ? known.keys.byBytes(u8, at + 1, end) : known.keys.byName(this.#keyText(at, end + 1))
    const ignored = tokens + known.seen.length * token.sizeBytes
    const cell = match.column < 0 ? ignored : tokens + match.column * token.sizeBytes
    if (syntax.plain) learnKey(this.#views, table, { from: at + 1, to: end, cell, isColumn: match.column >= 0 })
    if (match.column < 0) return ignored
    const rank = match.exact ? 2 : 1
    const before = known.seen[match.column] ?? 0
    if (before > 0) this.#learning.spoil()
    if (before > rank) return ignored
    known.seen[match.column] = rank
    return cell
  }

  #keyText(from: number, to: number): string {
    const text = new TextDecoder().decode(this.#views.u8.slice(from, to))
    try {
      return String(JSON.parse(text))
    } catch {
      return text
    }
  }

  /** Fills the token cell; the position after the value, or -1. */
  #value(cell: number, from: number): number {
    const { u8 } = this.#views
    const syntax = this.#syntax
    const first = u8[from] ?? 0
    if (first === 34) {
      const end = syntax.stringEnd(from + 1)
      if (end < 0) return end
      this.#note(cell, syntax.plain ? tokenKind.text : tokenKind.rawText, { from: from + 1, to: end })
      return end + 1
    }
    if (first === 123 || first === 91) {
      const end = syntax.valueEnd(from)
      if (end > 0) this.#note(cell, tokenKind.nested, { from, to: end })
      return end
    }
    if (first === 45 || (first >= 48 && first <= 57)) {
      const end = syntax.numberEnd(from)
      if (end > 0) this.#noteNumber(cell, from, end)
      return end
    }
    const end = syntax.wordEnd(from)
    if (end > 0)
      this.#note(cell, first === 116 ? tokenKind.true : first === 102 ? tokenKind.false : tokenKind.null, {
        from,
        to: end,
      })
    return end
  }

  #note(cell: number, kind: number, { from, to }: { from: number; to: number }): void {
    const { i32 } = this.#views
    i32[(cell + token.kind) >> 2] = kind
    i32[(cell + token.from) >> 2] = from
    i32[(cell + token.to) >> 2] = to
  }

  #noteNumber(cell: number, from: number, to: number): void {
    const { u8, i32 } = this.#views
    let value = 0
    let small = to - from <= smallDigitsMax
    for (let at = from; at < to && small; at++) {
      const digit = (u8[at] ?? 0) - 48
      small = digit >= 0 && digit <= 9
      value = value * 10 + digit
    }
    this.#note(cell, small ? tokenKind.small : tokenKind.number, { from, to })
    i32[(cell + token.value) >> 2] = small ? value : 0
  }

  #fail(fault: JsonFault): -1 {
    this.#syntax.fault = fault
    return -1
  }
}
