import { must } from '../../../sql/base/assert.ts'
import type { SqlType } from '../../../sql/types/sql-type.ts'
import { binary, constI1, unary } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import { compareKnown } from '../expressions/comparison.ts'
import { clearBit, loadField, setBit, storeField, testBit, valueMemory } from '../operators/key.ts'
import type { StateBit, StateField, StateLayout } from '../operators/state-layout.ts'
import type { Value } from '../value.ts'
import type { Accumulator, AccumulatorInput, OrderKey, UpdateContext } from './accumulator.ts'
import { orderedRows } from './ordered-rows.ts'
import { orUnlessPresent } from './presence.ts'

/**
 * FIRST_VALUE and LAST_VALUE: the value of the row that is first (last) by the order keys, ties by arrival. The keys of that row are kept beside
 * the value. Where rows are taken out again, all rows are kept in order instead.
 */
export interface PositionalAccumulator extends Accumulator {
  readonly kind: 'positional'
  readonly held: Held
}

/** A value in state that may be NULL. */
interface Held {
  readonly type: SqlType
  readonly field: StateField
  readonly bit: StateBit | null
}

export function positionalAccumulator(input: AccumulatorInput, which: 'first' | 'last'): PositionalAccumulator {
  const { layout, orderBy } = input
  const argument = must(input.argument, 'an argument of FIRST_VALUE or LAST_VALUE')
  const held = hold(layout, argument, which)
  if (input.retracts) return { kind: 'positional', held, ...forgetful(input, held, which) }
  const keys = orderBy.map((key) => ({ key, held: hold(layout, key.expression, 'order') }))
  return {
    kind: 'positional',
    held,
    onInsert: (context) => take(context, held, keys),
    update: (context) => {
      const { lowering, present, row } = context
      orUnlessPresent(lowering.builder, present, {
        condition: () => comesFurther(context, { keys, row, which }),
        then: () => take(context, held, keys),
      })
    },
    retract: null,
  }
}

/** The last by the keys is the first by the opposite keys. */
function forgetful(
  input: AccumulatorInput,
  held: Held,
  which: 'first' | 'last',
): Pick<Accumulator, 'update' | 'retract'> {
  const isLast = which === 'last'
  return orderedRows(input, {
    argument: must(input.argument, 'an argument'),
    orderBy: input.orderBy.map((key) => ({
      expression: key.expression,
      descending: key.descending !== isLast,
      nullsFirst: key.nullsFirst !== isLast,
    })),
    ties: which,
    show: (context, value) => storeHeld(context, held, value),
  })
}

interface HeldKey {
  readonly key: OrderKey
  readonly held: Held
}

function hold(
  layout: StateLayout,
  { type, nullable }: { readonly type: SqlType; readonly nullable: boolean },
  role: string,
): Held {
  return { type, field: layout.accumulator(role, valueMemory(type)), bit: nullable ? layout.bit() : null }
}

function take(context: UpdateContext, held: Held, keys: readonly HeldKey[]): void {
  storeHeld(context, held, context.argument())
  const values = context.orderKeys()
  for (const [index, key] of keys.entries()) storeHeld(context, key.held, must(values[index]))
}

function storeHeld({ lowering: { builder }, row, table }: UpdateContext, { field, bit }: Held, value: Value): void {
  const store = (): void => storeField(builder, { row, table }, { field, value })
  if (bit === null) {
    store()
    return
  }
  const known = (): void => {
    store()
    setBit(builder, row, bit)
  }
  if (value.valid === null) known()
  else builder.if(value.valid, known, () => clearBit(builder, row, bit))
}

/** Is the row in hand before the kept one (first), or not before it (last)? */
function comesFurther(
  context: UpdateContext,
  {
    keys,
    row,
    which,
  }: { readonly keys: readonly HeldKey[]; readonly row: Expression; readonly which: 'first' | 'last' },
): Expression {
  const { builder } = context.lowering
  if (keys.length === 0) return constI1(which === 'last')
  const before = builder.mutable('before', constI1(false))
  const decided = builder.mutable('decided', constI1(false))
  const values = context.orderKeys()
  for (const [index, { key, held }] of keys.entries()) {
    builder.if(unary('not', decided), () => {
      const value = must(values[index])
      const kept: Value = {
        type: held.type,
        value: loadField(builder, row, held),
        valid: held.bit === null ? null : testBit(builder, row, held.bit),
      }
      compareKeys(context, { value, kept, key }, (isBefore, differs) => {
        builder.set(before, isBefore)
        builder.set(decided, differs)
      })
    })
  }
  return which === 'first' ? before : binary('or', unary('not', decided), unary('not', before))
}

function compareKeys(
  { lowering }: UpdateContext,
  { value, kept, key }: { readonly value: Value; readonly kept: Value; readonly key: OrderKey },
  result: (isBefore: Expression, differs: Expression) => void,
): void {
  const { builder } = lowering
  const compareValid = (): void => {
    const operands = { type: value.type, x: value.value, y: kept.value }
    const isBefore = compareKnown(lowering, key.descending ? 'greater' : 'less', operands)
    const differs = compareKnown(lowering, 'not_equal', operands)
    result(isBefore, differs)
  }
  if (value.valid === null && kept.valid === null) {
    compareValid()
    return
  }
  const a = builder.let('valid', value.valid ?? constI1(true))
  const b = builder.let('valid', kept.valid ?? constI1(true))
  builder.if(binary('and', a, b), compareValid, () =>
    // NULL before a value when NULLs go first
    result(binary('and', binary('ne', a, b), key.nullsFirst ? b : a), binary('ne', a, b)),
  )
}

export function loadPositional(
  { lowering, row }: Pick<UpdateContext, 'lowering' | 'row'>,
  { held }: PositionalAccumulator,
): { readonly value: Expression; readonly valid: Expression | null } {
  const { builder } = lowering
  return { value: loadField(builder, row, held), valid: held.bit === null ? null : testBit(builder, row, held.bit) }
}
