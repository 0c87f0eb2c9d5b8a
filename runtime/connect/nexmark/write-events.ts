import { writeAscii } from '../../format/digits.ts'
import { fillEvent, nexmarkFields, writeField } from './fields.ts'
import { type EventKind, type EventNumbers, eventKind, makeEventNumbers, type NexmarkModel } from './model.ts'

export type NexmarkTextFormat = 'ndjson' | 'csv'

/** No record is longer. */
const recordBytesMax = 2048

/**
 * Writes events as text, many to a buffer. One writer serves one kind; `write` continues where it stopped.
 *
 *     const writer = new EventWriter({ kind: 'bid', format: 'ndjson', model, events })
 *     while (!writer.done) { const end = writer.write(buffer, 0); sink(buffer.subarray(0, end)) }
 */
export class EventWriter {
  readonly #kind: EventKind
  readonly #model: NexmarkModel
  readonly #events: number
  readonly #event: EventNumbers = makeEventNumbers()
  readonly #literals: readonly Uint8Array[]
  #next = 0
  #headerDue: boolean

  /** `events` counts events of all kinds. */
  constructor({
    kind,
    format,
    model,
    events,
  }: {
    kind: EventKind
    format: NexmarkTextFormat
    model: NexmarkModel
    events: number
  }) {
    this.#kind = kind
    this.#model = model
    this.#events = events
    this.#headerDue = format === 'csv'
    this.#literals = format === 'csv' ? csvLiterals(kind) : jsonLiterals(kind)
  }

  get done(): boolean {
    return this.#next >= this.#events && !this.#headerDue
  }

  /** Writes whole records from `at` on until the buffer has no room for another; returns the end. */
  write(bytes: Uint8Array, at: number): number {
    let to = at
    if (this.#headerDue) to = this.#writeHeader(bytes, to)
    const limit = bytes.length - recordBytesMax
    while (this.#next < this.#events && to <= limit) {
      const n = this.#next++
      if (eventKind(n) === this.#kind) to = this.#writeRecord(bytes, to, n)
    }
    return to
  }

  #writeRecord(bytes: Uint8Array, at: number, n: number): number {
    const event = this.#event
    fillEvent(event, n, { kind: this.#kind, model: this.#model })
    const fields = nexmarkFields[this.#kind]
    let to = at
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index]
      if (field === undefined) break
      to = copyLiteral(bytes, to, this.#literals[index])
      to = writeField(bytes, to, { field, event })
    }
    return copyLiteral(bytes, to, this.#literals[fields.length])
  }

  #writeHeader(bytes: Uint8Array, at: number): number {
    this.#headerDue = false
    const names = nexmarkFields[this.#kind].map((field) => field.name)
    return writeAscii(bytes, at, `${names.join(',')}\n`)
  }
}

/** What stands before each field, and after the last one. */
function jsonLiterals(kind: EventKind): readonly Uint8Array[] {
  const fields = nexmarkFields[kind]
  const quote = (index: number): string => (fields[index] === undefined || fields[index].kind === 'integer' ? '' : '"')
  const before = fields.map(
    (field, index) => `${index === 0 ? '{' : `${quote(index - 1)},`}"${field.name}":${quote(index)}`,
  )
  return toBytes([...before, `${quote(fields.length - 1)}}\n`])
}

function csvLiterals(kind: EventKind): readonly Uint8Array[] {
  return toBytes([...nexmarkFields[kind].map((_, index) => (index === 0 ? '' : ',')), '\n'])
}

function toBytes(texts: readonly string[]): readonly Uint8Array[] {
  return texts.map((text) => new TextEncoder().encode(text))
}

function copyLiteral(bytes: Uint8Array, to: number, literal: Uint8Array | undefined): number {
  if (literal === undefined) return to
  for (let index = 0; index < literal.length; index++) bytes[to + index] = literal[index] ?? 0
  return to + literal.length
}
