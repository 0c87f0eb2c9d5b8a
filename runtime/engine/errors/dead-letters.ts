import type { Diagnostic } from '../../../sql/base/diagnostic.ts'
import type { SqlType } from '../../../sql/types/sql-type.ts'
import type { InboxWriter } from '../inbox/writer.ts'
import type { BadRow } from './row-error-log.ts'

/** The system stream of refused rows. */
export const deadLettersName = 'dead_letters'

const varchar: SqlType = { kind: 'varchar' }

/** Its columns. `line` and `column` are places in the data; `site` is the place in the program, `line:column`. */
export const deadLetterColumns = [
  { name: 'at', type: { kind: 'timestamp' }, nullable: false },
  { name: 'object', type: varchar, nullable: false },
  { name: 'site', type: varchar, nullable: true },
  { name: 'code', type: varchar, nullable: false },
  { name: 'message', type: varchar, nullable: false },
  { name: 'line', type: { kind: 'bigint' }, nullable: true },
  { name: 'column', type: varchar, nullable: true },
  { name: 'row', type: varchar, nullable: true },
  { name: 'row_bytes', type: { kind: 'bytea' }, nullable: true },
] as const satisfies readonly { readonly name: string; readonly type: SqlType; readonly nullable: boolean }[]

/** Longer rows are cut: a dead letter is for people, and a line may be as long as a file. */
const rowBytesMax = 65_536

/** Writes refused rows into the inbox of the system stream. Rows that are no text (not UTF-8, or with NUL) go into `row_bytes`. */
export function writeDeadLetter(
  writer: InboxWriter,
  row: BadRow,
  about: { readonly diagnostic: Diagnostic; readonly atMicros: bigint },
): void {
  const { diagnostic, atMicros } = about
  const { span, place } = diagnostic
  const record = row.record()
  const text = typeof record === 'string' ? record : record === null ? null : decoded(record.subarray(0, rowBytesMax))
  writer.pushAnyway({
    at: atMicros,
    object: row.object,
    site: span === undefined ? null : `${span.line}:${span.column}`,
    code: diagnostic.code,
    message: diagnostic.message,
    line: place?.line ?? null,
    column: place?.column ?? row.site.arguments['column'] ?? null,
    row: text,
    row_bytes: text === null && record instanceof Uint8Array ? record.subarray(0, rowBytesMax) : null,
  })
}

function decoded(bytes: Uint8Array): string | null {
  try {
    // A cut may fall into a character: `stream` leaves its rest out instead of refusing it.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.slice(), {
      stream: bytes.length === rowBytesMax,
    })
    return text.includes('\0') ? null : text
  } catch {
    return null
  }
}
