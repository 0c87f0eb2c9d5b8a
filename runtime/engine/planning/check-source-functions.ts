import { asksTheClock, type CallExpression } from '../../../compiler/pipelines/evaluator-calls.ts'
import { SqlError } from '../../../sql/base/diagnostic.ts'
import { isNative } from '../../../sql/functions/native.ts'
import { unsupportedFeature } from '../../../sql/messages/raise.ts'
import { operandsOf } from '../../../sql/plan/expression-tree.ts'
import type { Expression } from '../../../sql/plan/logical-plan.ts'
import type { Statement } from '../../../sql/plan/statement.ts'

/** What completes a source's rows (computed columns, defaults, watermark) is one kernel: nothing in it can be left to the evaluator. @throws SqlError unsupported_feature */
export function checkSourceFunctions({ columns, watermark }: Statement & { readonly kind: 'create_source' }): void {
  const expressions = [
    ...columns.flatMap(({ computed, defaultValue }) => [computed, defaultValue]),
    watermark?.expression,
  ]
  const [first, ...rest] = expressions.flatMap((expression) => (expression ? evaluatedIn(expression) : [])).map(refusal)
  if (first) throw new SqlError([first, ...rest])
}

function evaluatedIn(expression: Expression): readonly CallExpression[] {
  const inner = operandsOf(expression).flatMap(evaluatedIn)
  return expression.kind === 'call' && !isNative(expression) ? [expression, ...inner] : inner
}

function refusal({ name, span }: CallExpression) {
  const clock = asksTheClock(name)
  const feature = clock
    ? `the clock (${name.toUpperCase()}) in a source`
    : `function ${name} (not compiled) in a source`
  const hint = clock ? 'let the producer put the time into the rows' : 'compute it in a stream over the source'
  return unsupportedFeature({ feature }, { span, hint })
}
