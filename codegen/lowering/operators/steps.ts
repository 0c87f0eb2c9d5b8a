import type { Step } from '../../../compiler/pipelines/pipeline.ts'
import { unary } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import { lowerCondition, lowerExpression } from '../expressions/lower.ts'
import type { RowScope } from '../row-scope.ts'

/** A row in its loop: what `row_error` reports and where `continue` goes. */
export interface LoopRow {
  readonly row: Expression
  readonly label: number
}

/** Runs a row through steps: the scope of what comes out. Rows that are filtered or fail do not get past; projected columns are computed at first use. */
export function applySteps(scope: RowScope, steps: readonly Step[], loop: LoopRow): RowScope {
  const { builder } = scope
  let current = scope
  for (const step of steps) {
    switch (step.kind) {
      case 'filter': {
        builder.mark(step.node, 'filter', step.predicate.span)
        const passes = lowerCondition(step.predicate, current)
        current.check(loop.row, loop.label)
        builder.if(unary('not', passes), () => builder.continue(loop.label))
        break
      }
      case 'project': {
        const inner = current
        builder.mark(step.node, 'project', step.expressions[0]?.span)
        current = inner.derive(step.expressions.map((expression) => () => lowerExpression(expression, inner)))
        break
      }
    }
  }
  return current
}
