import type { Expression } from '../kernel/ir.ts'
import { openAccess } from './access.ts'
import type { FunctionScope, Temporary } from './function-scope.ts'
import type { Code } from './module.ts'
import type { SumPlan } from './sum-plan.ts'

type Load = Extract<Expression, { readonly kind: 'load' }>

/** Rows of a vector: two of 64 bits, or one whose value fills it. */
export type VectorRows = 1 | 2

/** Vectors of one turn of the loop. `last`: one vector, of which only the first row is there. */
export interface Turn {
  readonly vectors: number
  readonly part: 'whole' | 'last'
}

const vectorBytes = 16
const laneBytes = 8
/** The low halves of two vectors. */
const lowHalves = Array.from({ length: vectorBytes }, (_, at) => (at < laneBytes ? at : at + laneBytes))
const firstLane = Uint8Array.from({ length: vectorBytes }, (_, at) => (at < laneBytes ? 0xff : 0))

/** Which rows have a value: vectors of ones and zeros to mask values with, and how many rows there were. */
export class SumMasks {
  readonly #scope: FunctionScope
  readonly #rows: VectorRows
  /** How often there was a value, by lane. */
  readonly #counters = new Map<Load, Temporary>()
  /** Of the turn in hand, by vector. */
  readonly #masks = new Map<Load, readonly Temporary[]>()

  /** `rows`: of a vector that counts. */
  constructor(scope: FunctionScope, { columns, counts, once }: SumPlan, rows: VectorRows) {
    this.#scope = scope
    this.#rows = rows
    for (const { valid } of [...columns, ...counts, ...once])
      if (valid !== null && !this.#counters.has(valid)) this.#counters.set(valid, scope.temporary('v128'))
  }

  get counters(): readonly Temporary[] {
    return [...this.#counters.values()]
  }

  /** Begins a turn: makes its masks and counts its rows. */
  open({ vectors, part }: Turn): readonly Code[] {
    const { v128, i64x2 } = this.#scope.code
    return [...this.#counters].flatMap(([valid, counter]) => {
      const masks = Array.from({ length: vectors }, () => this.#scope.temporary('v128'))
      this.#masks.set(valid, masks)
      return masks.flatMap((mask, at) => {
        const whole = part === 'last' ? this.#rowMask(valid, 0) : this.#vectorMask(valid, at)
        const counted = part === 'last' ? v128.and(mask.get(), v128.const(firstLane)) : mask.get()
        return [mask.set(whole), counter.set(i64x2.sub(counter.get(), counted))]
      })
    })
  }

  /** `value`, or 0 where there is none. `at`: vector of the turn, which has `rows`. */
  apply(valid: Load | null, value: Code, { at, rows }: { readonly at: number; readonly rows: VectorRows }): Code {
    if (valid === null) return value
    const mask = rows === this.#rows ? this.#masks.get(valid)?.[at]?.get() : undefined
    return this.#scope.code.v128.and(value, mask ?? this.#rowMask(valid, at))
  }

  /** i64: rows with a value; `all` when there is always one. */
  count(valid: Load | null, all: () => Code): Code {
    const counter = valid && this.#counters.get(valid)
    if (!counter) return all()
    const { i64, i64x2 } = this.#scope.code
    const first = i64x2.extract_lane(counter.get(), 0)
    return this.#rows === 1 ? first : i64.add(first, i64x2.extract_lane(counter.get(), 1))
  }

  #vectorMask(valid: Load, at: number): Code {
    if (this.#rows === 1) return this.#rowMask(valid, at)
    const { i8x16 } = this.#scope.code
    return i8x16.shuffle(this.#rowMask(valid, 2 * at), this.#rowMask(valid, 2 * at + 1), lowHalves)
  }

  /** Of row `at` of the turn, in all bytes: its byte is 1 or 0. */
  #rowMask(valid: Load, at: number): Code {
    const { v128, i8x16 } = this.#scope.code
    const { pointer, offset } = openAccess(this.#scope, valid)
    return i8x16.neg(v128.load8_splat(offset + at, 1, pointer))
  }
}
