import { InternalError } from '../../../sql/base/diagnostic.ts'
import type { Lowering, Of } from '../expressions/lowering.ts'
import type { Value } from '../value.ts'
import { conditionalBuilders } from './conditional.ts'
import { mathBuilders } from './math.ts'
import { numberBuilders } from './number.ts'
import { regexBuilders } from './regex.ts'
import { textBuilders } from './text.ts'
import { textSliceBuilders } from './text-slice.ts'
import { timeBuilders } from './time.ts'
import type { CallBuilder } from './call-builder.ts'

const builders: ReadonlyMap<string, CallBuilder> = new Map(
  [
    conditionalBuilders,
    mathBuilders,
    numberBuilders,
    regexBuilders,
    textBuilders,
    textSliceBuilders,
    timeBuilders,
  ].flatMap((family) => Object.entries(family)),
)

/** A native scalar call. Calls that are not native (sql/functions) never get here: the compiler sends them to the evaluator. */
export function lowerCall(lowering: Lowering, expression: Of<'call'>): Value {
  const builder = builders.get(expression.name)
  if (!builder) throw new InternalError(`function ${expression.name} has no native form`)
  return builder({ lowering, expression })
}
