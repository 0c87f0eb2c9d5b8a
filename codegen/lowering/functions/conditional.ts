import { constI1 } from '../../kernel/build.ts'
import { castValue } from '../casts/cast.ts'
import { compareKnown } from '../expressions/comparison.ts'
import { lowerCoalesce, lowerNullif, lowerNvl2 } from '../expressions/conditional.ts'
import { neutral, nullOf } from '../expressions/strict.ts'
import type { Value } from '../value.ts'
import type { Call, CallBuilder } from './call-builder.ts'

export const conditionalBuilders: Readonly<Record<string, CallBuilder>> = {
  coalesce: ({ lowering, expression }) => lowerCoalesce(lowering, expression),
  nvl: ({ lowering, expression }) => lowerCoalesce(lowering, expression),
  nvl2: ({ lowering, expression }) => lowerNvl2(lowering, expression),
  nullif: ({ lowering, expression }) => lowerNullif(lowering, expression),
  greatest: (call) => extreme(call, 'greater'),
  least: (call) => extreme(call, 'less'),
}

/** Every argument is computed; the first of equal ones stays. */
function extreme({ lowering, expression }: Call, comparison: 'greater' | 'less'): Value {
  const { builder } = lowering
  const { type } = expression
  const values = expression.arguments
    .map((argument) => castValue(lowering, lowering.lower(argument), { type, safe: false, span: expression.span }))
    .filter((value) => !isNever(value))
  if (values.length === 0) return nullOf(lowering, type)
  const best = builder.mutable('value', neutral(lowering, type))
  const valid = builder.mutable('valid', constI1(false))
  for (const { value, valid: isValid } of values) {
    builder.if(isValid ?? constI1(true), () => {
      builder.if(
        valid,
        () =>
          builder.if(compareKnown(lowering, comparison, { type, x: value, y: best }), () => builder.set(best, value)),
        () => builder.set(best, value),
      )
      builder.set(valid, constI1(true))
    })
  }
  return { type, value: best, valid: values.some((value) => value.valid === null) ? null : valid }
}

function isNever({ valid }: Value): boolean {
  return valid !== null && valid.kind === 'const' && valid.value === false
}
