import { must } from '../../../sql/base/assert.ts'
import type { SqlType } from '../../../sql/types/sql-type.ts'
import { select } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import { compareKnown } from '../expressions/comparison.ts'
import { loadField, storeField, valueMemory } from '../operators/key.ts'
import type { StateField } from '../operators/state-layout.ts'
import type { Value } from '../value.ts'
import { valueTypeOf } from '../value.ts'
import type { Accumulator, AccumulatorInput, UpdateContext } from './accumulator.ts'
import type { OrderedSpec } from './ordered-rows.ts'
import { orderedRows } from './ordered-rows.ts'
import { orUnlessPresent } from './presence.ts'

/** Least or greatest value so far, by the order of SQL comparison (NaN above everything, text by bytes). Where rows are taken out again, all values are kept in order. */
export interface ExtremeAccumulator extends Accumulator {
  readonly kind: 'extreme'
  readonly type: SqlType
  readonly field: StateField
}

export function extremeAccumulator(input: AccumulatorInput, which: 'min' | 'max'): ExtremeAccumulator {
  const { layout } = input
  const argument = must(input.argument, 'an argument of MIN or MAX')
  const { type } = argument
  const field = layout.accumulator(which, valueMemory(type))
  if (input.retracts) {
    const orderBy = [{ expression: argument, descending: which === 'max', nullsFirst: false }]
    const show: OrderedSpec['show'] = ({ lowering, row, table }, value) =>
      storeField(lowering.builder, { row, table }, { field, value })
    return { kind: 'extreme', type, field, ...orderedRows(input, { argument, orderBy, ties: 'first', show }) }
  }
  return {
    kind: 'extreme',
    type,
    field,
    onInsert: ({ lowering, row, table, argument: value }) =>
      storeField(lowering.builder, { row, table }, { field, value: value() }),
    update: (context) => {
      const isWord = ['i32', 'i64'].includes(valueTypeOf(type))
      if (input.groups === 'of_a_window' && isWord && context.present === null)
        keepTheOneBeyond(context, { field, which })
      else replaceIfBeyond(context, { field, which })
    },
    retract: null,
  }
}

/**
 * Without a branch: the groups of a window begin again and again, and whether one of their first values is the least so far is anybody's guess. What is
 * there is read anyway, so it can be written back where nothing changes. Groups that live on come to have extremes that hardly ever change; for them
 * a branch is better (bench/kernel, cases tumble and group-16).
 */
function keepTheOneBeyond(
  { lowering, row, table, argument }: UpdateContext,
  { field, which }: { readonly field: StateField; readonly which: 'min' | 'max' },
): void {
  const { builder } = lowering
  const { type, value } = argument()
  const known = loadField(builder, row, { type, field })
  const isBeyond = compareKnown(lowering, which === 'min' ? 'less' : 'greater', { type, x: value, y: known })
  const kept = builder.let('value', select(isBeyond, value, known))
  storeField(builder, { row, table }, { field, value: { type, value: kept, valid: null } })
}

function replaceIfBeyond(
  context: UpdateContext,
  { field, which }: { readonly field: StateField; readonly which: 'min' | 'max' },
): void {
  const { lowering, row, table, argument, present } = context
  const { builder } = lowering
  const value: Value = argument()
  const { type } = value
  orUnlessPresent(builder, present, {
    condition: (): Expression => {
      const known = loadField(builder, row, { type, field })
      return compareKnown(lowering, which === 'min' ? 'less' : 'greater', { type, x: value.value, y: known })
    },
    then: () => storeField(builder, { row, table }, { field, value }),
  })
}

export function loadExtreme(
  context: Pick<UpdateContext, 'lowering' | 'row'>,
  { type, field }: ExtremeAccumulator,
): Expression {
  return loadField(context.lowering.builder, context.row, { type, field })
}
