import { binary, constF64, load, unary } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { Lowering } from '../expressions/lowering.ts'
import type { StateField } from '../operators/state-layout.ts'
import type { Accumulator, AccumulatorInput, UpdateContext } from './accumulator.ts'
import type { CountAccumulator } from './count.ts'
import { loadCount } from './count.ts'

/**
 * Mean and sum of squared distances from it, after Welford (1962): one pass, and no difference of large sums. The number of rows is the count
 * accumulator's, which is updated first. Taking a row out runs the step backwards; it is as exact as doubles allow, and starts afresh when no row is left.
 */
export interface MomentsAccumulator extends Accumulator {
  readonly kind: 'moments'
  readonly mean: StateField
  readonly squares: StateField
  readonly count: CountAccumulator
}

export function momentsAccumulator({ layout }: AccumulatorInput, count: CountAccumulator): MomentsAccumulator {
  const mean = layout.accumulator('mean', 'f64')
  const squares = layout.accumulator('squares', 'f64')
  const parts = { mean, squares, count }
  return {
    kind: 'moments',
    ...parts,
    update: (context) => step(context, parts, 'add'),
    retract: (context) => {
      const { builder } = context.lowering
      const left = rowCount(context.lowering, context.row, count)
      builder.if(
        binary('gt', left, constF64(0)),
        () => step(context, parts, 'remove'),
        () => {
          for (const { offset } of [mean, squares]) builder.store('f64', { address: context.row, offset }, constF64(0))
        },
      )
    },
  }
}

type Parts = Pick<MomentsAccumulator, 'mean' | 'squares' | 'count'>

function step(
  { lowering, row, argument }: UpdateContext,
  { mean, squares, count }: Parts,
  direction: 'add' | 'remove',
): void {
  const { builder } = lowering
  const { value } = argument()
  const rows = rowCount(lowering, row, count)
  const before = builder.let('mean', load('f64', row, { offset: mean.offset }))
  const distance = builder.let('distance', binary('sub', value, before))
  const after = builder.let('mean', binary(direction === 'add' ? 'add' : 'sub', before, binary('div', distance, rows)))
  builder.store('f64', { address: row, offset: mean.offset }, after)
  const change = binary('mul', distance, binary('sub', value, after))
  const changed = binary(direction === 'add' ? 'add' : 'sub', load('f64', row, { offset: squares.offset }), change)
  builder.store('f64', { address: row, offset: squares.offset }, changed)
}

export function rowCount({ builder }: Lowering, row: Expression, count: CountAccumulator): Expression {
  return builder.let('rows', unary('f64_from_i64_s', loadCount(row, count)))
}

export interface Spread {
  readonly root: boolean
  /** Of a sample: divides by one less. */
  readonly sample: boolean
}

/** Variance or its root; `valid` only with enough rows. */
export function loadSpread(
  lowering: Lowering,
  row: Expression,
  { moments, spread }: { readonly moments: MomentsAccumulator; readonly spread: Spread },
): { readonly value: Expression; readonly valid: Expression } {
  const { builder } = lowering
  const rows = rowCount(lowering, row, moments.count)
  const divisor = spread.sample ? binary('sub', rows, constF64(1)) : rows
  const valid = builder.let('valid', binary('gt', divisor, constF64(0)))
  const loaded = builder.let('squares', load('f64', row, { offset: moments.squares.offset }))
  // taking rows out may leave a tiny negative rest; NaN stays
  const squares = builder.mutable('squares', loaded)
  builder.if(binary('lt', loaded, constF64(0)), () => builder.set(squares, constF64(0)))
  const variance = binary('div', squares, divisor)
  return { value: builder.let('value', spread.root ? unary('sqrt', variance) : variance), valid }
}
