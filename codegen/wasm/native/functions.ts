import { decimalDoubles } from './decimal-doubles.ts'
import { decimalFunctions } from './decimals.ts'
import { instantFunctions } from './instants.ts'
import type { NativeFunction, NativeName } from '../unit-scope.ts'
import { plainValues } from './plain-values.ts'
import { productFunctions } from './products.ts'
import { shortDecimalFunctions } from './short-decimals.ts'
import { stateFunctions } from './state.ts'
import { stringContains } from './string-contains.ts'
import { stringFunctions } from './strings.ts'
import { textWriters } from './text-writers.ts'

/** What units define themselves instead of importing it. */
export const nativeFunctions: ReadonlyMap<NativeName, NativeFunction> = new Map(
  [
    ...productFunctions,
    ...decimalFunctions,
    ...decimalDoubles,
    ...shortDecimalFunctions,
    ...instantFunctions,
    ...stateFunctions,
    ...stringFunctions,
    ...plainValues,
    ...textWriters,
    stringContains,
  ].map((native) => [native.name, native]),
)
