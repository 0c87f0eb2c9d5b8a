/**
 * Strings and bytes: 16-byte views, as in Umbra, DuckDB and Arrow's StringView.
 *
 * | offset | size | what |
 * |---|---|---|
 * | 0 | 4 | length in bytes (i32) |
 * | 4 | 4 | the first four bytes, zero padded |
 * | 8 | 4 | length <= 12: bytes 4..7, zero padded; else the i32 address of all bytes |
 * | 12 | 4 | length <= 12: bytes 8..11, zero padded; else 0 |
 *
 * So two views of at most 12 bytes are equal exactly when their four words are, and unequal strings mostly differ in the first 8 bytes.
 */
export const viewSizeBytes = 16
export const viewInlineBytesMax = 12
/** Where the views of a constant list begin (Constant `view_list`). */
export const viewListOffset = 16
export const viewOffsets = { length: 0, prefix: 4, address: 8, tail: 12 } as const
