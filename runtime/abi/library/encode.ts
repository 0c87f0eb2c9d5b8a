import type { LibrarySignature } from './signature.ts'

/** Writes a text at its first parameter, an address; the address behind it. Up to `encodeStepBytes` behind that are touched, too. */
const writer = <const P extends readonly ('i32' | 'i64')[]>(...parameters: P) =>
  ({ parameters: ['i32', ...parameters], result: 'i32', pure: false, fallible: false }) as const

/**
 * What encoders call, value by value: `(out, cell, ..)`, where `cell` is the address of the value in its block. There is room; nothing fails.
 * Layouts: runtime/abi/encode.ts. Implemented in runtime/format.
 */
export const encodeSignatures = {
  /** write_literal(out, literal) */
  write_literal: writer('i32'),
  /** write_i32(out, value) */
  write_i32: writer('i32'),
  write_u32: writer('i32'),
  write_i64: writer('i32'),
  write_u64: writer('i32'),
  /** write_decimal64(out, cell, scale), write_decimal(out, cell, scale): with all digits of the scale */
  write_decimal64: writer('i32', 'i32'),
  write_decimal: writer('i32', 'i32'),
  /** The shortest digits that read back to the same number. */
  write_f32: writer('i32'),
  write_f64: writer('i32'),
  /** write_date(out, cell), write_time(out, cell): ISO 8601 */
  write_date: writer('i32'),
  write_time: writer('i32'),
  /** write_timestamp(out, cell, kept): ISO 8601 without a zone; `kept` is a keptInstant */
  write_timestamp: writer('i32', 'i32'),
  write_interval: writer('i32'),
  /** write_base64(out, view) */
  write_base64: writer('i32'),
  /** write_json_text(out, view): in quotes, with escapes */
  write_json_text: writer('i32'),
  /** write_csv_text(out, view, dialect): in quotes where a reader needs them */
  write_csv_text: writer('i32', 'i32'),
  /** quote_csv(from, to, dialect): puts quotes around what was written from .. to where a reader needs them; the end of that */
  quote_csv: writer('i32', 'i32'),
} as const satisfies Record<string, LibrarySignature>
