import type { Expression as SqlExpression } from '../../../sql/plan/logical-plan.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { Lowering } from '../expressions/lowering.ts'
import type { TableArtifact } from '../../../runtime/abi/artifact.ts'
import type { TableInUse } from '../operators/probe.ts'
import type { StateLayout } from '../operators/state-layout.ts'
import type { Value } from '../value.ts'

/**
 * Accumulators: the pieces of state that aggregates are made of. AVG is a sum and a count, and shares both with a SUM and a
 * COUNT of the same rows. A zeroed row is every accumulator's start, so that making a group runs no code of theirs but `onInsert`.
 */
export type AccumulatorKind = 'count' | 'sum' | 'min' | 'max' | 'bool_and' | 'bool_or' | 'moments' | 'first' | 'last'

/** One accumulator at one row of input. */
export interface UpdateContext {
  readonly lowering: Lowering
  /** The state row and its table. */
  readonly row: Expression
  readonly table: Expression
  /** The argument: not NULL, unless the aggregate takes NULLs (FIRST_VALUE). Absent for COUNT(*). */
  readonly argument: () => Value
  readonly orderKeys: () => readonly Value[]
  /** i1: has a row been accumulated before? null: surely. */
  readonly present: Expression | null
  /** Tables beside the groups', by the number that `SideTables` gave. */
  readonly sideTable: (number: number) => TableInUse
}

export interface Accumulator {
  /** A new row: brings the state to where `update` with the same row changes nothing that it should not. Only when every new group takes its first row. */
  readonly onInsert?: (context: UpdateContext) => void
  readonly update: (context: UpdateContext) => void
  /** Takes a row out again; null where it was not made for that. */
  readonly retract: ((context: UpdateContext) => void) | null
}

/** Tables that aggregates keep beside the groups' own, one of each per pane. */
export class SideTables {
  readonly #artifacts: TableArtifact[] = []

  /** Its number. */
  add(artifact: TableArtifact): number {
    this.#artifacts.push(artifact)
    return this.#artifacts.length - 1
  }

  get artifacts(): readonly TableArtifact[] {
    return this.#artifacts
  }
}

/** What an accumulator is made for. */
export interface AccumulatorInput {
  readonly layout: StateLayout
  readonly sideTables: SideTables
  readonly argument: SqlExpression | null
  readonly orderBy: readonly OrderKey[]
  /** Rows are taken out again. */
  readonly retracts: boolean
  /** How long groups live. */
  readonly groups: 'for_good' | 'of_a_window'
}

export interface OrderKey {
  readonly expression: SqlExpression
  readonly descending: boolean
  readonly nullsFirst: boolean
}
