import type { FunctionScope, Temporary } from './function-scope.ts'
import type { Code } from './module.ts'

/**
 * Constant vectors of a loop, in registers. V8 makes a constant vector anew wherever it is used, by three instructions. So each is made once
 * before the loop, and mixed with a zero that is computed from the loop's bound, which neither optimiser knows to be a zero: else
 * they would put the constant back to where it is used.
 */
export class HeldVectors {
  readonly #scope: FunctionScope
  readonly #end: Temporary
  readonly #held = new Map<string, Temporary>()
  readonly #codes: Code[] = []

  /** `end`: an i32 that is never negative. */
  constructor(scope: FunctionScope, end: Temporary) {
    this.#scope = scope
    this.#end = end
  }

  /** To run before the loop, when all constants are known. */
  get setup(): readonly Code[] {
    return this.#codes
  }

  read(bytes: Uint8Array): Code {
    const key = bytes.join(' ')
    const known = this.#held.get(key)
    if (known) return known.get()
    const { i32, i64, v128, i64x2 } = this.#scope.code
    const zero = i64x2.splat(i64.extend_s(i32.shr_s(this.#end.get(), i32.const(31))))
    const held = this.#scope.temporary('v128')
    this.#codes.push(held.set(v128.xor(v128.const(bytes), zero)))
    this.#held.set(key, held)
    return held.get()
  }
}
