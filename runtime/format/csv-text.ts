import { dialect } from '../abi/encode.ts'
import type { MemoryViews } from '../abi/memory.ts'
import { viewBytesAddress } from './cells.ts'

/** CSV as COPY writes it: quoted only where it must be; a text that reads like the NULL marker is quoted. */

/** The text of the view at `cell`. */
export function writeCsvText(
  views: MemoryViews,
  at: number,
  { cell, dialectAt }: { readonly cell: number; readonly dialectAt: number },
): number {
  const { u8, i32 } = views
  const length = i32[cell >> 2] ?? 0
  const from = viewBytesAddress(views, cell)
  for (let index = 0; index < length; index++) u8[at + index] = u8[from + index] ?? 0
  return quoteCsv(views, { from: at, to: at + length }, dialectAt)
}

export interface WrittenField {
  readonly from: number
  readonly to: number
}

/** Puts quotes around what was written where a reader needs them; the end of that. */
export function quoteCsv(views: MemoryViews, field: WrittenField, dialectAt: number): number {
  if (!needsQuotes(views, field, dialectAt)) return field.to
  const { u8, i32 } = views
  const { from, to } = field
  const quote = i32[(dialectAt + dialect.quote) >> 2] ?? 0
  const escape = i32[(dialectAt + dialect.escape) >> 2] ?? 0
  let escapes = 0
  for (let index = from; index < to; index++) if (u8[index] === quote || u8[index] === escape) escapes++
  const end = to + escapes + 2
  // from behind, so that nothing is overwritten before it was read
  let put = end - 1
  u8[put--] = quote
  for (let index = to - 1; index >= from; index--) {
    const byte = u8[index] ?? 0
    u8[put--] = byte
    if (byte === quote || byte === escape) u8[put--] = escape
  }
  u8[put] = quote
  return end
}

function needsQuotes({ u8, i32 }: MemoryViews, { from, to }: WrittenField, dialectAt: number): boolean {
  const nullLength = i32[(dialectAt + dialect.nullLength) >> 2] ?? 0
  if (to - from === nullLength && isNullText(u8, from, { text: dialectAt + dialect.nullText, length: nullLength }))
    return true
  // a reader trims nothing, but others do
  if (to > from && (u8[from] === 32 || u8[to - 1] === 32)) return true
  const quote = i32[(dialectAt + dialect.quote) >> 2]
  const delimiter = i32[(dialectAt + dialect.delimiter) >> 2]
  for (let index = from; index < to; index++) {
    const byte = u8[index]
    if (byte === quote || byte === delimiter || byte === 10 || byte === 13) return true
  }
  return false
}

function isNullText(
  u8: MemoryViews['u8'],
  from: number,
  { text, length }: { readonly text: number; readonly length: number },
): boolean {
  for (let index = 0; index < length; index++) if (u8[from + index] !== u8[text + index]) return false
  return true
}
