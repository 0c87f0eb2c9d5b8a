import { blockSignatures } from './library/block.ts'
import { convertSignatures } from './library/convert.ts'
import { decimalSignatures } from './library/decimal.ts'
import { decodeSignatures } from './library/decode.ts'
import { encodeSignatures } from './library/encode.ts'
import { numberSignatures } from './library/number.ts'
import { orderSignatures } from './library/order.ts'
import { regexSignatures } from './library/regex.ts'
import { rowErrorSignatures } from './library/row-error.ts'
import { stateSignatures } from './library/state.ts'
import { stringSignatures } from './library/string.ts'
import { timeSignatures } from './library/time.ts'

/**
 * The runtime library: what generated code may call. One signature table for every back end, one
 * implementation of each (runtime/library, runtime/state), so that all tiers give equal bytes. A name, once
 * in a released artifact, keeps its meaning. Conventions: library/signature.ts.
 */
export const librarySignatures = {
  ...blockSignatures,
  ...convertSignatures,
  ...decimalSignatures,
  ...decodeSignatures,
  ...encodeSignatures,
  ...numberSignatures,
  ...orderSignatures,
  ...regexSignatures,
  ...rowErrorSignatures,
  ...stateSignatures,
  ...stringSignatures,
  ...timeSignatures,
} as const

export type LibraryName = keyof typeof librarySignatures

/** The implementations, bound to one memory. */
export type Library = Readonly<Record<LibraryName, (...parameters: never[]) => unknown>>

/** Element types of loads and stores. `bool` is a byte 0 or 1. */
export type MemoryType = 'bool' | 'i8' | 'u8' | 'i16' | 'u16' | 'i32' | 'u32' | 'i64' | 'i128' | 'f32' | 'f64'

/** What a fault cell can hold; each name is a row error code of sql/messages. */
export const faults = {
  none: 0,
  numeric_overflow: 1,
  division_by_zero: 2,
  invalid_cast: 3,
  invalid_argument: 4,
  invalid_regex: 5,
  datetime_overflow: 6,
} as const

export type FaultName = keyof typeof faults

/** The i32 fault cell. */
export const faultAddress = 64
