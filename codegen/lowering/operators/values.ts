import type { Column, Expression as SqlExpression } from '../../../sql/plan/logical-plan.ts'
import { must } from '../../../sql/base/assert.ts'
import { binary, constI1, constI32 } from '../../kernel/build.ts'
import { lowerExpression } from '../expressions/lower.ts'
import { neutral } from '../expressions/strict.ts'
import { loweringOf } from '../aggregates/accumulate.ts'
import type { FunctionBuilder } from '../function-builder.ts'
import { RowScope } from '../row-scope.ts'
import type { BlockRow } from './block-columns.ts'

type Rows = readonly (readonly SqlExpression[])[]

/** The row of VALUES with number `at.block + at.row`: a search tree over the rows, in which each leaf computes its row's expressions. */
export function openValuesRow(
  builder: FunctionBuilder,
  rows: Rows,
  { schema, at }: { readonly schema: readonly Column[]; readonly at: BlockRow },
): RowScope {
  const maker = RowScope.open(builder, [])
  const variables = schema.map(({ type, nullable }) => ({
    value: builder.mutable('value', neutral(loweringOf(maker), type)),
    valid: nullable || type.kind === 'null' ? builder.mutable('valid', constI1(false)) : null,
  }))
  const number = builder.let('number', binary('add', at.block, at.row))
  const fill = (from: number, to: number): void => {
    if (to - from > 1) {
      const middle = (from + to) >>> 1
      builder.if(
        binary('lt_s', number, constI32(middle)),
        () => fill(from, middle),
        () => fill(middle, to),
      )
      return
    }
    for (const [index, expression] of must(rows[from], 'a row').entries()) {
      const { value, valid } = lowerExpression(expression, maker)
      const variable = must(variables[index])
      builder.set(variable.value, value)
      if (variable.valid) builder.set(variable.valid, valid ?? constI1(true))
    }
  }
  if (rows.length > 0) fill(0, rows.length)
  return maker.derive(
    schema.map(({ type }, index) => {
      const { value, valid } = must(variables[index])
      return () => ({ type, value, valid })
    }),
  )
}
