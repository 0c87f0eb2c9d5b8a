/**
 * Conventions of the runtime library. A string is passed as the i32 address of its 16-byte view; a function that makes a
 * string takes as last parameter `out` the address where its view goes and puts long bytes into the arena of the operator in use.
 * i128 is a type of the IR; back ends pass the i32 address of a 16-byte little-endian cell (low i64, high i64). A function with an
 * i128 result takes one more i32 parameter, the address of the result's cell, appended by the back end (not listed in the signature).
 * i1 is passed and returned as a JavaScript boolean or 0/1 number (callers accept both; implementations return booleans).
 */
export type LibraryType = 'i1' | 'i32' | 'i64' | 'i128' | 'f64'

export interface LibrarySignature {
  readonly parameters: readonly LibraryType[]
  readonly result: LibraryType | null
  /** No effect, and the same result for the same arguments and memory: may be shared or dropped. */
  readonly pure: boolean
  /** Sets the fault cell (to 0 on success); the generated code turns it into a row error with its own site. */
  readonly fallible: boolean
}
