import type { UnitMark } from '../../abi/artifact.ts'

/** What V8 calls the code of a unit in profiles, and where that code comes from. */
export interface UnitDescription {
  /** URL of its JavaScript. */
  readonly script: string
  /** Lines of that script before the first line of the unit. */
  readonly linesBefore: number
  readonly javascript: string
  readonly marks: readonly UnitMark[]
  /** Name of its WebAssembly module: the same for units of the same code. */
  readonly module: string
  readonly functions: readonly UnitFunction[]
}

/** A function of the kernel, and the plan nodes that its code comes from. */
export interface UnitFunction {
  readonly name: string
  readonly origins: readonly Origin[]
}

export type Origin = Omit<UnitMark, 'line'>
