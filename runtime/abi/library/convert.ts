import { fallible, maker, type LibrarySignature } from './signature.ts'

/**
 * CAST to and from text. Text is trimmed of white space; what is left must be a value whole (invalid_cast) and in range
 * (numeric_overflow, datetime_overflow).
 */
export const convertSignatures = {
  boolean_to_text: maker(['i1', 'i32']),
  i64_to_text: maker(['i64', 'i32']),
  u64_to_text: maker(['i64', 'i32']),
  /** The shortest that reads back to the same double. */
  f64_to_text: maker(['f64', 'i32']),
  /** The shortest that reads back to the same float. */
  f32_to_text: maker(['f64', 'i32']),
  /** decimal_to_text(value, scale, out) */
  decimal_to_text: maker(['i128', 'i32', 'i32']),
  decimal64_to_text: maker(['i64', 'i32', 'i32']),
  date_to_text: maker(['i32', 'i32']),
  time_to_text: maker(['i64', 'i32']),
  timestamp_to_text: maker(['i64', 'i32']),
  /** with +00 */
  timestamptz_to_text: maker(['i64', 'i32']),
  interval_to_text: maker(['i32', 'i32']),
  /** `\x` and hex digits */
  bytea_to_text: maker(['i32', 'i32']),

  text_to_boolean: fallible(['i32'], 'i1'),
  text_to_i64: fallible(['i32'], 'i64'),
  text_to_u64: fallible(['i32'], 'i64'),
  text_to_f64: fallible(['i32'], 'f64'),
  text_to_f32: fallible(['i32'], 'f64'),
  /** text_to_decimal(text, scale, precision): further digits are rounded half away from zero */
  text_to_decimal: fallible(['i32', 'i32', 'i32'], 'i128'),
  text_to_decimal64: fallible(['i32', 'i32', 'i32'], 'i64'),
  text_to_date: fallible(['i32'], 'i32'),
  text_to_time: fallible(['i32'], 'i64'),
  /** An offset in the text is converted to UTC. Also TIMESTAMPTZ. */
  text_to_timestamp: fallible(['i32'], 'i64'),
  text_to_interval: fallible(['i32', 'i32'], null),
  text_to_bytea: fallible(['i32', 'i32'], null),
} as const satisfies Record<string, LibrarySignature>
