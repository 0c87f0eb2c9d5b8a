import { doubleText } from '../library/number/double-text.ts'
import { writeAscii } from './digits.ts'
import { fourDigits, shortNumberMax, writeShort } from './short-digits.ts'
import type { TextMemory } from './text-memory.ts'

const zero = 48
const point = 46

/**
 * The double at `cell`, as `doubleText` has it, without a string: the shortest digits that read back to the same number; the position after them. WebAssembly has the same
 * (codegen/wasm/native/double-text.ts).
 *
 * The fraction's digits come out one after the other, each by a multiplication with ten, until what is left is less than half of the distance
 * to the next double (G. Steele, J. White, "How to print floating-point numbers accurately"). From 4 on all of this is exact in doubles: the
 * fraction has at most 50 bits, and each multiplication gains three bits in front and loses one behind.
 */
export function writeDouble({ views, words }: TextMemory, from: number, cell: number): number {
  const bytes = views.u8
  // passed as a number it would be an object
  const value = views.f64[cell >> 3] ?? 0
  const size = Math.abs(value)
  if (!(size >= 4 && size <= shortNumberMax)) return writeAscii(bytes, from, doubleText(value))
  const whole = size | 0
  bytes[from] = 45
  let to = writeShort(words, from + (value < 0 ? 1 : 0), whole)
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
      words.setInt32(to, fourDigits(group) >>> 8, true)
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
      if (rest === 0.5) return writeAscii(bytes, from, doubleText(value))
      bytes[to] = zero + (rest > 0.5 ? digit + 1 : digit)
      return to + 1
    }
    bytes[to++] = zero + digit
  }
}

/** Of a number's distance to the next double, by its whole part, which is at least 1 and below 2^31. */
function halfOfGap(whole: number): number {
  return halves[31 - Math.clz32(whole)] as number
}

const halves = Float64Array.from({ length: 31 }, (_, exponent) => 2 ** (exponent - 53))
