import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { as, binary, cast, column, compare, typed } from '../../../test/support/expressions/build.ts'
import { createBench, evaluate } from '../../../test/support/expressions/evaluate.ts'
import type { Outcome } from '../../../test/support/expressions/evaluate.ts'

const bench = createBench()

interface Facts {
  readonly precision: number
  readonly scale: number
}

const facts: fc.Arbitrary<Facts> = fc
  .integer({ min: 1, max: 38 })
  .chain((precision) =>
    fc.record({ precision: fc.constant(precision), scale: fc.integer({ min: 0, max: Math.min(precision, 12) }) }),
  )
const nameOf = ({ precision, scale }: Facts): string => `DECIMAL(${precision},${scale})`
const valuesOf = ({ precision }: Facts): fc.Arbitrary<bigint> => {
  const limit = 10n ** BigInt(precision)
  return fc.oneof(
    fc.bigInt({ min: 1n - limit, max: limit - 1n }),
    fc.bigInt({ min: limit > 50n ? -50n : 1n - limit, max: limit > 50n ? 50n : limit - 1n }),
    fc.constantFrom(limit - 1n, 1n - limit),
  )
}

const operators = ['add', 'subtract', 'multiply', 'divide', 'modulo'] as const

/** Result types as the planner makes them: of DataFusion's rules, capped at 38 digits. */
function resultOf(operator: (typeof operators)[number], a: Facts, b: Facts): Facts {
  const scale = Math.max(a.scale, b.scale)
  const cap = (precision: number, places: number): Facts => ({
    precision: Math.min(38, Math.max(precision, places, 1)),
    scale: places,
  })
  switch (operator) {
    case 'add':
    case 'subtract':
      return cap(Math.max(a.precision - a.scale, b.precision - b.scale) + scale + 1, scale)
    case 'multiply':
      return cap(a.precision + b.precision + 1, a.scale + b.scale)
    case 'divide':
      return cap(a.precision + b.scale + 4, a.scale + 4)
    case 'modulo':
      return cap(Math.min(a.precision - a.scale, b.precision - b.scale) + scale, scale)
  }
}

/** value * 10^up, or divided and rounded half away from zero. */
function rescaled(value: bigint, up: number): bigint {
  if (up >= 0) return value * 10n ** BigInt(up)
  return quotient(value, 10n ** BigInt(-up))
}

function quotient(value: bigint, divisor: bigint): bigint {
  const [v, d] = [value < 0n ? -value : value, divisor < 0n ? -divisor : divisor]
  const size = (2n * v + d) / (2n * d)
  return value < 0n === divisor < 0n ? size : -size
}

function expected(
  operator: (typeof operators)[number],
  [x, a]: readonly [bigint, Facts],
  [y, b]: readonly [bigint, Facts],
): bigint | 'division_by_zero' {
  const result = resultOf(operator, a, b)
  const [left, right] = [rescaled(x, result.scale - a.scale), rescaled(y, result.scale - b.scale)]
  switch (operator) {
    case 'add':
      return left + right
    case 'subtract':
      return left - right
    case 'multiply':
      return rescaled(x * y, result.scale - a.scale - b.scale)
    case 'divide':
      return y === 0n ? 'division_by_zero' : quotient(x * 10n ** BigInt(result.scale - a.scale + b.scale), y)
    case 'modulo':
      return y === 0n ? 'division_by_zero' : left % right
  }
}

function checked(value: bigint | string, { precision }: Facts): unknown {
  if (typeof value === 'string') return value
  return value < 10n ** BigInt(precision) && value > -(10n ** BigInt(precision)) ? value : 'numeric_overflow'
}

const shown = (outcome: Outcome | undefined): unknown =>
  outcome && 'value' in outcome ? outcome.value : outcome?.error

const cases = fc.tuple(facts, facts, fc.constantFrom(...operators)).chain(([a, b, operator]) =>
  fc.record({
    a: fc.constant(a),
    b: fc.constant(b),
    operator: fc.constant(operator),
    rows: fc.array(fc.tuple(valuesOf(a), valuesOf(b)), { minLength: 3, maxLength: 8 }),
  }),
)
const runs = { numRuns: 300 }

describe('decimal expressions, against big integers', () => {
  it('arithmetic at every precision and scale', () => {
    fc.assert(
      fc.property(cases, ({ a, b, operator, rows }) => {
        const result = resultOf(operator, a, b)
        const expression = as(binary(operator, column(0, nameOf(a)), column(1, nameOf(b))), nameOf(result))
        const table = {
          schema: [a, b].map((each, index) => ({ name: `c${index}`, type: typed(nameOf(each)), nullable: false })),
          rows,
        }
        const outcomes = evaluate(bench, table, { expressions: [expression], tier: 'javascript' })
        expect(outcomes.map(([outcome]) => shown(outcome))).toEqual(
          rows.map(([x, y]) => checked(expected(operator, [x, a], [y, b]), result)),
        )
      }),
      runs,
    )
  })

  it('casts and comparisons across precisions and scales', () => {
    fc.assert(
      fc.property(cases, ({ a, b, rows }) => {
        const [x, y] = [column(0, nameOf(a)), column(1, nameOf(b))]
        const table = {
          schema: [a, b].map((each, index) => ({ name: `c${index}`, type: typed(nameOf(each)), nullable: false })),
          rows,
        }
        const outcomes = evaluate(bench, table, {
          expressions: [cast(x, nameOf(b)), compare('less', x, y), compare('equal', x, y)],
          tier: 'javascript',
        })
        const wanted = rows.map(([left, right]) => {
          const [l, r] = [left * 10n ** BigInt(b.scale), right * 10n ** BigInt(a.scale)]
          return [checked(rescaled(left, b.scale - a.scale), b), l < r, l === r]
        })
        expect(outcomes.map((row) => row.map(shown))).toEqual(wanted)
      }),
      runs,
    )
  })
})
