import { InternalError } from './diagnostic.ts'

/** The value, or an internal error where it is absent. For what our own invariants guarantee, never for user input. */
export function must<T>(value: T | null | undefined, what = 'a value'): T {
  if (value === null || value === undefined) throw new InternalError(`expected ${what}`)
  return value
}

/** States an invariant of ours. */
export function assert(condition: boolean, what: string): asserts condition {
  if (!condition) throw new InternalError(`invariant broken: ${what}`)
}

/** Ends an exhaustive switch: the compiler proves that it is never called. */
export function unreachable(value: never): never {
  throw new InternalError(`unexpected ${JSON.stringify(value)}`)
}
