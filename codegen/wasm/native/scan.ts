import type { Code, WasmModule } from '../module.ts'
import type { Cell, NativeBuilder, Read } from './native-builder.ts'

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

/** A bit for each of 32 bytes from `offset` on; `bits16`: those for 16 bytes. i32 */
function bits32({ i32 }: WasmModule, offset: number, bits16: (offset: number) => Code): Code {
  return i32.or(bits16(offset), i32.shl(bits16(offset + 16), i32.const(16)))
}

/** The same for 64 bytes; i64. */
function bits64(code: WasmModule, offset: number, bits16: (offset: number) => Code): Code {
  const { i64 } = code
  const half = (start: number): Code => i64.extend_u(bits32(code, start, bits16))
  return i64.or(half(offset), i64.shl(half(offset + 32), i64.const(32n)))
}

/**
 * Where the first stop from `at` on is; `bits16` has a bit for each of the 16 bytes at `at` and an offset that is one. Looks at 32 bytes, at 64 more,
 * then at 16 at a time: so the length of most texts is a matter of data, not of jumps that a processor may foresee wrongly. Reads up to 63 bytes beyond the stop. `at` is
 * anywhere up to it then.
 */
export function scanWide(b: NativeBuilder, at: Cell, bits16: (offset: number) => Code): Read {
  const { code } = b
  const { i32 } = code
  const first = b.let('i32', bits32(code, 0, bits16))
  const end = b.cell('i32')
  end.set(i32.add(at.get(), i32.ctz(first())))
  b.if(i32.eqz(first()), () => end.set(scanFar(b, { at, offset: 32, bits16 })()))
  return end.get
}

/** The same from an offset on, without the first look. */
export function scanFar(
  b: NativeBuilder,
  { at, offset, bits16 }: { readonly at: Cell; readonly offset: number; readonly bits16: (offset: number) => Code },
): Read {
  const { code } = b
  const { i32, i64 } = code
  const bits = b.let('i64', bits64(code, offset, bits16))
  const end = b.cell('i32')
  end.set(i32.add(i32.add(at.get(), i32.const(offset)), i32.wrap(i64.ctz(bits()))))
  b.if(i64.eqz(bits()), () => {
    const more = b.cell('i32')
    at.set(i32.add(at.get(), i32.const(offset + 64)))
    b.loop((leave) => {
      more.set(bits16(0))
      b.if(more.get(), leave)
      at.set(i32.add(at.get(), i32.const(16)))
    })
    end.set(i32.add(at.get(), i32.ctz(more.get())))
  })
  return end.get
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

/** `isAnyPlain`: 1 when bytes that are not ASCII are no stops, else 0. `zero`: as NativeBuilder.held takes it. */
export function plainStops(b: NativeBuilder, { zero, isAnyPlain }: { zero: Read; isAnyPlain: Code }): PlainStops {
  const { i32, i8x16, v128 } = b.code
  // with their high bit flipped these bytes are above all others, not below
  const flipped = b.let('v128', v128.xor(i8x16.splat(i32.shl(isAnyPlain, i32.const(7))), zero()))
  return { flip: b.held(lanes(2), flipped), lowest: b.held(lanes(33), flipped), backslash: b.held(lanes(92), zero) }
}

/** Quotes, control characters, backslashes, and bytes that are not ASCII unless all are plain. */
export function isPlainStop({ code: { v128, i8x16 } }: NativeBuilder, bytes: Read, stops: PlainStops): Code {
  const { flip, lowest, backslash } = stops
  return v128.or(i8x16.lt_s(v128.xor(bytes(), flip()), lowest()), i8x16.eq(bytes(), backslash()))
}

/** The delimiter and everything below 14. */
export function fieldStops({ code: { v128, i8x16 } }: NativeBuilder, bytes: Read, delimiters: Read): Code {
  return v128.or(i8x16.eq(bytes(), delimiters()), i8x16.le_u(bytes(), v128.const(lanes(13))))
}
