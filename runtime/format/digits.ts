/**
 * Decimal digits into bytes, without JavaScript strings. Every writer returns the position after what it wrote; the
 * caller has made room.
 */

const zero = 48
const billion = 1_000_000_000

/** A whole number from 0 to 2^53. */
export function writeUnsigned(bytes: Uint8Array, at: number, value: number): number {
  if (value < billion) return writeSmall(bytes, at, value | 0)
  const high = Math.floor(value / billion)
  const next = writeUnsigned(bytes, at, high)
  return writePadded(bytes, next, { value: value - high * billion, width: 9 })
}

function writeSmall(bytes: Uint8Array, at: number, value: number): number {
  const end = at + digitCount(value)
  let rest = value
  let to = end
  do {
    const quotient = (rest / 10) | 0
    bytes[--to] = zero + rest - quotient * 10
    rest = quotient
  } while (rest > 0)
  return end
}

function digitCount(value: number): number {
  if (value < 10) return 1
  if (value < 100) return 2
  if (value < 1000) return 3
  if (value < 10_000) return 4
  if (value < 100_000) return 5
  if (value < 1_000_000) return 6
  if (value < 10_000_000) return 7
  return value < 100_000_000 ? 8 : 9
}

/** Two digits; 0 to 99. */
export function writePair(bytes: Uint8Array, at: number, value: number): number {
  const tens = (value / 10) | 0
  bytes[at] = zero + tens
  bytes[at + 1] = zero + value - tens * 10
  return at + 2
}

/** `width` digits (at most 9) with leading zeros. */
export function writePadded(bytes: Uint8Array, at: number, { value, width }: { value: number; width: number }): number {
  let rest = value | 0
  for (let to = at + width - 1; to >= at; to--) {
    const quotient = (rest / 10) | 0
    bytes[to] = zero + rest - quotient * 10
    rest = quotient
  }
  return at + width
}

/** A whole number of any size. */
export function writeBigint(bytes: Uint8Array, at: number, value: bigint): number {
  if (value < 0n) {
    bytes[at] = 45
    return writeBigint(bytes, at + 1, -value)
  }
  if (value <= 9_007_199_254_740_991n) return writeUnsigned(bytes, at, Number(value))
  const high = value / 1_000_000_000n
  const next = writeBigint(bytes, at, high)
  return writePadded(bytes, next, { value: Number(value - high * 1_000_000_000n), width: 9 })
}

/** ASCII text. */
export function writeAscii(bytes: Uint8Array, at: number, text: string): number {
  for (let index = 0; index < text.length; index++) bytes[at + index] = text.charCodeAt(index)
  return at + text.length
}
