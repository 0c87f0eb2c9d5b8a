import type { LibraryName } from '../../../runtime/abi/library.ts'
import type { UnitScope } from '../unit-scope.ts'

/** Functions that operators are made of and that no library has. */
export type SupportName = 'product_overflows' | 'multiply_high_u'

export type NativeName = LibraryName | SupportName

/**
 * A function in WebAssembly itself. For a name of the library it does exactly what the library's does, on the same bytes; rare cases it
 * may leave to the import. An i128 is two i64 as parameters and a pair as result.
 */
export interface NativeFunction {
  readonly name: NativeName
  /** Adds the function to the unit's module under the name `internal`. */
  define(unit: UnitScope, internal: string): void
}
