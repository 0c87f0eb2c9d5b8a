import type { Span } from '../../sql/base/span.ts'
import type { Column } from '../../sql/plan/logical-plan.ts'
import { typeName } from '../../sql/types/sql-type.ts'

/** One operator of a plan as EXPLAIN shows it, in every format. */
export interface ViewNode {
  /** The stream plan's number, which generated code is marked with; null in the logical plan, which has none. */
  readonly id: number | null
  readonly operator: string
  /** What it does, as SQL. */
  readonly detail: string
  /** Facts in the order in which they are shown. */
  readonly properties: readonly Property[]
  readonly columns: readonly ViewColumn[]
  readonly span: Span | null
  readonly inputs: readonly ViewNode[]
}

export interface Property {
  readonly name: string
  readonly value: string
}

export interface ViewColumn {
  readonly name: string
  readonly type: string
  readonly nullable: boolean
}

export function viewColumns(schema: readonly Column[]): readonly ViewColumn[] {
  return schema.map(({ name, type, nullable }) => ({ name, type: typeName(type), nullable }))
}

/** Facts without a value are left out. */
export function properties(facts: Readonly<Record<string, string | null>>): readonly Property[] {
  return Object.entries(facts).flatMap(([name, value]) => (value === null ? [] : [{ name, value }]))
}
