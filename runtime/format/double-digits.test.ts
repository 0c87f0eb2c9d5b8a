import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { doubleText } from '../library/number/double-text.ts'
import { writeDouble } from './double-digits.ts'
import { createWorkerMemory } from '../memory/worker-memory.ts'
import { shortNumberMax, writeShort } from './short-digits.ts'
import { textMemory } from './text-memory.ts'

const memory = textMemory(createWorkerMemory({ limitBytes: 1 << 20 }).views)
const at = 65_536
const textOf = (write: () => number): string => Buffer.from(memory.views.u8.slice(at, write())).toString('latin1')
const cell = at + 1024
const doubleAsWritten = (value: number): string => {
  memory.views.f64[cell >> 3] = value
  return textOf(() => writeDouble(memory, at, cell))
}

/** Doubles of every size between 1 and 2^31, with a fraction of any length. */
const mixed = fc
  .tuple(fc.double({ min: 1, max: 2, noNaN: true }), fc.integer({ min: 0, max: 30 }), fc.boolean())
  .map(([mantissa, exponent, negative]) => mantissa * 2 ** exponent * (negative ? -1 : 1))
const quotients = fc
  .tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 1, max: 1000 }))
  .map(([sum, count]) => sum / count)
const decimals = fc
  .tuple(fc.integer({ min: 0, max: 2 ** 31 - 1 }), fc.integer({ min: 0, max: 9 }))
  .map(([digits, scale]) => digits / 10 ** scale)

describe('doubles', () => {
  test('have the text of their shortest digits, whatever their size', () => {
    fc.assert(
      fc.property(fc.oneof(mixed, quotients, decimals, fc.double()), (value) => {
        expect(doubleAsWritten(value)).toBe(doubleText(value))
      }),
      { numRuns: 20_000 },
    )
  })

  test('neighbours of short numbers, limits and whole numbers', () => {
    const bits = new BigInt64Array(1)
    const double = new Float64Array(bits.buffer)
    for (const start of [4, 63.9, 64, 0.1, 100.5, 4095.999, 65536, 123456.789, 999_999_999, 1e9, 2 ** 31, 0, -0, 3]) {
      double[0] = start
      const first = bits[0] ?? 0n
      for (let step = -20n; step <= 20n; step++) {
        bits[0] = first + step
        expect(doubleAsWritten(double[0])).toBe(doubleText(double[0]))
      }
    }
  })

  test('as near to one digit as to the next', () => {
    // doubles here are 2^-23 apart: seven digits of the fraction suffice, and the eighth is a 5 with nothing behind it
    for (let odd = 1; odd < 256; odd += 2) {
      const value = 2 ** 29 + odd / 256
      expect(doubleAsWritten(value)).toBe(doubleText(value))
    }
  })
})

test('short numbers have all their digits and no more', () => {
  const samples = [0, 1, 9, shortNumberMax]
  for (let unit = 10; unit <= shortNumberMax; unit *= 10) samples.push(unit - 1, unit, unit + 1, unit * 3 + 7)
  for (let value = 0; value < shortNumberMax; value = Math.ceil((value + 1) * 1.01)) samples.push(value)
  for (const value of samples) {
    expect(textOf(() => writeShort(memory.words, at, value))).toBe(String(value))
  }
})
