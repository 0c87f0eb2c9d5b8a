import type { CsvDialect } from './format.ts'

/**
 * What encoders, generated or not, and their library functions share. Text that is the same in every row is data: a literal is its i32 length and
 * its bytes, with zeros behind them up to whole vectors, which may be written behind them too.
 */
export const literal = { length: 0, bytes: 16 } as const

/** Texts are written in steps of so many bytes, and up to so many may be touched behind them. */
export const encodeStepBytes = 16

export function encodeLiteral(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text)
  const steps = Math.ceil(bytes.length / encodeStepBytes)
  const result = new Uint8Array(literal.bytes + Math.max(1, steps) * encodeStepBytes)
  new DataView(result.buffer).setInt32(literal.length, bytes.length, true)
  result.set(bytes, literal.bytes)
  return result
}

/** Of a dialect of CSV, so that options never show in code: i32 delimiter, quote and escape; i32 length of the NULL text, and its bytes. */
export const dialect = { delimiter: 0, quote: 4, escape: 8, nullLength: 12, nullText: 16 } as const

export function encodeDialect({ delimiter, quote, escape, nullText }: CsvDialect): Uint8Array {
  const text = new TextEncoder().encode(nullText)
  const bytes = new Uint8Array(dialect.nullText + text.length)
  new Int32Array(bytes.buffer, 0, 4).set([delimiter, quote, escape, text.length])
  bytes.set(text, dialect.nullText)
  return bytes
}

/**
 * The text of the instant that a column had last: neighbouring rows often have the same (the start of their window). i64 microseconds, i32 length of
 * the text (0: none is kept), and its bytes.
 */
export const keptInstant = { micros: 0, length: 8, text: 16, sizeBytes: 48 } as const

/** At most so many bytes has the text of a value that is neither VARCHAR nor BYTEA, intervals included. */
export const plainTextBytesMax = 80
/** Of a VARCHAR or BYTEA: so many for each of its bytes (`\\u0001`), and two quotes. */
export const textBytesFactor = 6
