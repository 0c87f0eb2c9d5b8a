/** Decimal digits four at a time, into buffers that encoders fill: see `digits.ts` for numbers of any size. */

const zeros = 0x30303030

/** From here on `digits.ts` is needed. */
export const shortNumberMax = 999_999_999

/** A whole number from 0 to `shortNumberMax`; the position after it. May touch four bytes from there on. */
export function writeShort(view: DataView, at: number, value: number): number {
  if (value < 10_000) return writeUpToFour(view, at, value)
  const high = (value / 10_000) | 0
  const low = value - high * 10_000
  if (high < 10_000) {
    const next = writeUpToFour(view, at, high)
    view.setInt32(next, fourDigits(low), true)
    return next + 4
  }
  const top = (high / 10_000) | 0
  view.setInt8(at, 48 + top)
  view.setInt32(at + 1, fourDigits(high - top * 10_000), true)
  view.setInt32(at + 5, fourDigits(low), true)
  return at + 9
}

/** Without branches: how many digits a number has is hard to foresee. */
function writeUpToFour(view: DataView, at: number, value: number): number {
  // -1 for each digit that is missing
  const missing = ((value - 10) >> 31) + ((value - 100) >> 31) + ((value - 1000) >> 31)
  view.setInt32(at, fourDigits(value) >>> (-missing << 3), true)
  return at + 4 + missing
}

/** The text of 0 to 9999 with leading zeros, as a little-endian word: halves side by side, then digits. */
export function fourDigits(value: number): number {
  const hundreds = (value * 5243) >> 19
  const pairs = hundreds | ((value - hundreds * 100) << 16)
  const tens = ((pairs * 103) >>> 10) & 0x000f_000f
  return (tens | ((pairs - tens * 10) << 8)) + zeros
}
