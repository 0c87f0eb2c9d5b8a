import fc from 'fast-check'
import type { Expression } from '../../../sql/plan/logical-plan.ts'
import { column } from '../../support/expressions/build.ts'
import type { Cell } from '../../support/expressions/cells.ts'
import { operations } from './operations.ts'
import type { Operation } from './operation.ts'
import { valueTypes } from './value-types.ts'

/** An expression over one column of every type, with rows for it. Plain data: what is kept of a failure. */
export interface ExpressionCase {
  readonly expression: Expression
  /** DuckDB's way to say it; null where there is none. */
  readonly sql: string | null
  readonly inexact: boolean
  /** operations used, for the table of differences */
  readonly used: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
}

interface Part {
  readonly expression: Expression
  readonly sql: string | null
  readonly inexact: boolean
  readonly fallible: boolean
  readonly used: readonly string[]
}

/** Two columns of each type. */
export const columnTypes: readonly string[] = valueTypes.flatMap(({ name }) => [name, name])

const byResult = Map.groupBy(operations, ({ result }) => result)

function leaf(type: string): fc.Arbitrary<Part> {
  const index = columnTypes.indexOf(type)
  if (index < 0) throw new Error(`no column of type ${type}`)
  return fc
    .constantFrom(index, index + 1)
    .map((at) => ({ expression: column(at, type), sql: `c${at}`, inexact: false, fallible: false, used: [] }))
}

/** An expression of the type, at most `depth` operations deep. Types without columns (results of decimals) are only made. */
function part(type: string, depth: number): fc.Arbitrary<Part> {
  const usable = (byResult.get(type) ?? []).filter(
    ({ arguments: types, inexact }) => inexact !== true && types.every((name) => columnTypes.includes(name)),
  )
  if (depth === 0 || usable.length === 0) return leaf(type)
  return fc.oneof(
    { weight: 1, arbitrary: leaf(type) },
    { weight: 3, arbitrary: fc.constantFrom(...usable).chain((operation) => applied(operation, depth - 1)) },
  )
}

function applied(operation: Operation, depth: number): fc.Arbitrary<Part> {
  return fc.tuple(...operation.arguments.map((type) => part(type, depth))).map((parts) => join(operation, parts))
}

/** AND, OR, IN over parts that can fail mean different things in the engines, so only the tiers are compared then. */
const guards = new Set(['and', 'or', 'in', 'case', 'coalesce'])

function join(operation: Operation, parts: readonly Part[]): Part {
  const fallible = parts.some((each) => each.fallible)
  const texts = parts.flatMap(({ sql }) => (sql === null ? [] : [sql]))
  const isComparable =
    operation.sql !== null && texts.length === parts.length && !(guards.has(operation.name) && fallible)
  return {
    expression: operation.make(...parts.map(({ expression }) => expression)),
    sql: isComparable && operation.sql ? operation.sql(...texts) : null,
    inexact: operation.inexact === true || parts.some(({ inexact }) => inexact),
    fallible: fallible || operation.fallible === true,
    used: [operation.name, ...parts.flatMap(({ used }) => used)],
  }
}

const row = fc.tuple(
  ...columnTypes.map((name) => {
    const type = valueTypes.find((each) => each.name === name)
    if (!type) throw new Error(`no type ${name}`)
    return fc.option(type.cells, { freq: 6, nil: null })
  }),
)

export const expressionCases: fc.Arbitrary<ExpressionCase> = fc
  .tuple(
    fc.constantFrom(...operations).chain((operation) => applied(operation, operation.inexact ? 0 : 2)),
    fc.array(row, { minLength: 1, maxLength: 6 }),
  )
  .map(([{ expression, sql, inexact, used }, rows]) => ({ expression, sql, inexact, used, rows }))
