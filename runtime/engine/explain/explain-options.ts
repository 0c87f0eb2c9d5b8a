import type { ExplainFormat } from '../../../compiler/explain/explain.ts'
import type { ExplainLevel } from '../../../sql/plan/statement.ts'

export interface ExplainOptions {
  /** Absent: the stream plan. */
  readonly level?: ExplainLevel
  readonly format?: ExplainFormat
  /** Runs the program and adds what was counted. */
  readonly analyze?: boolean
}
