import { fallible, type LibrarySignature } from './signature.ts'

/**
 * What decoders call: whole records that the speculative path could not take, and values that need more than a few
 * instructions. `control` is the source's control block, `schema` a constant (abi/decode-schema.ts), `tokens` the decoder's token
 * cells (abi/decode-token.ts), `from` and `to` addresses of bytes. Implemented in runtime/format.
 */
export const decodeSignatures = {
  /** decode_clean(control, from, to): up to where the bytes are valid UTF-8 without any backslash (JSON) or quote (CSV). decode_clean_csv(control, from, to, quote). */
  decode_clean: { parameters: ['i32', 'i32', 'i32'], result: 'i32', pure: false, fallible: false },
  decode_clean_csv: { parameters: ['i32', 'i32', 'i32', 'i32'], result: 'i32', pure: false, fallible: false },
  /** json_record(control, schema, tokens, from): scans a line and learns from it. Its end; negative end when there is no row: a blank line, or an error, which it has put into control. */
  json_record: { parameters: ['i32', 'i32', 'i32', 'i32'], result: 'i32', pure: false, fallible: false },
  /** json_skip(from): the end of the nested value that starts at `from`; 0 when it is malformed. */
  json_skip: { parameters: ['i32'], result: 'i32', pure: true, fallible: false },
  /** json_string(learnt, from): the closing quote of a string with escapes that starts behind its opening quote at `from`; moves `learnt.firstStop` on. 0 when it is malformed. */
  json_string: { parameters: ['i32', 'i32'], result: 'i32', pure: false, fallible: false },
  /** csv_header(control, schema, tokens, from, to): learns the order of columns; the end of the header (from, when the format has none); 0 when more bytes are needed. */
  csv_header: { parameters: ['i32', 'i32', 'i32', 'i32', 'i32'], result: 'i32', pure: false, fallible: false },
  /** csv_record(control, schema, tokens, from, to): as json_record; 0 when more bytes are needed. */
  csv_record: { parameters: ['i32', 'i32', 'i32', 'i32', 'i32'], result: 'i32', pure: false, fallible: false },
  /** json_text(control, from, to, out): unescapes and checks a string into `out`; a `textStatus`. */
  json_text: { parameters: ['i32', 'i32', 'i32', 'i32'], result: 'i32', pure: false, fallible: false },
  /** json_plain(control, cell): a string with escapes whose token is at `cell` is unescaped, and the token moved there, for as long as its value takes to be made. */
  json_plain: { parameters: ['i32', 'i32'], result: null, pure: false, fallible: false },
  /** csv_text(control, schema, from, to, out): the same for a CSV field without its outer quotes. */
  csv_text: { parameters: ['i32', 'i32', 'i32', 'i32', 'i32'], result: 'i32', pure: false, fallible: false },
  /** base64_bytes(control, from, to, out): a `textStatus`. */
  base64_bytes: { parameters: ['i32', 'i32', 'i32', 'i32'], result: 'i32', pure: false, fallible: false },
  /** Numbers as JSON and CSV write them, exactly; integers may have a fraction of zeros or an exponent (invalid_cast when not whole, numeric_overflow). */
  digits_to_i64: fallible(['i32', 'i32'], 'i64'),
  digits_to_u64: fallible(['i32', 'i32'], 'i64'),
  /** Correctly rounded; also NaN, Infinity, -Infinity, inf. */
  digits_to_f64: fallible(['i32', 'i32'], 'f64'),
  /** digits_to_decimal64(from, to, precision, scale): further digits are rounded half away from zero. */
  digits_to_decimal64: fallible(['i32', 'i32', 'i32', 'i32'], 'i64'),
  digits_to_decimal: fallible(['i32', 'i32', 'i32', 'i32'], 'i128'),
  /** digits_to_instant(from, to, unitsPerSecond): an epoch number to microseconds, rounded toward the past. */
  digits_to_instant: fallible(['i32', 'i32', 'i64'], 'i64'),
} as const satisfies Record<string, LibrarySignature>
