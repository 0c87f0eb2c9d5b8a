import type { LibraryName } from '../../../runtime/abi/library.ts'
import type { UnitScope } from '../unit-scope.ts'

/** Functions that operators are made of and that no library has. */
export type SupportName = 'product_overflows' | 'multiply_high_u' | 'multiply_high_s' | 'equal_bytes' | 'compare_bytes'

export type NativeName = LibraryName | SupportName

/**
 * A function in WebAssembly itself. For a name of the library it does exactly what the library's does, on the same bytes; rare cases it
 * may leave to the import. An i128 is two i64 as parameters and a pair as result.
 */
export interface NativeFunction {
  readonly name: NativeName
  /** Parameters that are constants in the code: one version of the function is made for their values, which `accepts` may refuse. */
  readonly constants?: readonly number[]
  accepts?(constants: readonly number[]): boolean
  /** Adds the function to the unit's module under the name `internal`. */
  define(unit: UnitScope, internal: string, constants: readonly number[]): void
}
