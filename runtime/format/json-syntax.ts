import type { JsonFault } from '../abi/decode-schema.ts'
import type { MemoryViews } from '../abi/memory.ts'

/**
 * JSON's grammar over bytes in memory, one line at a time: a line feed is where everything stops, so no bounds are checked. Scanners
 * return the position after what they scanned, or -1 with `fault` set.
 */
const depthMax = 512
const lineFeed = 10
const quote = 34
const backslash = 92

export class JsonSyntax {
  readonly #u8: Uint8Array
  readonly #i32: Int32Array
  fault: JsonFault = 'value'
  /** Of the last string: it has neither escapes nor bytes above 127. */
  plain = true

  constructor({ u8, i32 }: Pick<MemoryViews, 'u8' | 'i32'>) {
    this.#u8 = u8
    this.#i32 = i32
  }

  skipSpace(from: number): number {
    const u8 = this.#u8
    let at = from
    for (let byte = u8[at]; byte === 32 || byte === 9 || byte === 13; byte = u8[at]) at++
    return at
  }

  /** `from` is behind the opening quote; the result is the closing one's. */
  stringEnd(from: number): number {
    const u8 = this.#u8
    let at = from
    let high = 0
    let escapes = 0
    for (;;) {
      if ((at & 3) === 0) {
        const start = at
        at = this.#plainEnd(at)
        if (at > start) high |= this.#seen
      }
      const byte = u8[at] ?? 0
      if (byte === quote) break
      if (byte < 32) return this.#fail(byte === lineFeed || byte === 13 ? 'unclosed' : 'control')
      if (byte === backslash) {
        const size = this.#escapeSize(at)
        if (size < 0) return size
        escapes = 1
        at += size
      } else {
        high |= byte
        at++
      }
    }
    this.plain = escapes === 0 && high < 128
    return at
  }

  #seen = 0

  /** Steps over whole aligned words without quotes, backslashes and control characters; notes in #seen whether a byte was above 127. */
  #plainEnd(from: number): number {
    const i32 = this.#i32
    let index = from >> 2
    let seen = 0
    for (;;) {
      const word = i32[index] ?? 0
      const stops = ((word ^ 0x02020202) - 0x21212121) | ((word ^ 0x5c5c5c5c) - 0x01010101)
      if ((stops & ~word & 0x80808080) !== 0) break
      seen |= word
      index++
    }
    this.#seen = (seen & 0x80808080) === 0 ? 0 : 128
    return index << 2
  }

  #escapeSize(at: number): number {
    const u8 = this.#u8
    switch (u8[at + 1]) {
      case 34:
      case 92:
      case 47:
      case 98:
      case 102:
      case 110:
      case 114:
      case 116:
        return 2
      case 117:
        return isHex(u8[at + 2]) && isHex(u8[at + 3]) && isHex(u8[at + 4]) && isHex(u8[at + 5])
          ? 6
          : this.#fail('escape')
      case lineFeed:
        return this.#fail('unclosed')
      default:
        return this.#fail('escape')
    }
  }

  numberEnd(from: number): number {
    const u8 = this.#u8
    let at = u8[from] === 45 ? from + 1 : from
    const first = at
    if (u8[at] === 48) at++
    else at = this.#digitsEnd(at)
    if (at === first) return this.#fail('number')
    if (u8[at] === 46) {
      const fraction = at + 1
      at = this.#digitsEnd(fraction)
      if (at === fraction) return this.#fail('number')
    }
    if (u8[at] === 101 || u8[at] === 69) {
      const sign = u8[at + 1]
      const exponent = sign === 43 || sign === 45 ? at + 2 : at + 1
      at = this.#digitsEnd(exponent)
      if (at === exponent) return this.#fail('number')
    }
    const next = u8[at] ?? 0
    return next >= 48 && next <= 57 ? this.#fail('number') : at
  }

  #digitsEnd(from: number): number {
    const u8 = this.#u8
    let at = from
    for (let byte = u8[at] ?? 0; byte >= 48 && byte <= 57; byte = u8[at] ?? 0) at++
    return at
  }

  /** true, false, null. */
  wordEnd(from: number): number {
    const u8 = this.#u8
    const is = (index: number, byte: number): boolean => u8[from + index] === byte
    if (is(0, 116) && is(1, 114) && is(2, 117) && is(3, 101)) return from + 4
    if (is(0, 110) && is(1, 117) && is(2, 108) && is(3, 108)) return from + 4
    if (is(0, 102) && is(1, 97) && is(2, 108) && is(3, 115) && is(4, 101)) return from + 5
    return this.#fail('value')
  }

  valueEnd(from: number, depth = 0): number {
    switch (this.#u8[from]) {
      case quote: {
        const end = this.stringEnd(from + 1)
        return end < 0 ? end : end + 1
      }
      case 123:
        return depth > depthMax ? this.#fail('depth') : this.#objectEnd(from + 1, depth + 1)
      case 91:
        return depth > depthMax ? this.#fail('depth') : this.#arrayEnd(from + 1, depth + 1)
      case 45:
      case 48:
      case 49:
      case 50:
      case 51:
      case 52:
      case 53:
      case 54:
      case 55:
      case 56:
      case 57:
        return this.numberEnd(from)
      default:
        return this.wordEnd(from)
    }
  }

  #objectEnd(from: number, depth: number): number {
    const u8 = this.#u8
    let at = this.skipSpace(from)
    if (u8[at] === 125) return at + 1
    for (;;) {
      if (u8[at] !== quote) return this.#fail('key')
      const key = this.stringEnd(at + 1)
      if (key < 0) return key
      at = this.skipSpace(key + 1)
      if (u8[at] !== 58) return this.#fail('colon')
      const end = this.valueEnd(this.skipSpace(at + 1), depth)
      if (end < 0) return end
      at = this.skipSpace(end)
      if (u8[at] === 125) return at + 1
      if (u8[at] !== 44) return this.#fail('comma')
      at = this.skipSpace(at + 1)
    }
  }

  #arrayEnd(from: number, depth: number): number {
    const u8 = this.#u8
    let at = this.skipSpace(from)
    if (u8[at] === 93) return at + 1
    for (;;) {
      const end = this.valueEnd(at, depth)
      if (end < 0) return end
      at = this.skipSpace(end)
      if (u8[at] === 93) return at + 1
      if (u8[at] !== 44) return this.#fail('comma')
      at = this.skipSpace(at + 1)
    }
  }

  #fail(fault: JsonFault): -1 {
    this.fault = fault
    return -1
  }
}

function isHex(byte: number | undefined): boolean {
  if (byte === undefined) return false
  const lower = byte | 32
  return (byte >= 48 && byte <= 57) || (lower >= 97 && lower <= 102)
}
