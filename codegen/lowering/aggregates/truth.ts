import { binary, constI64, load, unary } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { StateField } from '../operators/state-layout.ts'
import type { Accumulator, AccumulatorInput, UpdateContext } from './accumulator.ts'

/**
 * BOOL_AND and BOOL_OR: how many values decided (FALSE for AND, TRUE for OR). On inputs that only grow one bit of that is enough, but
 * the count costs the same and can be taken back.
 */
export interface TruthAccumulator extends Accumulator {
  readonly kind: 'truth'
  readonly which: 'bool_and' | 'bool_or'
  readonly field: StateField
}

export function truthAccumulator({ layout }: AccumulatorInput, which: 'bool_and' | 'bool_or'): TruthAccumulator {
  const field = layout.accumulator('decided', 'i64')
  const step = (context: UpdateContext, amount: Expression): void => {
    const { builder } = context.lowering
    const value = context.argument().value
    const decides = which === 'bool_and' ? unary('not', value) : value
    const { offset } = field
    builder.if(decides, () =>
      builder.store(
        'i64',
        { address: context.row, offset },
        binary('add', load('i64', context.row, { offset }), amount),
      ),
    )
  }
  return {
    kind: 'truth',
    which,
    field,
    update: (context) => step(context, constI64(1n)),
    retract: (context) => step(context, constI64(-1n)),
  }
}

export function loadTruth(row: Expression, { which, field }: TruthAccumulator): Expression {
  const decided = load('i64', row, { offset: field.offset })
  return binary(which === 'bool_and' ? 'eq' : 'ne', decided, constI64(0n))
}
