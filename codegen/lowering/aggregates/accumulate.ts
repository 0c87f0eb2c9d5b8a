import { must } from '../../../sql/base/assert.ts'
import { InternalError } from '../../../sql/base/diagnostic.ts'
import type { Expression as SqlExpression } from '../../../sql/plan/logical-plan.ts'
import { binary, constI1, constI64 } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import { lowerCondition, lowerExpression } from '../expressions/lower.ts'
import type { Lowering } from '../expressions/lowering.ts'
import { neutral } from '../expressions/strict.ts'
import { canFail } from '../expressions/traits.ts'
import { setBit, testBit } from '../operators/key.ts'
import type { TableInUse } from '../operators/probe.ts'
import { expressionKey } from '../expression-key.ts'
import type { RowScope } from '../row-scope.ts'
import type { Value } from '../value.ts'
import type { UpdateContext } from './accumulator.ts'
import { loadCount } from './count.ts'
import type { PlannedCall } from './plan.ts'
import { aggregateDefinition } from './definitions.ts'
import { addToSet, removeFromSet } from './distinct-set.ts'
import type { AggregatePlan, Guard, GuardedAccumulator, Presence } from './plan.ts'

/** What was computed before state is touched, because it can fail: conditions by guard, arguments by guard and expression. */
export interface Prepared {
  readonly conditions: ReadonlyMap<Guard, Expression>
  readonly arguments: ReadonlyMap<string, Value>
}

/** Computes everything of the aggregates that can fail. FILTER protects: an argument is computed only for rows that pass. */
export function prepareAggregates(plan: AggregatePlan, scope: RowScope): Prepared {
  const conditions = new Map<Guard, Expression>()
  const values = new Map<string, Value>()
  for (const [index, guard] of plan.guards.entries()) {
    if (guard.filter) conditions.set(guard, scope.builder.let('passes', lowerCondition(guard.filter, scope)))
    const fallible = argumentsOf(guard).filter(canFail)
    for (const argument of fallible) {
      const condition = conditions.get(guard)
      const value = condition ? underCondition(argument, condition, scope) : lowerExpression(argument, scope)
      values.set(`${index}:${expressionKey(argument)}`, value)
    }
  }
  return { conditions, arguments: values }
}

function argumentsOf({ accumulators, notNull, distinct }: Guard): readonly SqlExpression[] {
  const all = [
    ...accumulators.flatMap(({ argument, orderBy }) => [
      ...(argument ? [argument] : []),
      ...orderBy.map((key) => key.expression),
    ]),
    ...(notNull ? [notNull] : []),
    ...(distinct ? [distinct.value] : []),
  ]
  return [...new Map(all.map((each) => [expressionKey(each), each])).values()]
}

function underCondition(argument: SqlExpression, condition: Expression, scope: RowScope): Value {
  const { builder } = scope
  const lowering = loweringOf(scope)
  const value = builder.mutable('value', neutral(lowering, argument.type))
  const valid = argument.nullable ? builder.mutable('valid', constI1(false)) : null
  builder.if(condition, () => {
    const computed = lowerExpression(argument, scope)
    builder.set(value, computed.value)
    if (valid) builder.set(valid, computed.valid ?? constI1(true))
  })
  return { type: argument.type, value, valid }
}

export function loweringOf(scope: RowScope): Lowering {
  return { scope, builder: scope.builder, lower: (operand) => lowerExpression(operand, scope) }
}

/** A row of input and the group that it belongs to. */
export interface Accumulation {
  readonly scope: RowScope
  readonly prepared: Prepared
  readonly row: Expression
  readonly table: Expression
  /** Tables that aggregates keep beside the groups', in the plan's order. */
  readonly sideTables: readonly TableInUse[]
}

/** Initial state of a new group whose first row is in hand. */
export function startGroup(plan: AggregatePlan, accumulation: Accumulation): void {
  for (const guard of plan.guards) {
    if (guard.presence.kind !== 'always' || guard.filter || guard.notNull) continue
    for (const each of guard.accumulators)
      each.accumulator.onInsert?.(contextOf(plan, { guard, each, accumulation, present: null }))
  }
}

/** Adds the row to the aggregates of its group, or takes it out. */
export function accumulate(plan: AggregatePlan, accumulation: Accumulation, direction: 'update' | 'retract'): void {
  const { builder } = accumulation.scope
  for (const guard of plan.guards) {
    const run = (): void => accumulateGuard(plan, { guard, accumulation, direction })
    const condition = conditionOf(plan, guard, accumulation)
    if (condition === null) run()
    else builder.if(condition, run)
  }
}

function conditionOf(plan: AggregatePlan, guard: Guard, accumulation: Accumulation): Expression | null {
  const passes = accumulation.prepared.conditions.get(guard) ?? null
  const valid = guard.notNull ? valueOf(plan, { guard, accumulation }, guard.notNull).valid : null
  if (passes === null) return valid
  return valid === null ? passes : binary('and', passes, valid)
}

interface GuardRun {
  readonly guard: Guard
  readonly accumulation: Accumulation
  readonly direction: 'update' | 'retract'
}

function accumulateGuard(plan: AggregatePlan, run: GuardRun): void {
  const { guard, accumulation, direction } = run
  const { builder } = accumulation.scope
  const step = (): void => stepGuard(plan, run)
  if (!guard.distinct) {
    step()
    return
  }
  const value = valueOf(plan, { guard, accumulation }, guard.distinct.value)
  const table = sideTable(accumulation, guard.distinct.sideTable)
  const membership = { set: guard.distinct, table, groupRow: accumulation.row, value }
  if (direction === 'update') addToSet(builder, membership, step)
  else removeFromSet(builder, membership, step)
}

function stepGuard(plan: AggregatePlan, { guard, accumulation, direction }: GuardRun): void {
  const { scope, row } = accumulation
  const { builder } = scope
  const needed =
    direction === 'update' &&
    guard.accumulators.some(({ accumulator }) => accumulator.kind === 'extreme' || accumulator.kind === 'positional')
  const present = needed ? readPresence(builder, row, guard.presence) : null
  for (const each of guard.accumulators) {
    const context = contextOf(plan, { guard, each, accumulation, present })
    if (direction === 'update') each.accumulator.update(context)
    else if (each.accumulator.retract) each.accumulator.retract(context)
    else throw new InternalError('an aggregate that was not made for a changing input')
  }
  if (direction === 'update' && guard.presence.kind === 'bit') setBit(builder, row, guard.presence.bit)
}

/** i1; null: surely present. */
function readPresence(builder: Lowering['builder'], row: Expression, presence: Presence): Expression | null {
  switch (presence.kind) {
    case 'always':
      return null
    case 'bit':
      return testBit(builder, row, presence.bit)
    case 'count':
      return builder.let('present', binary('gt_s', loadCount(row, presence.count), constI64(0n)))
  }
}

function contextOf(
  plan: AggregatePlan,
  {
    guard,
    each,
    accumulation,
    present,
  }: {
    readonly guard: Guard
    readonly each: GuardedAccumulator
    readonly accumulation: Accumulation
    readonly present: Expression | null
  },
): UpdateContext {
  const value = (expression: SqlExpression): Value => valueOf(plan, { guard, accumulation }, expression)
  return {
    lowering: loweringOf(accumulation.scope),
    row: accumulation.row,
    table: accumulation.table,
    argument: () => value(must(each.argument, 'an argument')),
    orderKeys: () => each.orderBy.map(({ expression }) => value(expression)),
    present,
    sideTable: (number) => sideTable(accumulation, number),
  }
}

function sideTable({ sideTables }: Accumulation, number: number): TableInUse {
  return must(sideTables[number], 'a table of an aggregate')
}

function valueOf(
  plan: AggregatePlan,
  { guard, accumulation }: { readonly guard: Guard; readonly accumulation: Accumulation },
  expression: SqlExpression,
): Value {
  const key = `${plan.guards.indexOf(guard)}:${expressionKey(expression)}`
  return accumulation.prepared.arguments.get(key) ?? lowerExpression(expression, accumulation.scope)
}

/** The value of a planned aggregate at a state row. */
export function aggregateValue(scope: RowScope, row: Expression, { call, guard, parts }: PlannedCall): Value {
  const { builder } = scope
  const present = readPresence(builder, row, guard.presence)
  return aggregateDefinition(call.name).result({ lowering: loweringOf(scope), row, call, parts, present })
}
