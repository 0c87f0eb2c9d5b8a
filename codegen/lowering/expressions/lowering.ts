import type { Expression as SqlExpression } from '../../../sql/plan/logical-plan.ts'
import type { Span } from '../../../sql/base/span.ts'
import type { Code } from '../../../sql/messages/raise.ts'
import type { FunctionBuilder } from '../function-builder.ts'
import type { RowScope } from '../row-scope.ts'
import type { Value } from '../value.ts'

/**
 * What every family of expressions gets: the row it is lowered in and the way to lower its operands. Passed as a value, so
 * that families do not import the dispatcher that imports them.
 */
export interface Lowering {
  readonly scope: RowScope
  readonly builder: FunctionBuilder
  readonly lower: (expression: SqlExpression) => Value
}

/** One kind of expression, typed. */
export type Of<Kind extends SqlExpression['kind']> = SqlExpression & { readonly kind: Kind }

/** Where and as what a row fails. */
export interface Failure {
  readonly code: Code
  readonly span: Span | undefined
  readonly arguments?: Readonly<Record<string, string>>
}
