import { describe, expect, it } from 'vitest'
import type { Expression } from '../../../sql/plan/logical-plan.ts'
import { binary, call, cast, column, compare, literal, typed, unary } from '../../../test/support/expressions/build.ts'
import type { Cell } from '../../../test/support/expressions/cells.ts'
import { createBench, evaluate } from '../../../test/support/expressions/evaluate.ts'

const bench = createBench()

/** The outcome over columns a, b (nullable BIGINT) in both tiers, which must agree; an error's code as text. */
function run(
  expression: Expression,
  rows: readonly (readonly Cell[])[],
  types: readonly string[] = ['BIGINT', 'BIGINT'],
): unknown[] {
  const table = { schema: types.map((type, index) => ({ name: `c${index}`, type: typed(type), nullable: true })), rows }
  const [interpreted, compiled] = (['interpreter', 'javascript'] as const).map((tier) =>
    evaluate(bench, table, { expressions: [expression], tier }).map(([outcome]) =>
      outcome && 'value' in outcome ? outcome.value : outcome?.error,
    ),
  )
  expect(compiled).toEqual(interpreted)
  return interpreted as unknown[]
}

const [a, b] = [column(0, 'BIGINT'), column(1, 'BIGINT')]
const one = literal('BIGINT', '1')
const fails = compare('equal', binary('divide', one, literal('BIGINT', '0')), one)
const truth = (value: boolean | null): Expression => literal('BOOLEAN', value)
const [T, F, N] = [truth(true), truth(false), truth(null)]

describe('three-valued logic', () => {
  it('AND and OR follow the truth table', () => {
    const values = [T, F, N]
    const table = (operator: 'and' | 'or'): unknown[] =>
      values.flatMap((x) => values.flatMap((y) => run(compare(operator, x, y), [[null, null]])))
    expect(table('and')).toEqual([true, false, null, false, false, false, null, false, null])
    expect(table('or')).toEqual([true, true, true, true, false, null, true, null, null])
  })

  it('FALSE AND error is FALSE, TRUE OR error is TRUE, in any order; otherwise the error counts', () => {
    const outcome = (operator: 'and' | 'or', other: Expression): unknown[] => [
      ...run(compare(operator, other, fails), [[null, null]]),
      ...run(compare(operator, fails, other), [[null, null]]),
    ]
    expect(outcome('and', F)).toEqual([false, false])
    expect(outcome('and', T)).toEqual(['division_by_zero', 'division_by_zero'])
    expect(outcome('and', N)).toEqual(['division_by_zero', 'division_by_zero'])
    expect(outcome('or', T)).toEqual([true, true])
    expect(outcome('or', F)).toEqual(['division_by_zero', 'division_by_zero'])
    expect(outcome('and', fails)).toEqual(['division_by_zero', 'division_by_zero'])
  })

  it('an error dismissed by AND is dismissed for that place only', () => {
    const guarded = compare(
      'and',
      compare('not_equal', b, literal('BIGINT', '0')),
      compare('greater', binary('divide', a, b), one),
    )
    expect(
      run(guarded, [
        [4n, 2n],
        [4n, 0n],
        [1n, 1n],
        [null, 0n],
        [4n, null],
      ]),
    ).toEqual([true, false, false, false, null])
    const both = compare(
      'and',
      compare('or', T, compare('greater', binary('divide', a, b), one)),
      compare('greater', binary('divide', a, b), one),
    )
    expect(run(both, [[4n, 0n]])).toEqual(['division_by_zero'])
  })

  it('CASE and COALESCE protect what they do not choose', () => {
    const guarded: Expression = {
      kind: 'case',
      branches: [{ when: compare('equal', b, literal('BIGINT', '0')), then: literal('BIGINT', '-1') }],
      otherwise: binary('divide', a, b),
      type: typed('BIGINT'),
      nullable: true,
    }
    expect(
      run(guarded, [
        [6n, 3n],
        [6n, 0n],
        [6n, null],
      ]),
    ).toEqual([2n, -1n, null])
    const coalesce = call('coalesce', 'BIGINT', a, binary('divide', one, b))
    expect(
      run(coalesce, [
        [7n, 0n],
        [null, 0n],
        [null, 1n],
        [null, null],
      ]),
    ).toEqual([7n, 'division_by_zero', 1n, null])
  })

  it('IN is TRUE when found, whatever else is NULL or fails', () => {
    const list = (items: readonly Expression[]): Expression => ({
      kind: 'in_list',
      operand: a,
      list: items,
      negated: false,
      type: typed('BOOLEAN'),
      nullable: true,
    })
    expect(
      run(list([one, b]), [
        [1n, null],
        [2n, null],
        [2n, 3n],
        [null, 1n],
      ]),
    ).toEqual([true, null, false, null])
    expect(
      run(list([binary('divide', one, b), one]), [
        [1n, 0n],
        [2n, 0n],
        [1n, 1n],
      ]),
    ).toEqual([true, 'division_by_zero', true])
    const long = list(Array.from({ length: 40 }, (_, index) => literal('BIGINT', String(index * 3))))
    expect(
      run(long, [
        [0n, null],
        [117n, null],
        [118n, null],
        [-1n, null],
        [null, null],
      ]),
    ).toEqual([true, true, false, false, null])
    const texts: Expression = {
      kind: 'in_list',
      operand: column(0, 'VARCHAR'),
      list: ['b', 'a', 'ä', '', 'a longer text of many bytes', 'z', 'zz', 'c', 'd'].map((text) =>
        literal('VARCHAR', text),
      ),
      negated: true,
      type: typed('BOOLEAN'),
      nullable: true,
    }
    expect(
      run(texts, [['a'], ['ä'], ['a longer text of many bytes'], ['a longer text of many byteS'], [null]], ['VARCHAR']),
    ).toEqual([false, false, false, true, null])
  })

  it('IS DISTINCT FROM, IS NULL and truth tests are never NULL', () => {
    expect(
      run(compare('is_distinct_from', a, b), [
        [1n, 1n],
        [1n, 2n],
        [null, 1n],
        [null, null],
      ]),
    ).toEqual([false, true, true, false])
    const test = (operator: 'is_true' | 'is_not_true' | 'is_unknown', x: Expression): unknown[] =>
      run(unary(operator, x), [[null, null]])
    expect([T, F, N].flatMap((x) => test('is_not_true', x))).toEqual([false, true, true])
    expect([T, F, N].flatMap((x) => test('is_unknown', x))).toEqual([false, false, true])
  })
})

describe('arithmetic', () => {
  it('fails where the result leaves the type', () => {
    const max = 2n ** 63n - 1n
    expect(
      run(binary('add', a, b), [
        [max, 0n],
        [max, 1n],
        [null, 1n],
      ]),
    ).toEqual([max, 'numeric_overflow', null])
    expect(
      run(binary('multiply', a, b), [
        [max, -1n],
        [-max - 1n, -1n],
      ]),
    ).toEqual([-max, 'numeric_overflow'])
    expect(
      run(binary('divide', a, b), [
        [-7n, 2n],
        [-max - 1n, -1n],
        [1n, 0n],
      ]),
    ).toEqual([-3n, 'numeric_overflow', 'division_by_zero'])
    expect(
      run(binary('modulo', a, b), [
        [-7n, 2n],
        [-max - 1n, -1n],
        [1n, 0n],
      ]),
    ).toEqual([-1n, 0n, 'division_by_zero'])
  })

  it('narrow and unsigned integers keep their own ranges', () => {
    const of = (type: string) => [column(0, type), column(1, type)] as const
    const sum = (type: string, rows: readonly (readonly Cell[])[]): unknown[] =>
      run(binary('add', ...of(type)), rows, [type, type])
    expect(
      sum('TINYINT', [
        [127n, 0n],
        [127n, 1n],
        [-128n, -1n],
      ]),
    ).toEqual([127n, 'numeric_overflow', 'numeric_overflow'])
    expect(
      sum('TINYINT UNSIGNED', [
        [255n, 0n],
        [255n, 1n],
      ]),
    ).toEqual([255n, 'numeric_overflow'])
    expect(
      sum('INTEGER UNSIGNED', [
        [4294967295n, 0n],
        [4294967295n, 1n],
      ]),
    ).toEqual([4294967295n, 'numeric_overflow'])
    expect(
      sum('BIGINT UNSIGNED', [
        [2n ** 64n - 1n, 0n],
        [2n ** 64n - 1n, 1n],
      ]),
    ).toEqual([2n ** 64n - 1n, 'numeric_overflow'])
    const product = (type: string, rows: readonly (readonly Cell[])[]): unknown[] =>
      run(binary('multiply', ...of(type)), rows, [type, type])
    expect(
      product('SMALLINT UNSIGNED', [
        [65535n, 65535n],
        [255n, 257n],
      ]),
    ).toEqual(['numeric_overflow', 65535n])
    expect(
      product('INTEGER UNSIGNED', [
        [65537n, 65535n],
        [65536n, 65536n],
        [4294967295n, 4294967295n],
      ]),
    ).toEqual([4294967295n, 'numeric_overflow', 'numeric_overflow'])
    expect(
      run(
        binary('subtract', ...of('BIGINT UNSIGNED')),
        [
          [1n, 2n],
          [2n ** 64n - 1n, 2n ** 63n],
        ],
        ['BIGINT UNSIGNED', 'BIGINT UNSIGNED'],
      ),
    ).toEqual(['numeric_overflow', 2n ** 63n - 1n])
    expect(
      run(binary('divide', ...of('BIGINT UNSIGNED')), [[2n ** 64n - 1n, 2n]], ['BIGINT UNSIGNED', 'BIGINT UNSIGNED']),
    ).toEqual([2n ** 63n - 1n])
  })

  it('NaN equals NaN and is the greatest, -0 equals 0', () => {
    const [x, y] = [column(0, 'DOUBLE'), column(1, 'DOUBLE')]
    const rows = [
      [Number.NaN, Number.NaN],
      [Number.NaN, Infinity],
      [1, Number.NaN],
      [-0, 0],
    ]
    const results = (operator: 'equal' | 'less' | 'less_or_equal' | 'greater'): unknown[] =>
      run(compare(operator, x, y), rows, ['DOUBLE', 'DOUBLE'])
    expect(results('equal')).toEqual([true, false, false, true])
    expect(results('less')).toEqual([false, false, true, false])
    expect(results('less_or_equal')).toEqual([true, false, true, true])
    expect(results('greater')).toEqual([false, true, false, false])
  })
})

describe('casts', () => {
  it('rounds doubles half to even and decimals half away from zero', () => {
    expect(
      run(cast(column(0, 'DOUBLE'), 'BIGINT'), [[0.5], [1.5], [-2.5], [Number.NaN], [9.3e18]], ['DOUBLE']),
    ).toEqual([0n, 2n, -2n, 'numeric_overflow', 'numeric_overflow'])
    expect(run(cast(column(0, 'DECIMAL(4,1)'), 'INTEGER'), [[5n], [15n], [-25n]], ['DECIMAL(4,1)'])).toEqual([
      1n,
      2n,
      -3n,
    ])
  })

  it('TRY_CAST gives NULL, CAST the code', () => {
    const text = column(0, 'VARCHAR')
    const rows = [['12'], [' 12 '], ['x'], ['99999999999'], [null]]
    expect(run(cast(text, 'INTEGER'), rows, ['VARCHAR'])).toEqual([12n, 12n, 'invalid_cast', 'numeric_overflow', null])
    expect(run(cast(text, 'INTEGER', true), rows, ['VARCHAR'])).toEqual([12n, 12n, null, null, null])
  })
})
