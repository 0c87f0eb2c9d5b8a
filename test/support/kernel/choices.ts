/** A tape of numbers that a generator's decisions are read from. At its end every decision is the first, so that generation ends and shrinks. */
export class Choices {
  readonly #tape: readonly number[]
  #position = 0

  constructor(tape: readonly number[]) {
    this.#tape = tape
  }

  /** Of 0 .. count - 1. */
  below(count: number): number {
    const value = this.#tape[this.#position] ?? 0
    this.#position += 1
    return value % count
  }

  of<T>(options: readonly [T, ...T[]]): T {
    return options[this.below(options.length)] as T
  }

  get isExhausted(): boolean {
    return this.#position >= this.#tape.length
  }
}
