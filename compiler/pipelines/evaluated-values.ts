import { must } from '../../sql/base/assert.ts'
import type { Column, Expression } from '../../sql/plan/logical-plan.ts'
import type { SqlType } from '../../sql/types/sql-type.ts'
import type { StreamNode } from '../streaming/stream-plan.ts'
import { callsEvaluator, type IsNative } from './evaluator-calls.ts'

type ValuesNode = StreamNode & { readonly kind: 'values' }

/** VALUES and a projection over them that, together, say what a VALUES with calls of the evaluator says. */
export interface SplitValues {
  readonly values: ValuesNode
  readonly expressions: readonly Expression[]
}

/**
 * VALUES write their rows before anything can be evaluated, so columns with calls move into a projection behind them:
 *
 *     VALUES (1, f('a')), (2, f('b'))   ->   VALUES (1, 0), (2, 1)   |   project [#0, CASE WHEN #1 = 0 THEN f('a') ELSE f('b') END]
 *
 * Null when nothing is evaluated.
 */
export function splitValues(node: ValuesNode, isNative: IsNative): SplitValues | null {
  const { schema } = node.edge
  const evaluated = schema.map((_, index) =>
    node.rows.some((row) => row[index] && callsEvaluator(row[index], isNative)),
  )
  if (!evaluated.includes(true)) return null
  const kept = schema.flatMap((_, index) => (evaluated[index] === true ? [] : [index]))
  const number: Column = { name: 'row', type: bigint, nullable: false }
  const rowNumber: Expression = { kind: 'column', index: kept.length, type: bigint, nullable: false }
  return {
    values: {
      ...node,
      edge: { ...node.edge, schema: [...schema.filter((_, index) => evaluated[index] !== true), number] },
      rows: node.rows.map((row, at) => [...row.filter((_, index) => evaluated[index] !== true), literal(at)]),
    },
    expressions: schema.map((column, index) => {
      const { type, nullable } = column
      if (evaluated[index] !== true) return { kind: 'column', index: kept.indexOf(index), type, nullable }
      const cells = node.rows.flatMap((row) => row[index] ?? [])
      return byRow(cells, rowNumber, column)
    }),
  }
}

const bigint: SqlType = { kind: 'bigint' }

function literal(value: number): Expression {
  return { kind: 'literal', type: bigint, nullable: false, value: String(value) }
}

/** A row's own expression, chosen by the number of the row. */
function byRow(cells: readonly Expression[], rowNumber: Expression, { type, nullable }: Column): Expression {
  const last = must(cells.at(-1), 'a row')
  const branches = cells.slice(0, -1).map((then, at) => ({
    when: {
      kind: 'binary',
      operator: 'equal',
      left: rowNumber,
      right: literal(at),
      type: { kind: 'boolean' },
      nullable: false,
    } as const,
    then,
  }))
  return branches.length === 0 ? last : { kind: 'case', branches, otherwise: last, type, nullable }
}
