import { DataError, SqlError } from '../../sql/base/diagnostic.ts'
import { invalidRow, watermarkRequired } from '../../sql/messages/raise.ts'
import { arrowBatches, arrowColumn } from './inbox/arrow-input.ts'
import { columnInput, type ColumnInput, type PushColumn } from './inbox/column-input.ts'
import type { Inbox } from './inbox/inbox.ts'
import { instantMicros } from './inbox/value-writer.ts'
import type { InboxWriter } from './inbox/writer.ts'

/** A row as `push` takes it: fields by column name, absent ones get their DEFAULT or NULL. */
export type PushRow = Readonly<Record<string, unknown>>

/** An instant: a Date, ISO text, or microseconds since 1970 as a bigint. */
export type Instant = Date | string | bigint

/**
 * A source without connector, to push into. Everything is copied before a method returns. All three push methods take a
 * push whole or not at all: `false` means that the source is full and nothing was taken; await `ready()` and push again.
 *
 *     while (!bids.push(rows)) await bids.ready()
 *
 * Errors: DataError `invalid_row` for values that do not fit their column, `closed` after `end` or when the source is gone.
 */
export class SourceHandle<R extends object = PushRow> {
  readonly name: string
  readonly #feed: () => { readonly inbox: Inbox; readonly writer: InboxWriter }

  /** Made by `Millrace.source`. */
  constructor(name: string, feed: () => { readonly inbox: Inbox; readonly writer: InboxWriter }) {
    this.name = name
    this.#feed = feed
  }

  /** Pushes one row or several. BIGINT takes bigints and safe integers, DECIMAL also text, TIMESTAMP an Instant, BYTEA a Uint8Array. */
  push(rows: R | readonly R[]): boolean {
    return this.#feed().writer.pushRows(Array.isArray(rows) ? (rows as readonly R[]) : [rows])
  }

  /** Pushes columns of `rowCount` values each, by column name. The cheapest way in: plain numbers are copied as they are. */
  pushColumns(columns: Readonly<Record<string, PushColumn>>, rowCount: number): boolean {
    if (!Number.isSafeInteger(rowCount) || rowCount < 0) throw this.#refuse(`rowCount cannot be ${rowCount}`)
    if (typeof columns !== 'object' || columns === null) throw this.#refuse('the columns are not an object')
    const names = new Map(Object.keys(columns).map((name) => [name.toLowerCase(), name]))
    return this.#feed().writer.pushColumns(rowCount, ({ name, type }) => {
      const given = Object.hasOwn(columns, name) ? name : names.get(name.toLowerCase())
      if (given === undefined) return undefined
      const input = columnInput(columns[given] as PushColumn, type)
      if (typeof input === 'string') throw this.#refuse(`column ${name} ${input}`)
      if (input.rowCount < rowCount) throw this.#refuse(`column ${name} has ${input.rowCount} of ${rowCount} values`)
      return input
    })
  }

  /** Pushes an Arrow table, or Arrow IPC bytes (stream or file). Columns are matched by name. */
  pushArrow(input: unknown): boolean {
    const { writer } = this.#feed()
    const batches = arrowBatches(input, this.name)
    const rowCount = batches.reduce((sum, batch) => sum + batch.numRows, 0)
    return writer.pushColumns(rowCount, (column) => joined(batches.map((batch) => arrowColumn(batch, column.name))))
  }

  /** Resolves when there is room, or the source has ended. */
  ready(): Promise<void> {
    return this.#feed().inbox.ready()
  }

  /**
   * Promises that every later row has an event time of at least this. For sources with `WATERMARK FOR column`; where rows move the
   * watermark, too, the greater one counts.
   *
   * @throws SqlError watermark_required
   */
  watermark(instant: Instant): void {
    const micros = instantMicros(instant)
    if (micros === undefined) throw this.#refuse('a watermark is a Date, ISO text or bigint microseconds')
    const { inbox } = this.#feed()
    if (!inbox.hasEventTime) {
      const [construct, column] = [`a watermark for source ${this.name}`, 'one of its columns']
      throw new SqlError([watermarkRequired({ construct, column }, { hint: 'declare WATERMARK FOR a column of it' })])
    }
    inbox.watermark(micros)
  }

  /** No more rows: windows close. Idempotent. */
  end(): void {
    this.#feed().inbox.end()
  }

  #refuse(detail: string): DataError {
    return new DataError(invalidRow({ index: 0, name: this.name, detail }))
  }
}

/** Columns of several batches as one. Undefined where no batch has it: DEFAULT or NULL. */
function joined(parts: readonly (ColumnInput | undefined)[]): ColumnInput | undefined {
  const [first] = parts
  if (parts.length === 1 || first === undefined) return first
  const starts: number[] = []
  let rowCount = 0
  for (const part of parts) {
    starts.push(rowCount)
    rowCount += part?.rowCount ?? 0
  }
  let at = 0
  const get = (index: number): unknown => {
    while (at > 0 && index < (starts[at] as number)) at--
    while (at + 1 < starts.length && index >= (starts[at + 1] as number)) at++
    return parts[at]?.get(index - (starts[at] as number))
  }
  return { get, bulk: null, rowCount }
}
