import type { Read, Written } from './column-types.ts'
import type { CaseColumn, CsvShape, RecordCase } from './record-case.ts'

/** What a simple reader makes of a record. `values`: of the columns that are read. */
export interface ReferenceRecord {
  /** from 1 */
  readonly line: number
  readonly offsetBytes: number
  readonly outcome: readonly Read[] | 'refused' | 'unclear'
}

const byteOrderMark = '\xef\xbb\xbf'

/** The records of a file, blank lines left out; in latin1, one character a byte. */
export function referenceRecords({ csv, columns, pieces, lineBytesMax }: RecordCase): readonly ReferenceRecord[] {
  const bytes = pieces.join('')
  const text = bytes.endsWith('\n') || bytes === '' ? bytes : `${bytes}\n`
  const start = text.startsWith(byteOrderMark) ? byteOrderMark.length : 0
  const records: ReferenceRecord[] = []
  for (let at = start, line = 1; at < text.length;) {
    const record = csv === null ? jsonRecord(text, at, columns) : csvRecord(text, at, { columns, csv })
    const lineEnd = text.indexOf('\n', at) + 1
    const isLong = record.end - at > lineBytesMax
    // a record that is not whole when the limit is reached loses its first line only
    const end = isLong ? lineEnd : record.end
    const outcome = isLong ? 'refused' : record.outcome
    if (outcome !== 'blank') records.push({ line, offsetBytes: at, outcome })
    for (let feed = at; feed < end; feed = text.indexOf('\n', feed) + 1) line += 1
    at = end
  }
  return records
}

interface Found {
  /** behind the line feed */
  readonly end: number
  readonly outcome: ReferenceRecord['outcome'] | 'blank'
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decoded(bytes: string): string | null {
  try {
    return utf8.decode(Buffer.from(bytes, 'latin1'))
  } catch {
    return null
  }
}

function rowOf(columns: readonly CaseColumn[], values: readonly (Read | 'absent')[]): Found['outcome'] {
  const read = values.filter((_, index) => columns[index]?.isRead)
  const isNullable = columns.filter(({ isRead }) => isRead).map(({ nullable }) => nullable)
  const row = read.map((value, index): Read => {
    const isNull = value === 'absent' || (typeof value === 'object' && value.value === null)
    return isNull ? (isNullable[index] ? { value: null } : 'refused') : value
  })
  if (row.includes('refused')) return 'refused'
  return row.includes('unclear') ? 'unclear' : row
}

function jsonRecord(bytes: string, from: number, columns: readonly CaseColumn[]): Found {
  const end = bytes.indexOf('\n', from) + 1
  const line = bytes.slice(from, end)
  if (/^[ \t\r]*\n$/.test(line)) return { end, outcome: 'blank' }
  const text = decoded(line)
  // there is a limit of depth
  if (text === null || line.includes('[[[[[[[[')) return { end, outcome: 'unclear' }
  const members = membersOf(text)
  if (members === null) return { end, outcome: 'refused' }
  const values = columns.map(({ name, type }): Read | 'absent' => {
    const others = [...members.keys()].filter((key) => key !== name && key.toLowerCase() === name.toLowerCase())
    if (!members.has(name) && others.length > 1) return 'unclear'
    const value = members.get(members.has(name) ? name : (others[0] ?? name))
    if (value === undefined) return 'absent'
    if (value === null) return { value: null }
    return value === 'nested' ? 'unclear' : type.read(value)
  })
  return { end, outcome: rowOf(columns, values) }
}

type Member = Written | 'nested' | null

/** Numbers as they are written. */
const parseExactly = JSON.parse as (
  text: string,
  reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown

/** null: no object. */
function membersOf(text: string): Map<string, Member> | null {
  if (!text.trimStart().startsWith('{')) return null
  try {
    const parsed = parseExactly(text, (_, value, { source }) =>
      typeof value === 'number' || typeof value === 'boolean' ? { bare: source } : value,
    )
    return keyed(parsed as object, new Map())
  } catch {
    return null
  }
}

function keyed(parsed: object, members: Map<string, Member>): Map<string, Member> {
  for (const [key, value] of Object.entries(parsed) as [string, unknown][]) {
    if (value === null) members.set(key, null)
    else if (typeof value === 'string') members.set(key, { text: value })
    else if (typeof (value as { bare?: unknown }).bare === 'string') members.set(key, value as Written)
    else members.set(key, 'nested')
  }
  return members
}

interface Field {
  readonly bytes: string
  readonly isQuoted: boolean
}

function csvRecord(
  bytes: string,
  from: number,
  { columns, csv }: { readonly columns: readonly CaseColumn[]; readonly csv: CsvShape },
): Found {
  const blank = /^\r?\n/.exec(bytes.slice(from, from + 2))
  if (blank !== null && columns.length > 1) return { end: from + blank[0].length, outcome: 'blank' }
  const fields: Field[] = []
  for (let at = from; ;) {
    const field = csvField(bytes, at, csv)
    if (field === null) return { end: bytes.length, outcome: 'refused' }
    fields.push(field)
    const next = bytes[field.end] ?? '\n'
    at = field.end + 1
    if (next === csv.delimiter) continue
    const end = bytes.indexOf('\n', field.end) + 1
    const isEnd = next === '\n' || (next === '\r' && end === field.end + 2)
    if (next === '\r' && !isEnd) return { end, outcome: 'unclear' }
    if (!isEnd || fields.length !== columns.length) return { end, outcome: 'refused' }
    return {
      end,
      outcome: rowOf(
        columns,
        columns.map((column, index) => csvValue(column, fields[index] as Field, csv)),
      ),
    }
  }
}

/** null: its quote is not closed. */
function csvField(
  bytes: string,
  from: number,
  { delimiter, quote }: CsvShape,
): (Field & { readonly end: number }) | null {
  if (bytes[from] !== quote) {
    let end = from
    while (bytes[end] !== delimiter && bytes[end] !== '\n' && !(bytes[end] === '\r' && bytes[end + 1] === '\n')) end++
    return { bytes: bytes.slice(from, end), isQuoted: false, end }
  }
  for (let at = from + 1; at < bytes.length; at++) {
    if (bytes[at] !== quote) continue
    if (bytes[at + 1] === quote) at++
    else return { bytes: bytes.slice(from + 1, at).replaceAll(quote + quote, quote), isQuoted: true, end: at + 1 }
  }
  return null
}

const textTypes = new Set(['VARCHAR', 'TIMESTAMP', 'TIMESTAMPTZ', 'DATE', 'TIME', 'BYTEA', 'INTERVAL'])

function csvValue({ type }: CaseColumn, { bytes, isQuoted }: Field, { nullText }: CsvShape): Read {
  if (!isQuoted && bytes === nullText) return { value: null }
  const text = decoded(bytes)
  if (text === null) return type.sql === 'VARCHAR' ? 'refused' : 'unclear'
  return type.read(textTypes.has(type.sql) ? { text } : { bare: text })
}
