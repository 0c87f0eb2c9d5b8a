import { doubleText } from '../library/number/double-text.ts'
import { writeAscii } from './digits.ts'
import type { OutputBuffer } from './output-buffer.ts'
import { fourDigits, shortNumberMax, writeShort } from './short-digits.ts'

/** `-1.7976931348623157e+308`, and what the last word writes behind it. */
const doubleBytesMax = 32

const zero = 48
const point = 46

/**
 * As `doubleText`, without a string: the shortest digits that read back to the same number.
 *
 * The fraction's digits come out one after the other, each by a multiplication with ten, until what is left is less than half of the distance
 * to the next double (G. Steele, J. White, "How to print floating-point numbers accurately"). From 4 on all of this is exact in doubles: the
 * fraction has at most 50 bits, and each multiplication gains three bits in front and loses one behind.
 */
export function writeDouble(out: OutputBuffer, value: number): void {
  out.ensure(doubleBytesMax)
  const size = Math.abs(value)
  if (!(size >= 4 && size <= shortNumberMax)) {
    out.at = writeAscii(out.bytes, out.at, doubleText(value))
    return
  }
  const from = out.at
  const whole = size | 0
  const { bytes, view } = out
  bytes[from] = 45
  let to = writeShort(view, from + (value < 0 ? 1 : 0), whole)
  bytes[to++] = point
  let rest = size - whole
  let half = halfOfGap(whole)
  if (whole >= 64) {
    // three at once, as long as the number cannot end in or before them
    for (;;) {
      const shifted = rest * 1000
      const group = shifted | 0
      const reach = half * 1000
      const left = shifted - group
      if (left < reach || left > 1 - reach) break
      view.setInt32(to, fourDigits(group) >>> 8, true)
      to += 3
      rest = left
      half = reach
    }
  }
  for (;;) {
    const shifted = rest * 10
    const digit = shifted | 0
    rest = shifted - digit
    half *= 10
    if (rest < half || rest > 1 - half) {
      // as near to this digit as to the next one: rare, and decided elsewhere
      if (rest === 0.5) out.at = writeAscii(bytes, from, doubleText(value))
      else {
        bytes[to] = zero + (rest > 0.5 ? digit + 1 : digit)
        out.at = to + 1
      }
      return
    }
    bytes[to++] = zero + digit
  }
}

/** Of a number's distance to the next double, by its whole part, which is at least 1 and below 2^31. */
function halfOfGap(whole: number): number {
  return halves[31 - Math.clz32(whole)] as number
}

const halves = Float64Array.from({ length: 31 }, (_, exponent) => 2 ** (exponent - 53))
