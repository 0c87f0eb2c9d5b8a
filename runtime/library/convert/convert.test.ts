import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLibraryBench } from '../../../test/support/expressions/library-bench.ts'

const { library, view, bytes, made, cell, number, fault, text, reset } = createLibraryBench()

const check = <T extends unknown[]>(property: fc.IPropertyWithHooks<T>): void => {
  fc.assert(property, { numRuns: 3000 })
  reset()
}
const given = <T>(value: T): T | string => (fault() === 'none' ? value : fault())

describe('numbers and text', () => {
  it('doubles print the shortest text that reads back', () => {
    const spell = (x: number): string => made((out) => library.f64_to_text(x, out))
    expect([3, 0.1, 1e20, 1e16, 1e15, 123456.789, 1e-4, 1e-5, 1.5e-7, 1.2345e300].map(spell)).toEqual([
      '3.0',
      '0.1',
      '1e+20',
      '1e+16',
      '1000000000000000.0',
      '123456.789',
      '0.0001',
      '1e-05',
      '1.5e-07',
      '1.2345e+300',
    ])
    expect([Number.NaN, Infinity, -Infinity, -0, 0].map(spell)).toEqual(['NaN', 'Infinity', '-Infinity', '-0.0', '0.0'])
    check(
      fc.property(fc.double({ noNaN: true }), (x) => {
        const printed = spell(x)
        expect(given(library.text_to_f64(view(printed)))).toBe(x)
        expect(printed).toMatch(/[.eI]/)
      }),
    )
    check(
      fc.property(fc.float({ noNaN: true }), (x) => {
        const printed = made((out) => library.f32_to_text(x, out))
        expect(given(library.text_to_f32(view(printed)))).toBe(x)
        expect(printed.replace(/[-.]|e.*/g, '').length).toBeLessThanOrEqual(17)
      }),
    )
  })

  it('integers print and parse exactly', () => {
    check(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), (value) => {
        const isSigned = value < 2n ** 63n
        const signed = BigInt.asIntN(64, value)
        expect(made((out) => library.i64_to_text(signed, out))).toBe(String(signed))
        expect(given(library.text_to_i64(view(` ${value}\n`)))).toBe(isSigned ? value : 'numeric_overflow')
        const unsigned = BigInt.asUintN(64, value)
        expect(made((out) => library.u64_to_text(signed, out))).toBe(String(unsigned))
        expect(given(library.text_to_u64(view(`+${unsigned}`)))).toBe(signed)
      }),
    )
    const parse = (value: string): unknown => given(library.text_to_i64(view(value)))
    expect(['', ' ', '+', '-', '1 2', '1.0', '0x1', '1e3', '١'].map(parse)).toEqual(
      Array.from({ length: 9 }, () => 'invalid_cast'),
    )
    expect(['000000000000000000000000000007', '-0', '99999999999999999999999'].map(parse)).toEqual([
      7n,
      0n,
      'numeric_overflow',
    ])
  })

  it('doubles outside of the range, and what is no number, are refused', () => {
    const parse = (value: string): unknown => given(library.text_to_f64(view(value)))
    expect(['1e400', '1e-400', '0e-400', 'inf', '-Infinity', 'NaN', '.5', '5.', '1e5'].map(parse)).toEqual([
      'numeric_overflow',
      'numeric_overflow',
      0,
      Infinity,
      -Infinity,
      Number.NaN,
      0.5,
      5,
      1e5,
    ])
    expect(['', '.', 'e5', '1e', '0x10', '1_000', 'Infinit'].map(parse)).toEqual(
      Array.from({ length: 7 }, () => 'invalid_cast'),
    )
    expect(given(library.text_to_f32(view('1e39')))).toBe('numeric_overflow')
  })

  it('decimals print and parse at their scale, rounded half away from zero', () => {
    const limit = 10n ** 38n
    check(
      fc.property(fc.bigInt({ min: 1n - limit, max: limit - 1n }), fc.integer({ min: 0, max: 38 }), (value, scale) => {
        const printed = made((out) => library.decimal_to_text(cell(value), scale, out))
        expect(Number(printed)).toBe(Number(`${value}e-${scale}`))
        expect(printed.split('.')[1]?.length ?? 0).toBe(scale)
        const out = cell()
        library.text_to_decimal(view(printed), scale, 38, out)
        expect(given(number(out))).toBe(value)
      }),
    )
    const parse = (value: string, scale = 2): unknown => given(library.text_to_decimal64(view(value), scale, 10))
    expect(['1.005', '-1.005', '1.0049999', '1e3', '12.5e-1', '.5', '1e-30'].map((value) => parse(value))).toEqual([
      101n,
      -101n,
      100n,
      100000n,
      125n,
      50n,
      0n,
    ])
    expect(['123456789', '1e50', '99999999.995'].map((value) => parse(value))).toEqual([
      'numeric_overflow',
      'numeric_overflow',
      'numeric_overflow',
    ])
    expect(['NaN', '1,5', '1.2.3', ''].map((value) => parse(value))).toEqual(
      Array.from({ length: 4 }, () => 'invalid_cast'),
    )
  })

  it('bytes go to hex and back; escapes are read', () => {
    check(
      fc.property(fc.uint8Array({ maxLength: 30 }), (value) => {
        const printed = made((out) => library.bytea_to_text(bytes(value), out))
        expect(printed).toBe(`\\x${value.toHex()}`)
        const [back, again] = [cell(), cell()]
        library.text_to_bytea(view(printed), back)
        library.bytea_to_text(back, again)
        expect(text(again)).toBe(printed)
      }),
    )
    const out = cell()
    library.text_to_bytea(view('a\\\\\\001é'), out)
    expect(made((shown) => library.bytea_to_text(out, shown))).toBe('\\x615c01c3a9')
    library.text_to_bytea(view('\\x1'), out)
    expect(fault()).toBe('invalid_cast')
  })

  it('booleans take the words of PostgreSQL', () => {
    expect(
      ['t', ' YES ', 'on', '1', 'f', 'no', 'OFF', '0'].map((word) => given(library.text_to_boolean(view(word)))),
    ).toEqual([true, true, true, true, false, false, false, false])
    expect(['', 'o', '2', 'maybe'].map((word) => given(library.text_to_boolean(view(word))))).toEqual(
      Array.from({ length: 4 }, () => 'invalid_cast'),
    )
  })

  it('rounding of doubles is that of their text', () => {
    expect(
      [
        [1.005, 2],
        [2.5, 0],
        [-2.5, 0],
        [1250, -2],
        [0.5, 0],
        [1e300, 2],
        [123.456, -3],
        [-0.4, 0],
      ].map(([x, n]) => library.f64_round(x as number, n as number)),
    ).toEqual([1.01, 3, -3, 1300, 1, 1e300, 0, -0])
    expect(
      [
        [1.999, 2],
        [-1.999, 1],
        [1299, -2],
      ].map(([x, n]) => library.f64_truncate(x as number, n as number)),
    ).toEqual([1.99, -1.9, 1200])
    expect(library.f64_round(0.49999999999999994, 0)).toBe(0)
    check(
      fc.property(fc.double({ min: -1e12, max: 1e12, noNaN: true }), fc.integer({ min: 0, max: 12 }), (x, digits) => {
        // The digits of the shortest text, rounded by hand.
        const [mantissa = '', exponent = '0'] = Math.abs(x).toExponential().split('e')
        const [whole = '', fraction = ''] = mantissa.split('.')
        const up = Number(exponent) - fraction.length + digits
        const unscaled = BigInt(whole + fraction)
        const unit = 10n ** BigInt(Math.max(0, -up))
        const rounded = up >= 0 ? Math.abs(x) : Number(`${(2n * unscaled + unit) / (2n * unit)}e-${digits}`)
        expect(Math.abs(library.f64_round(x, digits))).toBe(rounded)
      }),
    )
  })
})
