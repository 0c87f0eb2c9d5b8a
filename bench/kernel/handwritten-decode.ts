import { readFileSync } from 'node:fs'
import { hashOf } from './result-hash.ts'

/** Bytes of the file followed by zeros, so that scans need no bounds of their own. */
function load(path: string): { readonly bytes: Uint8Array; readonly size: number } {
  const file = readFileSync(path)
  const bytes = new Uint8Array(new SharedArrayBuffer(file.length + 64))
  bytes.set(file)
  return { bytes, size: file.length }
}

function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}

/**
 * Sum of auction + 31 price + 17 dateTime over all rows, in 64 bits. Days are looked up once per date, as anybody would. The position
 * is kept in `at`.
 */
class Scanner {
  readonly bytes: Uint8Array
  at = 0
  #dateKey = -1
  #dateDays = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  integer(): number {
    const { bytes } = this
    let p = this.at
    const negative = bytes[p] === 45
    if (negative) p++
    let value = 0
    let digit = (bytes[p] as number) - 48
    while (digit >= 0 && digit <= 9) {
      value = value * 10 + digit
      digit = (bytes[++p] as number) - 48
    }
    this.at = p
    return negative ? -value : value
  }

  timestamp(): number {
    const { bytes } = this
    const p = this.at
    const two = (q: number): number => (bytes[q] as number) * 10 + (bytes[q + 1] as number) - 528
    const key = (two(p) * 100 + two(p + 2)) * 10_000 + two(p + 5) * 100 + two(p + 8)
    if (key !== this.#dateKey) {
      this.#dateKey = key
      this.#dateDays = daysFromCivil(Math.floor(key / 10_000), Math.floor(key / 100) % 100, key % 100)
    }
    const seconds = (two(p + 11) * 60 + two(p + 14)) * 60 + two(p + 17)
    let micros = 0
    let unit = 1_000_000
    let q = p + 19
    if (bytes[q] === 46) {
      let digit = (bytes[++q] as number) - 48
      while (digit >= 0 && digit <= 9) {
        unit /= 10
        micros += digit * unit
        digit = (bytes[++q] as number) - 48
      }
    }
    if (bytes[q] === 90) q++
    this.at = q
    return (this.#dateDays * 86_400 + seconds) * 1_000_000 + micros
  }

  skipString(): void {
    const { bytes } = this
    let p = this.at
    for (;;) {
      const c = bytes[p++]
      if (c === 34) break
      if (c === 92) p++
    }
    this.at = p
  }

  expect(word: Uint8Array): void {
    const { bytes, at } = this
    for (let k = 0; k < word.length; k++) if (bytes[at + k] !== word[k]) throw new Error('field order')
    this.at = at + word.length
  }

  skipPast(byte: number): void {
    const { bytes } = this
    let p = this.at
    while (bytes[p++] !== byte);
    this.at = p
  }
}

const words = [
  '{"auction":',
  ',"bidder":',
  ',"price":',
  ',"channel":"',
  ',"url":"',
  ',"dateTime":"',
  '","extra":"',
  '}\n',
].map((word) => new TextEncoder().encode(word)) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
]

export function jsonCase(path: string): () => () => bigint {
  const { bytes, size } = load(path)
  return () => {
    const scan = new Scanner(bytes)
    const sum = new BigInt64Array(1)
    while (scan.at < size) {
      scan.expect(words[0])
      const auction = scan.integer()
      scan.expect(words[1])
      scan.integer()
      scan.expect(words[2])
      const price = scan.integer()
      scan.expect(words[3])
      scan.skipString()
      scan.expect(words[4])
      scan.skipString()
      scan.expect(words[5])
      const at = scan.timestamp()
      scan.expect(words[6])
      scan.skipString()
      scan.expect(words[7])
      add(sum, auction + price * 31, at)
    }
    return () => hashOf(sum[0] as bigint)
  }
}

export function csvCase(path: string): () => () => bigint {
  const { bytes, size } = load(path)
  return () => {
    const scan = new Scanner(bytes)
    const sum = new BigInt64Array(1)
    scan.skipPast(10)
    while (scan.at < size) {
      const auction = scan.integer()
      scan.at++
      scan.integer()
      scan.at++
      const price = scan.integer()
      scan.at++
      scan.skipPast(44)
      scan.skipPast(44)
      const at = scan.timestamp()
      scan.skipPast(10)
      add(sum, auction + price * 31, at)
    }
    return () => hashOf(sum[0] as bigint)
  }
}

function add(sum: BigInt64Array, small: number, at: number): void {
  sum[0] = BigInt.asIntN(
    64,
    (sum[0] as bigint) + BigInt.asIntN(64, BigInt(at) * 17n) + BigInt.asIntN(64, BigInt(small)),
  )
}
