import { nativeFunctions } from '../../../sql/functions/native.ts'

/** Facts of a scalar call that the lowering of other expressions asks for; unknown functions may do anything. */
export function callFacts(name: string): { readonly fallible: boolean } {
  return nativeFunctions.get(name) ?? { fallible: true }
}
