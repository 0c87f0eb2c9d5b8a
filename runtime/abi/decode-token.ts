/**
 * How decoders, generated or not, note what they found in a record before they make values of it.
 *
 * A token cell per needed column, plus one that takes what nobody needs:
 * i32 kind at 0, i32 address of the value's first byte at 4, of the byte after the last at 8, i32 `value` at 12. Strings go without their quotes.
 */
export const tokenKind = {
  /** no such field */
  absent: 0,
  /** text as it stands: no escapes, valid UTF-8 */
  text: 1,
  /** text with escapes, or not yet checked */
  rawText: 2,
  /** a number, syntax checked (JSON only) */
  number: 3,
  true: 4,
  false: 5,
  null: 6,
  nested: 7,
  /** a whole number from 0 to 99,999,999, in `value` */
  small: 8,
} as const

export const token = { kind: 0, from: 4, to: 8, value: 12, sizeBytes: 16 } as const

/** Results of json_text and its like. */
export const textStatus = { good: 0, malformed: 1, invalidUtf8: 2, nullByte: 3 } as const

/**
 * What is learnt of field order (sourceControl.learnt points here). JSON: `memberCount` literals, each the bytes between two values
 * (`{"a":`, `,"b":`), plus the one after the last value (`}` and the line feed), as words padded with zeros. CSV: `memberCount` fields, an i32
 * token cell address each, from `entries` on.
 */
export const learnt = {
  memberCount: 0,
  /** cache of decode_clean: UTF-8 was checked from .. to, with this result */
  checkedFrom: 4,
  checkedTo: 8,
  checkedValid: 12,
  /** and the first backslash (JSON) or quote (CSV) after what was looked at (checkedTo: none) */
  firstStop: 16,
  /** JSON: misses in a row still to let pass before learning again; how many it was last time */
  patience: 20,
  patienceNext: 24,
  /** JSON: the end of the last record that was not as learnt: the next one misses in a row when it starts here */
  missEnd: 28,
  /** JSON: how many keys are in the table at `keys` */
  keyCount: 32,
  /** always 0 */
  zero: 36,
  /** how many needed columns are among what was learnt */
  columnCount: 40,
  /** records to take one by one before several are tried at once again, and how often that has failed of late (codegen/wasm/native/records-abreast.ts) */
  alone: 44,
  setbacks: 52,
  /** the number that the library gave what it read of the source's schema; 0: not read. Addresses alone do not tell one source from a later one */
  schemaNumber: 48,
  entries: 64,
  /** JSON: the table of keys, learntKeySlots entries */
  keys: 16_384,
} as const

export const learntEntry = {
  /** bytes of the literal, at least 1 */
  length: 0,
  /** address of the token cell of the value behind it */
  tokenCell: 4,
  /** words that are full, not counting the last one; and which bits of the last one count */
  fullWords: 8,
  lastMask: 12,
  words: 16,
} as const

export const literalBytesMax = 64
export const learntEntrySizeBytes = learntEntry.words + literalBytesMax
/** Records with more members are not speculated about. */
export const learntMembersMax = 200

/**
 * JSON: what every key means, for records whose fields are in no order that was learnt. Open addressing: a key is in the slot that
 * `learntKeyHash` gives, or in one of those behind it, before the first empty one.
 */
export const learntKey = {
  /** bytes of the key as it stands between its quotes, without escapes; 0: the slot is empty */
  length: 0,
  /** address of its value's token cell */
  tokenCell: 4,
  /** address of an i32 that is not 0 when the record had this column already */
  guard: 8,
  /** the bytes, padded with zeros */
  bytes: 16,
  sizeBytes: 64,
} as const

export const learntKeySlots = 512
/** More, or longer ones, are not learnt: so there is always an empty slot. */
export const learntKeysMax = 256
export const learntKeyBytesMax = learntKey.sizeBytes - learntKey.bytes

/**
 * The slot of a key: the high bits of `first * a + last * b + length * c`. `first` are the four bytes from the opening quote on, `last` those up to
 * and with the closing quote (`first` again for keys below two bytes), little-endian.
 */
export const learntKeyHash = { first: 0x9e3779b1, last: 0x85ebca6b, length: 0xc2b2ae35, shift: 23 } as const

export const csvFieldsMax = 8192
