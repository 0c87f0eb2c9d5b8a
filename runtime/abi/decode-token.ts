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
 * (`{"a":`, `,"b":`), plus the one after the last value (`}` and the line feed). A literal is kept in four forms, one per alignment of the text it is compared
 * with: pairs of (word, mask), the first `pairsInline` of them compared without a loop. So comparing costs four loads of the text, whatever its
 * alignment. CSV: `memberCount` fields, of which only tokenCell is used.
 */
export const learnt = {
  memberCount: 0,
  /** cache of decode_clean: UTF-8 was checked from .. to, with this result */
  checkedFrom: 4,
  checkedTo: 8,
  checkedValid: 12,
  /** and the first byte at or after the last question that the fast path cannot take (checkedTo: none) */
  firstStop: 16,
  /** JSON: misses still to let pass before learning again; how many it was last time */
  patience: 20,
  patienceNext: 24,
  entries: 64,
} as const

export const learntEntry = {
  /** bytes of the literal */
  length: 0,
  /** address of the token cell of the value behind it */
  tokenCell: 4,
  /** pairs used by forms at alignment 0 .. 3, one i32 each */
  pairCounts: 16,
  forms: 32,
} as const

export const literalBytesMax = 60
export const pairsInline = 4
const pairsMax = 16
/** One form: pairsMax pairs of i32. */
export const literalFormSizeBytes = pairsMax * 8
export const learntEntrySizeBytes = learntEntry.forms + 4 * literalFormSizeBytes
/** Records with more members are not speculated about. */
export const learntMembersMax = 100

/** CSV fields: i32 token cell addresses from `learnt.entries` on. */
export const csvFieldsMax = 8192
