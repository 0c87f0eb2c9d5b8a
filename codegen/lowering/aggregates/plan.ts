import type { TableArtifact } from '../../../runtime/abi/artifact.ts'
import type { AggregateCall, Expression as SqlExpression } from '../../../sql/plan/logical-plan.ts'
import { InternalError } from '../../../sql/base/diagnostic.ts'
import { must, unreachable } from '../../../sql/base/assert.ts'
import { expressionKey } from '../expression-key.ts'
import type { StateBit, StateLayout } from '../operators/state-layout.ts'
import type { AccumulatorInput, AccumulatorKind, OrderKey } from './accumulator.ts'
import { SideTables } from './accumulator.ts'
import type { CountAccumulator } from './count.ts'
import { countAccumulator } from './count.ts'
import type { AnyAccumulator } from './definitions.ts'
import { aggregateDefinition } from './definitions.ts'
import type { DistinctSet } from './distinct-set.ts'
import { distinctSet } from './distinct-set.ts'
import { extremeAccumulator } from './extreme.ts'
import { momentsAccumulator } from './moments.ts'
import { positionalAccumulator } from './positional.ts'
import { sumAccumulator } from './sum.ts'
import { truthAccumulator } from './truth.ts'

/**
 * Aggregates of one operator, planned together. Calls that take the same rows (same FILTER, same NULLs skipped, same DISTINCT) share a
 * guard: one test, one note of whether any row came, and their accumulators.
 */
export interface AggregatePlan {
  readonly guards: readonly Guard[]
  readonly calls: readonly PlannedCall[]
  /** Counts all rows of a group; only on inputs that change. */
  readonly liveCount: CountAccumulator | null
  /** What every pane has beside the groups' table. */
  readonly sideTables: readonly TableArtifact[]
}

export interface PlannedCall {
  readonly call: AggregateCall
  readonly guard: Guard
  readonly parts: readonly AnyAccumulator[]
}

export interface Guard {
  readonly filter: SqlExpression | null
  /** Rows where this is NULL are left out. */
  readonly notNull: SqlExpression | null
  readonly distinct: DistinctSet | null
  readonly accumulators: readonly GuardedAccumulator[]
  readonly presence: Presence
}

export interface GuardedAccumulator {
  readonly accumulator: AnyAccumulator
  readonly argument: SqlExpression | null
  readonly orderBy: readonly OrderKey[]
}

/** Whether a row has been accumulated. */
export type Presence =
  /** There is no group without. */
  | { readonly kind: 'always' }
  | { readonly kind: 'bit'; readonly bit: StateBit }
  | { readonly kind: 'count'; readonly count: CountAccumulator }

export interface PlanOptions {
  readonly layout: StateLayout
  readonly retracts: boolean
  /** The group exists before any row came. */
  readonly singleGroup: boolean
  readonly groups: AccumulatorInput['groups']
}

export function planAggregates(calls: readonly AggregateCall[], options: PlanOptions): AggregatePlan {
  const drafts = new Map<string, GuardDraft>()
  const draftOf = (key: GuardKey): GuardDraft => {
    const name = JSON.stringify([key.filter, key.notNull, key.distinct].map((each) => each && expressionKey(each)))
    const known = drafts.get(name)
    if (known) return known
    const draft: GuardDraft = { key, wanted: new Map() }
    drafts.set(name, draft)
    return draft
  }
  const everyRow: GuardKey = { filter: null, notNull: null, distinct: null }
  if (options.retracts) want(draftOf(everyRow), 'count', null)
  const wanted = calls.map((call) => {
    const draft = draftOf(guardKey(call))
    const { parts } = aggregateDefinition(call.name)
    return { call, draft, keys: parts.map((kind) => want(draft, kind, call)) }
  })
  const sideTables = new SideTables()
  const built = new Map([...drafts.values()].map((draft) => [draft, buildGuard(draft, { ...options, sideTables })]))
  const everyRowDraft = options.retracts ? draftOf(everyRow) : null
  return {
    guards: [...built.values()].map(({ guard }) => guard),
    calls: wanted.map(({ call, draft, keys }) => {
      const { guard, byKey } = must(built.get(draft))
      return { call, guard, parts: keys.map((key) => must(byKey.get(key))) }
    }),
    liveCount: everyRowDraft && countOf(must(built.get(everyRowDraft))),
    sideTables: sideTables.artifacts,
  }
}

interface GuardKey {
  readonly filter: SqlExpression | null
  readonly notNull: SqlExpression | null
  readonly distinct: SqlExpression | null
}

interface GuardDraft {
  readonly key: GuardKey
  readonly wanted: Map<string, Wanted>
}

interface Wanted {
  readonly kind: AccumulatorKind
  readonly argument: SqlExpression | null
  readonly orderBy: readonly OrderKey[]
}

function guardKey(call: AggregateCall): GuardKey {
  const [argument = null] = call.arguments
  const takesNulls = (call.name === 'first_value' || call.name === 'last_value') && !call.ignoreNulls
  // DISTINCT changes nothing for what takes one of the rows anyway
  const distinct = call.distinct && !isIdempotent(call.name) ? argument : null
  return { filter: call.filter, notNull: argument?.nullable && !takesNulls ? argument : null, distinct }
}

function isIdempotent(name: string): boolean {
  return ['min', 'max', 'bool_and', 'bool_or', 'first_value', 'last_value'].includes(name)
}

function want({ wanted }: GuardDraft, kind: AccumulatorKind, call: AggregateCall | null): string {
  // a guard's count counts what passes, whatever is counted
  const argument = kind === 'count' ? null : (call?.arguments[0] ?? null)
  const orderBy = kind === 'first' || kind === 'last' ? (call?.orderBy ?? []) : []
  const order = orderBy.map(({ expression, descending, nullsFirst }) => [
    expressionKey(expression),
    descending,
    nullsFirst,
  ])
  const key = JSON.stringify([kind, argument && expressionKey(argument), order])
  if (kind === 'moments') want({ wanted } as GuardDraft, 'count', null)
  if (!wanted.has(key)) wanted.set(key, { kind, argument, orderBy })
  return key
}

interface BuiltGuard {
  readonly guard: Guard
  readonly byKey: ReadonlyMap<string, AnyAccumulator>
}

function buildGuard(
  { key, wanted }: GuardDraft,
  { layout, retracts, singleGroup, groups, sideTables }: PlanOptions & { readonly sideTables: SideTables },
): BuiltGuard {
  const isCertain = key.filter === null && key.notNull === null && !singleGroup
  if (!isCertain && retracts) want({ key, wanted }, 'count', null)
  const needsPresence = !isCertain && [...wanted.values()].some(({ kind }) => kind !== 'count')
  const byKey = new Map<string, AnyAccumulator>()
  const list: GuardedAccumulator[] = []
  // counts first: moments read the count of the row in hand
  for (const [name, each] of [...wanted].toSorted(
    ([, a], [, b]) => Number(b.kind === 'count') - Number(a.kind === 'count'),
  )) {
    const count = list.map(({ accumulator }) => accumulator).find((made) => made.kind === 'count')
    const accumulator = makeAccumulator(
      each.kind,
      { layout, sideTables, argument: each.argument, orderBy: each.orderBy, retracts, groups },
      count,
    )
    byKey.set(name, accumulator)
    list.push({ accumulator, argument: each.argument, orderBy: each.orderBy })
  }
  const count = [...byKey.values()].find((made) => made.kind === 'count')
  const presence: Presence = !needsPresence
    ? { kind: 'always' }
    : count
      ? { kind: 'count', count }
      : { kind: 'bit', bit: layout.bit() }
  const distinct = key.distinct && distinctSet(key.distinct, { retracts, sideTables })
  return { guard: { filter: key.filter, notNull: key.notNull, distinct, accumulators: list, presence }, byKey }
}

function countOf({ byKey }: BuiltGuard): CountAccumulator {
  const found = [...byKey.values()].find((each) => each.kind === 'count')
  return must(found, 'the count of all rows')
}

function makeAccumulator(
  kind: AccumulatorKind,
  input: AccumulatorInput,
  count: CountAccumulator | undefined,
): AnyAccumulator {
  switch (kind) {
    case 'count':
      return countAccumulator(input)
    case 'sum':
      return sumAccumulator(input)
    case 'min':
    case 'max':
      return extremeAccumulator(input, kind)
    case 'bool_and':
    case 'bool_or':
      return truthAccumulator(input, kind)
    case 'moments':
      if (!count) throw new InternalError('moments need the count of their rows')
      return momentsAccumulator(input, count)
    case 'first':
    case 'last':
      return positionalAccumulator(input, kind)
    default:
      return unreachable(kind)
  }
}
