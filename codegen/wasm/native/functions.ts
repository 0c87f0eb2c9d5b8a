import type { NativeFunction, NativeName } from './native-function.ts'
import { productFunctions } from './products.ts'

/** What units define themselves instead of importing it. */
export const nativeFunctions: ReadonlyMap<NativeName, NativeFunction> = new Map(
  [...productFunctions].map((native) => [native.name, native]),
)
