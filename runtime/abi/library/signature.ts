/**
 * Conventions of the runtime library. A string is passed as the i32 address of its 16-byte view; a function that makes a
 * string takes as last parameter `out` the address where its view goes and puts long bytes into the arena of the operator in use.
 * An interval is passed as the i32 address of its 16-byte cell, and made into `out` likewise.
 * i128 is a type of the IR; back ends pass the i32 address of a 16-byte little-endian cell (low i64, high i64). A function with an
 * i128 result takes one more i32 parameter, the address of the result's cell, appended by the back end (not listed in the signature).
 * `out` and result cells may be the same as an operand.
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

type Parameters = readonly LibraryType[]

/** A function of its arguments alone. */
export function pure<const P extends Parameters, const R extends LibraryType>(parameters: P, result: R) {
  return { parameters, result, pure: true, fallible: false } as const
}

/** Sets the fault cell; the result means nothing after a fault. */
export function fallible<const P extends Parameters, const R extends LibraryType | null>(parameters: P, result: R) {
  return { parameters, result, pure: false, fallible: true } as const
}

/** Writes the 16-byte cell at its last parameter. Cannot fail. */
export function maker<const P extends Parameters>(parameters: P) {
  return { parameters, result: null, pure: false, fallible: false } as const
}
