import type { Expression as SqlExpression } from '../../../sql/plan/logical-plan.ts'
import { binary, constI1, constI64, load } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { FunctionBuilder } from '../function-builder.ts'
import type { Value } from '../value.ts'
import type { AccumulatorInput } from './accumulator.ts'
import type { KeyField } from '../operators/key.ts'
import { keyField, makeKey } from '../operators/key.ts'
import type { TableInUse } from '../operators/probe.ts'
import { findOrInsert } from '../operators/probe.ts'
import type { StateField } from '../operators/state-layout.ts'
import { StateLayout } from '../operators/state-layout.ts'

/** The values that DISTINCT aggregates have seen: a table of (group row, value), on changing inputs with the number of times. */
export interface DistinctSet {
  readonly value: SqlExpression
  readonly group: KeyField
  readonly member: KeyField
  /** i64 */
  readonly times: StateField | null
  readonly sideTable: number
}

export function distinctSet(
  value: SqlExpression,
  { retracts, sideTables }: Pick<AccumulatorInput, 'retracts' | 'sideTables'>,
): DistinctSet {
  const layout = new StateLayout()
  const group = keyField(layout, { type: { kind: 'integer' }, nullable: false })
  // the guard has left NULLs out
  const member = keyField(layout, { type: value.type, nullable: false })
  const times = retracts ? layout.accumulator('times', 'i64') : null
  return { value, group, member, times, sideTable: sideTables.add(layout.finish()) }
}

export interface Membership {
  readonly set: DistinctSet
  readonly table: TableInUse
  readonly groupRow: Expression
  readonly value: Value
}

/** Adds the value; runs `first` when it was not there. */
export function addToSet(builder: FunctionBuilder, membership: Membership, first: () => void): void {
  const { set, table } = membership
  const isNew = builder.mutable('new', constI1(false))
  const row = findOrInsert(builder, table, {
    keys: keysOf(builder, membership),
    removes: set.times !== null,
    onInsert: () => builder.set(isNew, constI1(true)),
  })
  if (set.times !== null) changeTimes(builder, { row, times: set.times }, 1n)
  builder.if(isNew, first)
}

/** Takes one occurrence of the value out; runs `last` when none is left. */
export function removeFromSet(builder: FunctionBuilder, membership: Membership, last: () => void): void {
  const { set, table } = membership
  if (set.times === null) return
  const { times } = set
  const row = findOrInsert(builder, table, {
    keys: keysOf(builder, membership),
    removes: true,
    onInsert: () => undefined,
  })
  changeTimes(builder, { row, times }, -1n)
  builder.if(binary('eq', load('i64', row, { offset: times.offset }), constI64(0n)), () => {
    builder.do('table_remove', [table.header, row])
    last()
  })
}

function keysOf(builder: FunctionBuilder, { set, groupRow, value }: Membership): ReturnType<typeof makeKey>[] {
  const group: Value = { type: { kind: 'integer' }, value: groupRow, valid: null }
  return [
    makeKey(builder, set.group, { value: group, direct: null }),
    makeKey(builder, set.member, { value: { ...value, valid: null }, direct: null }),
  ]
}

function changeTimes(
  builder: FunctionBuilder,
  { row, times }: { readonly row: Expression; readonly times: StateField },
  step: bigint,
): void {
  const { offset } = times
  builder.store('i64', { address: row, offset }, binary('add', load('i64', row, { offset }), constI64(step)))
}
