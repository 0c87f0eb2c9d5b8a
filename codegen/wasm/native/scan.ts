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
export function bits64(code: WasmModule, offset: number, bits16: (offset: number) => Code): Code {
  const { i64 } = code
  const half = (start: number): Code => i64.extend_u(bits32(code, start, bits16))
  return i64.or(half(offset), i64.shl(half(offset + 32), i64.const(32n)))
}

/**
 * Where the first stop from `at` on is; `bits16` has a bit for each of the 16 bytes at `at` and an offset that is one. Looks at 32 bytes, at 64 more,
 * then at 16 at a time: so the length of most texts is a matter of data, not of jumps that a processor may foresee wrongly. Reads up to 63 bytes beyond the stop. `at` is
 * anywhere behind it.
 */
export function scanWide(b: NativeBuilder, at: Cell, bits16: (offset: number) => Code): Read {
  const { code } = b
  const { i32, i64 } = code
  const first = b.let('i32', bits32(code, 0, bits16))
  const end = b.cell('i32')
  end.set(i32.add(at.get(), i32.ctz(first())))
  b.if(i32.eqz(first()), () => {
    const second = b.let('i64', bits64(code, 32, bits16))
    end.set(i32.add(i32.add(at.get(), i32.const(32)), i32.wrap(i64.ctz(second()))))
    b.if(i64.eqz(second()), () => {
      const bits = b.cell('i32')
      at.set(i32.add(at.get(), i32.const(96)))
      b.loop((leave) => {
        bits.set(bits16(0))
        b.if(bits.get(), leave)
        at.set(i32.add(at.get(), i32.const(16)))
      })
      end.set(i32.add(at.get(), i32.ctz(bits.get())))
    })
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
