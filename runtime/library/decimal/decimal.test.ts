import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLibraryBench } from '../../../test/support/expressions/library-bench.ts'

const { library, cell, number, fault, reset } = createLibraryBench()

const limit = 10n ** 38n
const decimals = fc.oneof(
  fc.bigInt({ min: -limit + 1n, max: limit - 1n }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -1000n, max: 1000n }),
  fc
    .tuple(fc.integer({ min: 0, max: 37 }), fc.integer({ min: -2, max: 2 }))
    .map(([power, more]) => 10n ** BigInt(power) + BigInt(more)),
  fc.constantFrom(
    2n ** 53n,
    2n ** 53n - 1n,
    2n ** 53n + 1n,
    -(2n ** 53n),
    94_906_265n,
    94_906_267n,
    limit - 1n,
    1n - limit,
    2n ** 63n,
    -(2n ** 63n),
    2n ** 64n,
    -(2n ** 64n),
  ),
)
const precisions = fc.oneof(fc.constant(38), fc.integer({ min: 1, max: 38 }))

/** Rounded half away from zero, said differently: twice the value plus the sign of it, floored in magnitude. */
function halfAway(value: bigint, divisor: bigint): bigint {
  const [v, d] = [value < 0n ? -value : value, divisor < 0n ? -divisor : divisor]
  const magnitude = (2n * v + d) / (2n * d)
  return value < 0n === divisor < 0n ? magnitude : -magnitude
}

function scaled(value: bigint, up: number): bigint {
  return up >= 0 ? value * 10n ** BigInt(up) : halfAway(value, 10n ** BigInt(-up))
}

/** The result in its cell, or the fault's name. */
function result(run: (out: number) => void): bigint | string {
  const out = cell()
  run(out)
  return fault() === 'none' ? number(out) : fault()
}

function fitting(value: bigint, precision: number): bigint | string {
  const most = 10n ** BigInt(precision)
  return value < most && value > -most ? value : 'numeric_overflow'
}

const check = (property: fc.IProperty<unknown[]> | fc.IPropertyWithHooks<unknown[]>): void => {
  fc.assert(property as fc.IProperty<unknown[]>, { numRuns: 2000 })
  reset()
}

describe('decimals are exact at 38 digits', () => {
  it('add and sub, scaled up first', () => {
    check(
      fc.property(
        decimals,
        fc.integer({ min: 0, max: 37 }),
        decimals,
        fc.constantFrom(0, 1, 5),
        precisions,
        (a, aUp, b, bUp, precision) => {
          const [x, y] = [cell(a), cell(b)]
          expect(result((out) => library.decimal_add(x, aUp, y, bUp, precision, out))).toBe(
            fitting(scaled(a, aUp) + scaled(b, bUp), precision),
          )
          expect(result((out) => library.decimal_sub(x, 0, y, 0, precision, out))).toBe(fitting(a - b, precision))
        },
      ),
    )
  })

  it('mul and div round half away from zero', () => {
    check(
      fc.property(decimals, decimals, fc.integer({ min: 0, max: 38 }), precisions, (a, b, places, precision) => {
        const [x, y] = [cell(a), cell(b)]
        expect(result((out) => library.decimal_mul(x, y, places, precision, out))).toBe(
          fitting(scaled(a * b, -places), precision),
        )
        const quotient = b === 0n ? 'division_by_zero' : fitting(halfAway(a * 10n ** BigInt(places), b), precision)
        expect(result((out) => library.decimal_div(x, y, places, precision, out))).toBe(quotient)
      }),
    )
  })

  it('rem has the sign of the dividend', () => {
    check(
      fc.property(decimals, decimals, fc.constantFrom(0, 2, 9), (a, b, up) => {
        const expected = b === 0n ? 'division_by_zero' : fitting((a * 10n ** BigInt(up)) % b, 38)
        expect(result((out) => library.decimal_rem(cell(a), up, cell(b), 0, 38, out))).toBe(expected)
      }),
    )
  })

  it('compare, equal, negate, abs, rescale, round', () => {
    check(
      fc.property(decimals, decimals, fc.integer({ min: -20, max: 20 }), precisions, (a, b, up, precision) => {
        const [x, y] = [cell(a), cell(b)]
        const order = a < b ? -1 : a > b ? 1 : 0
        expect(library.decimal_compare(x, y)).toBe(order)
        expect(library.decimal_equal(x, y)).toBe(order === 0)
        expect(library.decimal_compare_scaled(x, 3, y, 0)).toBe(a * 1000n < b ? -1 : a * 1000n > b ? 1 : 0)
        expect(result((out) => library.decimal_rescale(x, up, precision, out))).toBe(fitting(scaled(a, up), precision))
        const unit = 10n ** BigInt(Math.max(0, up))
        expect(result((out) => library.decimal_round(x, up, precision, out))).toBe(
          fitting(halfAway(a, unit) * unit, precision),
        )
        expect(result((out) => library.decimal_trunc(x, up, precision, out))).toBe(
          fitting((a / unit) * unit, precision),
        )
        const floor = a - (((a % unit) + unit) % unit)
        expect(result((out) => library.decimal_floor(x, up, 38, out))).toBe(fitting(floor, 38))
        expect(result((out) => library.decimal_ceil(x, up, 38, out))).toBe(fitting(floor === a ? a : floor + unit, 38))
      }),
    )
  })

  it('goes to and from integers and doubles', () => {
    check(
      fc.property(decimals, fc.integer({ min: 0, max: 30 }), (a, scale) => {
        const rounded = halfAway(a, 10n ** BigInt(scale))
        const whole = library.decimal_to_i64(cell(a), scale)
        expect(fault() === 'none' ? whole : fault()).toBe(
          rounded === BigInt.asIntN(64, rounded) ? rounded : 'numeric_overflow',
        )
        expect(library.decimal_to_f64(cell(a), scale)).toBe(Number(`${a}e-${scale}`))
      }),
    )
    check(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e20, max: 1e20 }),
        fc.integer({ min: 0, max: 10 }),
        (x, scale) => {
          const [mantissa = '', exponent = '0'] = x.toExponential().split('e')
          const [head = '', tail = ''] = mantissa.split('.')
          const up = Number(exponent) - tail.length + scale
          const expected = up < -60 ? 0n : scaled(BigInt(head + tail), up)
          expect(result((out) => library.decimal_from_f64(x, scale, 38, out))).toBe(fitting(expected, 38))
        },
      ),
    )
    expect(result((out) => library.decimal_from_f64(1.005, 2, 10, out))).toBe(101n)
    expect(result((out) => library.decimal_from_f64(Number.NaN, 2, 10, out))).toBe('numeric_overflow')
  })

  it('short decimals agree with long ones', () => {
    const short = fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n })
    check(
      fc.property(
        short,
        short,
        fc.integer({ min: 0, max: 18 }),
        fc.integer({ min: 1, max: 18 }),
        (a, b, places, precision) => {
          const given = (value: bigint): bigint | string => (fault() === 'none' ? value : fault())
          expect(given(library.decimal64_mul(a, b, places, precision))).toBe(
            fitting(halfAway(a * b, 10n ** BigInt(places)), precision),
          )
          expect(given(library.decimal64_div(a, b, places, precision))).toBe(
            b === 0n ? 'division_by_zero' : fitting(halfAway(a * 10n ** BigInt(places), b), precision),
          )
          expect(given(library.decimal64_rescale(a, -places, precision))).toBe(
            fitting(halfAway(a, 10n ** BigInt(places)), precision),
          )
          expect(given(library.decimal64_rescale(a, places, precision))).toBe(
            fitting(a * 10n ** BigInt(places), precision),
          )
        },
      ),
    )
  })
})
