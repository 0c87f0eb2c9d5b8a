import { token } from './decode-token.ts'
import type { CsvDialect } from './format.ts'

/** Why a line is not a record. The texts are the `detail` of invalid_json and invalid_csv. */
export const jsonFaults = {
  object: 'a record is an object',
  key: 'a key is expected',
  colon: 'a colon is expected after a key',
  comma: 'a comma or a closing brace is expected',
  value: 'a value is expected',
  number: 'a number is malformed',
  unclosed: 'a string is not closed',
  control: 'a string has a control character',
  escape: 'a string has a malformed escape',
  depth: 'values are nested too deeply',
  trailing: 'text follows the object',
} as const

export const csvFaults = {
  fields: 'the number of fields differs from that of the header or the source',
  quote: 'text follows a closing quote',
  header: 'a column name occurs twice in the header',
} as const

export type JsonFault = keyof typeof jsonFaults
export type CsvFault = keyof typeof csvFaults

/** What a decoder's library functions know of its source: a constant of the unit, as JSON behind an i32 length. */
export interface DecodeSchema {
  /** The needed columns, in token order; `ordinal` among the source's stored columns. */
  readonly columns: readonly { readonly name: string; readonly ordinal: number }[]
  /** Names of all stored columns, in order: exact names go first, so a column that nobody needs still takes its field. */
  readonly stored: readonly string[]
  readonly csv: CsvDialect | null
  /** Site numbers of faults, and of `truncated_input`. */
  readonly sites: Readonly<Record<string, number>>
}

export function encodeDecodeSchema(schema: DecodeSchema): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(schema))
  const bytes = new Uint8Array(4 + text.length)
  new DataView(bytes.buffer).setInt32(0, text.length, true)
  bytes.set(text, 4)
  return bytes
}

/** Reads the schema at `address` of a memory. */
export function readDecodeSchema(u8: Uint8Array, i32: Int32Array, address: number): DecodeSchema {
  const length = i32[address >> 2] ?? 0
  return JSON.parse(new TextDecoder().decode(u8.slice(address + 4, address + 4 + length))) as DecodeSchema
}

/** Token cells of the stored columns, in order, when the needed ones have theirs from `tokens` on; behind them is the cell of all others. */
export function declaredCells({ columns, stored }: DecodeSchema, tokens: number): Int32Array {
  const cells = new Int32Array(stored.length).fill(tokens + columns.length * token.sizeBytes)
  for (const [index, { ordinal }] of columns.entries()) cells[ordinal] = tokens + index * token.sizeBytes
  return cells
}
