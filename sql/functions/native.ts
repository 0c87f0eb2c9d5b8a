import type { Expression } from '../plan/logical-plan.ts'
import { conditionalFunctions } from './conditional.ts'
import { mathFunctions } from './math.ts'
import { numberFunctions } from './number.ts'
import { regexFunctions } from './regex.ts'
import { textFunctions } from './text.ts'
import { textSliceFunctions } from './text-slice.ts'
import { timeFunctions } from './time.ts'
import { takes } from './scalar-function.ts'
import type { ScalarFunction } from './scalar-function.ts'

/** Every scalar function that is compiled to native code, by canonical name. The rest of DataFusion's are evaluated by its own module. */
export const nativeFunctions: ReadonlyMap<string, ScalarFunction> = new Map(
  [
    ...conditionalFunctions,
    ...mathFunctions,
    ...numberFunctions,
    ...regexFunctions,
    ...textFunctions,
    ...textSliceFunctions,
    ...timeFunctions,
  ].map((definition): [string, ScalarFunction] => [definition.name, definition]),
)

/** Whether the call, with these types of arguments, is compiled to native code. */
export function isNative(call: Expression & { readonly kind: 'call' }): boolean {
  const definition = nativeFunctions.get(call.name)
  return (
    definition !== undefined && definition.overloads.some((overload) => accepts(definition, overload, call.arguments))
  )
}

function accepts(
  definition: ScalarFunction,
  overload: ScalarFunction['overloads'][number],
  parameters: readonly Expression[],
): boolean {
  const { length } = parameters
  if (definition.variadic ? length < overload.length : length !== overload.length) return false
  return parameters.every((parameter, index) => {
    const wanted = overload[Math.min(index, overload.length - 1)]
    if (wanted === undefined || !takes(wanted, parameter.type)) return false
    return wanted !== 'literal' || (parameter.kind === 'literal' && parameter.value !== null)
  })
}
