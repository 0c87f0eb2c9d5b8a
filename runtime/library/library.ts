import type { Library } from '../abi/library.ts'
import type { decodeSignatures } from '../abi/library/decode.ts'
import type { encodeSignatures } from '../abi/library/encode.ts'
import type { rowErrorSignatures } from '../abi/library/row-error.ts'
import type { stateSignatures } from '../abi/library/state.ts'
import type { MemoryViews } from '../abi/memory.ts'
import { blockLibrary } from './block/close-gaps.ts'
import { convertLibrary } from './convert/convert.ts'
import { createContext } from './context.ts'
import { decimalLibrary } from './decimal/decimal.ts'
import type { Implementations } from '../abi/library/implementation.ts'
import { numberLibrary } from './number/number.ts'
import { orderLibrary } from './order/order.ts'
import type { Patterns } from './pattern/patterns.ts'
import { regexLibrary } from './pattern/regex.ts'
import { stringLibrary } from './string/string.ts'
import { timeLibrary } from './time/time.ts'

/** What the library needs from the runtime that owns the memory. */
export interface LibraryHost {
  /** So many bytes (any alignment) in the arena of the operator in use, which outlives the block in hand. */
  readonly allocate: (sizeBytes: number) => number
  /** Compiled constant patterns; whoever lays out constants writes the numbers that `add` gives. */
  readonly patterns: Patterns
  /** The families that belong to the runtime itself. */
  readonly functions: Implementations<
    typeof rowErrorSignatures & typeof stateSignatures & typeof decodeSignatures & typeof encodeSignatures
  >
}

/** Every function that generated code may call, bound to one memory. */
export function createLibrary(views: MemoryViews, { allocate, patterns, functions }: LibraryHost): Library {
  const context = createContext(views, { allocate })
  return {
    ...blockLibrary(context),
    ...convertLibrary(context),
    ...decimalLibrary(context),
    ...numberLibrary(context),
    ...orderLibrary(context),
    ...regexLibrary(context, patterns),
    ...stringLibrary(context),
    ...timeLibrary(context),
    ...functions,
  }
}
