import type { Code } from '../module.ts'
import type { NativeBuilder, Read } from './native-builder.ts'

const lanes = (byte: number): Uint8Array => new Uint8Array(16).fill(byte)

/**
 * The address of the first byte at or after `start` for which `stops` (a mask over the 16 bytes of a vector) has a bit. Reads up to
 * 15 bytes beyond it.
 */
export function scanFor(b: NativeBuilder, start: Code, stops: (bytes: Read) => Code): Read {
  const { code } = b
  const { i32, v128, i8x16 } = code
  const at = b.cell('i32')
  const mask = b.cell('i32')
  at.set(start)
  b.loop((leave) => {
    const bytes = b.let('v128', v128.load(0, 1, at.get()))
    mask.set(i8x16.bitmask(stops(bytes)))
    b.if(mask.get(), leave)
    at.set(i32.add(at.get(), i32.const(16)))
  })
  return b.let('i32', i32.add(at.get(), i32.ctz(mask.get())))
}

/** Quotes and control characters: for exactly these is `x ^ 2` at most 32. */
export function stringStops({ code: { v128, i8x16 } }: NativeBuilder, bytes: Read): Code {
  return i8x16.le_u(v128.xor(bytes(), v128.const(lanes(2))), v128.const(lanes(32)))
}

/** Constants of `isPlainStop`, made once. */
export interface PlainStops {
  readonly flip: Read
  readonly lowest: Read
  readonly backslash: Read
}

export function plainStops(b: NativeBuilder, zero: Read): PlainStops {
  return { flip: b.held(lanes(2), zero), lowest: b.held(lanes(33), zero), backslash: b.held(lanes(92), zero) }
}

/** Quotes, control characters, backslashes and bytes that are not ASCII. */
export function isPlainStop({ code: { v128, i8x16 } }: NativeBuilder, bytes: Read, stops: PlainStops): Code {
  const { flip, lowest, backslash } = stops
  return v128.or(i8x16.lt_s(v128.xor(bytes(), flip()), lowest()), i8x16.eq(bytes(), backslash()))
}

/** The delimiter and everything below 14. */
export function fieldStops({ code: { v128, i8x16 } }: NativeBuilder, bytes: Read, delimiters: Read): Code {
  return v128.or(i8x16.eq(bytes(), delimiters()), i8x16.le_u(bytes(), v128.const(lanes(13))))
}
