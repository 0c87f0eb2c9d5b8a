import { binary, constI64, load } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { StateField } from '../operators/state-layout.ts'
import type { Accumulator, AccumulatorInput, UpdateContext } from './accumulator.ts'

/** Rows: an i64. */
export interface CountAccumulator extends Accumulator {
  readonly kind: 'count'
  readonly field: StateField
}

export function countAccumulator({ layout }: Pick<AccumulatorInput, 'layout'>): CountAccumulator {
  const field = layout.accumulator('count', 'i64')
  return {
    kind: 'count',
    field,
    update: (context) => addTo(context, field, 1n),
    retract: (context) => addTo(context, field, -1n),
  }
}

function addTo({ lowering, row }: UpdateContext, field: StateField, step: bigint): void {
  const { offset } = field
  lowering.builder.store('i64', { address: row, offset }, binary('add', load('i64', row, { offset }), constI64(step)))
}

export function loadCount(row: Expression, { field }: CountAccumulator): Expression {
  return load('i64', row, { offset: field.offset })
}
