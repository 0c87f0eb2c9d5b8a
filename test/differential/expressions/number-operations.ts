import { parseTypeName } from '../../../sql/types/sql-type.ts'
import { all, decimals, infix, integers } from './operation.ts'
import type { Operation } from './operation.ts'
const arithmetic = integers.flatMap((type) => [
  ...(['add', 'subtract', 'multiply', 'divide', 'modulo'] as const).map((operator) =>
    infix(operator, [type, type, type], { fallible: true }),
  ),
  ...(['bit_and', 'bit_or'] as const).map((operator) => infix(operator, [type, type, type])),
  infix('bit_xor', [type, type, type], { sql: (x, y) => `xor(${x}, ${y})` }),
  ...(['shift_left', 'shift_right'] as const).map((operator) => infix(operator, [type, type, type])),
])

const decimalParts = (type: string): { readonly precision: number; readonly scale: number } =>
  parseTypeName(type) as never

/** Result types as the planner gives them; DuckDB's have the same scale, but for division, which it does in doubles. */
const decimalArithmetic = decimals.flatMap((left) =>
  decimals.flatMap((right) => {
    const [a, b] = [decimalParts(left), decimalParts(right)]
    const scale = Math.max(a.scale, b.scale)
    const named = (precision: number, places: number): string => `DECIMAL(${Math.min(38, precision)},${places})`
    const sum = named(Math.max(a.precision - a.scale, b.precision - b.scale) + scale + 1, scale)
    const product = named(a.precision + b.precision + 1, a.scale + b.scale)
    const quotientScale = Math.min(38, a.scale + 4)
    const quotient = named(a.precision - a.scale + b.scale + quotientScale, quotientScale)
    const inDuckDb = left !== 'DECIMAL(30,5)' && right !== 'DECIMAL(30,5)' && a.precision + b.precision <= 38
    return [
      infix('add', [left, right, sum], { fallible: true, ...(inDuckDb ? {} : { sql: null }) }),
      infix('subtract', [left, right, sum], { fallible: true, ...(inDuckDb ? {} : { sql: null }) }),
      infix('multiply', [left, right, product], { fallible: true, ...(inDuckDb ? {} : { sql: null }) }),
      infix('divide', [left, right, quotient], { fallible: true, sql: null }),
      infix('modulo', [left, right, named(Math.min(a.precision - a.scale, b.precision - b.scale) + scale, scale)], {
        fallible: true,
        sql: null,
      }),
    ]
  }),
)

const comparisons = [...all, ...integers].flatMap((type) =>
  (
    [
      'equal',
      'not_equal',
      'less',
      'less_or_equal',
      'greater',
      'greater_or_equal',
      'is_distinct_from',
      'is_not_distinct_from',
    ] as const
  ).map((operator) => infix(operator, [type, type, 'BOOLEAN'])),
)

export const numberOperations: readonly Operation[] = [...arithmetic, ...decimalArithmetic, ...comparisons]
