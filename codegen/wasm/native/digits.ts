import type { Code, WasmModule } from '../module.ts'
import type { NativeBuilder, Read } from './native-builder.ts'

/** Eight bytes of text at once, the first character in the lowest byte. */
const everyByte = (byte: bigint): bigint => BigInt.asIntN(64, byte * 0x0101_0101_0101_0101n)

/** Digit values of the eight bytes at `address`: what is no digit gets a value above 9. */
export function loadDigits({ code: { i64 } }: NativeBuilder, address: Code): Code {
  return i64.xor(i64.load(0, 1, address), i64.const(everyByte(48n)))
}

/** The high bit of each byte above 9: exact up to the first one. */
export function digitStops({ i64 }: WasmModule, digits: Read): Code {
  return i64.and(i64.or(digits(), i64.add(digits(), i64.const(everyByte(0x76n)))), i64.const(everyByte(0x80n)))
}

/** How many digits stand before the first stop: 8 when there is none. i32 */
export function digitCount({ i32, i64 }: WasmModule, stops: Code): Code {
  return i32.wrap(i64.shr_u(i64.ctz(stops), i64.const(3n)))
}

/** The first `count` (1 to 8) digits moved to the end, zeros before them. */
export function alignDigits({ i32, i64 }: WasmModule, digits: Read, count: Read): Code {
  return i64.shl(digits(), i64.extend_u(i32.sub(i32.const(64), i32.shl(count(), i32.const(3)))))
}

/** The number that eight digit values spell; i64. */
export function eightDigits({ i64 }: WasmModule, digits: Code): Code {
  const pairs = i64.and(i64.shr_u(i64.mul(digits, i64.const(2561n)), i64.const(8n)), i64.const(0x00ff_00ff_00ff_00ffn))
  const fours = i64.and(
    i64.shr_u(i64.mul(pairs, i64.const(6_553_601n)), i64.const(16n)),
    i64.const(0x0000_ffff_0000_ffffn),
  )
  return i64.shr_u(i64.mul(fours, i64.const(42_949_672_960_001n)), i64.const(32n))
}
