import fc from 'fast-check'
import { typed } from '../../support/expressions/build.ts'
import type { Cell } from '../../support/expressions/cells.ts'
import type { Column } from '../../../sql/plan/logical-plan.ts'

const text = fc.string({ unit: fc.constantFrom('a', 'b', 'B', 'é', '数', '😀', ' ', '7', '.', 'K'), maxLength: 16 })
const double = fc.oneof(
  fc.integer({ min: -20, max: 20 }).map((value) => value / 4),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.constantFrom(Number.NaN, Infinity, -0, 0.5, 2.5),
)
const integer = fc.oneof(fc.bigInt({ min: -9n, max: 30n }), fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }))

const cells: Readonly<Record<string, readonly [type: string, values: fc.Arbitrary<Exclude<Cell, null>>]>> = {
  i: ['INTEGER', fc.bigInt({ min: -5n, max: 12n })],
  n: ['BIGINT', integer],
  m: ['BIGINT', integer],
  x: ['DOUBLE', double],
  y: ['DOUBLE', double],
  s: ['VARCHAR', text],
  u: ['VARCHAR', fc.string({ unit: fc.constantFrom('a', 'b', 'é', ' ', '😀'), maxLength: 2 })],
  ts: ['TIMESTAMP', fc.bigInt({ min: -2_000_000_000_000_000n, max: 8_000_000_000_000_000n })],
  dt: ['DATE', fc.bigInt({ min: -20_000n, max: 60_000n })],
}

export const columns: readonly Column[] = Object.entries(cells).map(([name, [type]]) => ({
  name,
  type: typed(type),
  nullable: true,
}))

export const rows: fc.Arbitrary<Cell[]> = fc.tuple(
  ...Object.values(cells).map(([, values]) => fc.option(values, { freq: 8, nil: null })),
)

/** Always there, so that each known difference shows. */
export const fixedRows: readonly (readonly Cell[])[] = [
  [-1n, 5n, 7n, 0, -1.25, 'a b', 'a', -1_500_000n, -1n],
  [2n, -5n, null, Infinity, Number.NaN, '', '', 0n, 0n],
  [null, null, null, -1, null, null, null, null, null],
]
