import type { BinaryOperator, Expression } from '../../../sql/plan/logical-plan.ts'
import { as, binary, call } from '../../support/expressions/build.ts'

/** One way to make an expression of typed parts, and how DuckDB writes it. */
export interface Operation {
  readonly name: string
  readonly arguments: readonly string[]
  readonly result: string
  readonly make: (...parts: Expression[]) => Expression
  /** Null: DuckDB has nothing alike; only the tiers are compared. */
  readonly sql: ((...parts: string[]) => string) | null
  /** May fail a row in one of the engines, or both. */
  readonly fallible?: boolean
  /** In the last digits: transcendental functions. Only at the root of an expression. */
  readonly inexact?: boolean
}

export const integers = [
  'TINYINT',
  'SMALLINT',
  'INTEGER',
  'BIGINT',
  'TINYINT UNSIGNED',
  'SMALLINT UNSIGNED',
  'INTEGER UNSIGNED',
  'BIGINT UNSIGNED',
]
export const decimals = ['DECIMAL(9,2)', 'DECIMAL(9,4)', 'DECIMAL(18,3)', 'DECIMAL(30,5)']
export const all = ['BOOLEAN', ...integers, ...decimals, 'DOUBLE', 'VARCHAR', 'DATE', 'TIMESTAMP', 'INTERVAL']

const symbols: Partial<Record<BinaryOperator, string>> = {
  add: '+',
  subtract: '-',
  multiply: '*',
  divide: '//',
  modulo: '%',
  equal: '=',
  not_equal: '<>',
  less: '<',
  less_or_equal: '<=',
  greater: '>',
  greater_or_equal: '>=',
  is_distinct_from: 'IS DISTINCT FROM',
  is_not_distinct_from: 'IS NOT DISTINCT FROM',
  and: 'AND',
  or: 'OR',
  bit_and: '&',
  bit_or: '|',
}

/** A binary operator by its SQL symbol. */
export const infix = (
  operator: BinaryOperator,
  types: readonly [string, string, string],
  facts: Partial<Operation> = {},
): Operation => ({
  name: operator,
  arguments: [types[0], types[1]],
  result: types[2],
  make: (x, y) => as(binary(operator, x, y), types[2]),
  sql: symbols[operator] === undefined ? null : (x, y) => `(${x} ${symbols[operator]} ${y})`,
  ...facts,
})

/** A function; `duckdb` is its name there. */
export const native = (
  name: string,
  [types, result]: readonly [readonly string[], string],
  facts: Partial<Operation> & { readonly duckdb?: string } = {},
): Operation => ({
  name,
  arguments: types,
  result,
  make: (...parts) => call(name, result, ...parts),
  sql: (...parts) => `${facts.duckdb ?? name}(${parts.join(', ')})`,
  ...facts,
})
