import { didYouMean, nearest } from '../../sql/base/did-you-mean.ts'
import { SqlError } from '../../sql/base/diagnostic.ts'
import type { Span } from '../../sql/base/span.ts'
import { invalidOption, invalidOptionValue, missingOption, unknownOption } from '../../sql/messages/raise.ts'

/** A key and a value of WITH (..) or FORMAT f (..). */
export interface OptionText {
  readonly key: string
  readonly value: string
  readonly span: Span
  readonly valueSpan: Span
}

/**
 * Options are taken by name, with a type, by whoever understands them; `finish` refuses the ones that nobody took. So
 * none is accepted and ignored, and the known keys are those that were asked for.
 */
export class OptionReader {
  readonly #options: ReadonlyMap<string, OptionText>
  readonly #asked = new Set<string>()
  readonly #owner: string
  readonly #span: Span | undefined

  /** `owner` names the object in messages: `source bid`, `FORMAT CSV`. Keys are matched in any case. */
  constructor(options: readonly OptionText[], owner: string, span?: Span) {
    this.#owner = owner
    this.#span = span
    const byKey = new Map<string, OptionText>()
    for (const option of options) {
      const key = option.key.toLowerCase()
      if (byKey.has(key)) {
        throw new SqlError([invalidOption({ name: option.key, reason: 'it is given twice' }, { span: option.span })])
      }
      byKey.set(key, option)
    }
    this.#options = byKey
  }

  has(key: string): boolean {
    return this.#options.has(key)
  }

  /** Of the value. */
  spanOf(key: string): Span | undefined {
    return this.#options.get(key)?.valueSpan
  }

  text(key: string): string | undefined {
    this.#asked.add(key)
    return this.#options.get(key)?.value
  }

  requiredText(key: string): string {
    const value = this.text(key)
    if (value !== undefined) return value
    const misspelt = this.#options.get(nearest(key, this.#options.keys()) ?? '')
    const missing = missingOption({ name: key, owner: this.#owner }, { span: this.#span })
    if (misspelt === undefined || this.#asked.has(misspelt.key.toLowerCase())) throw new SqlError([missing])
    const hint = `did you mean "${key}"?`
    throw new SqlError([unknownOption({ name: misspelt.key, owner: this.#owner }, { span: misspelt.span, hint })])
  }

  choice<const T extends string>(key: string, choices: readonly T[], otherwise: T): T {
    const value = this.text(key)
    if (value === undefined) return otherwise
    const found = choices.find((choice) => choice === value.toLowerCase())
    return found ?? this.refuse(key, `one of ${choices.join(', ')}`)
  }

  flag(key: string, otherwise: boolean): boolean {
    const value = this.choice(key, ['true', 'false', 'on', 'off', '1', '0'], otherwise ? 'true' : 'false')
    return value === 'true' || value === 'on' || value === '1'
  }

  /** A whole number between `min` and `max`. */
  integer(key: string, { min, max, otherwise }: { min: number; max: number; otherwise: number }): number {
    const value = this.text(key)
    if (value === undefined) return otherwise
    const number = /^[+-]?\d{1,16}$/.test(value.trim()) ? Number(value) : Number.NaN
    if (!(number >= min && number <= max)) return this.refuse(key, `a whole number from ${min} to ${max}`)
    return number
  }

  number(key: string, { min, max, otherwise }: { min: number; max: number; otherwise: number }): number {
    const value = this.text(key)
    if (value === undefined) return otherwise
    const number = value.trim() === '' ? Number.NaN : Number(value)
    if (!(number >= min && number <= max)) return this.refuse(key, `a number from ${min} to ${max}`)
    return number
  }

  /** Throws `invalid_option_value`, pointing at the value. */
  refuse(key: string, expected: string): never {
    const option = this.#options.get(key)
    throw new SqlError([
      invalidOptionValue({ name: key, value: `'${option?.value ?? ''}'`, expected }, { span: option?.valueSpan }),
    ])
  }

  /** Throws `invalid_option`: the option exists but contradicts another one. */
  contradict(key: string, reason: string): never {
    throw new SqlError([invalidOption({ name: key, reason }, { span: this.#options.get(key)?.span })])
  }

  /** Refuses every option that nobody asked for. */
  finish(): void {
    const unknown = [...this.#options.entries()].filter(([key]) => !this.#asked.has(key))
    const [first, ...rest] = unknown.map(([key, option]) =>
      unknownOption(
        { name: option.key, owner: this.#owner },
        { span: option.span, hint: didYouMean(key, this.#asked) ?? knownKeys(this.#asked) },
      ),
    )
    if (first) throw new SqlError([first, ...rest])
  }
}

function knownKeys(asked: ReadonlySet<string>): string | undefined {
  return asked.size === 0 ? undefined : `known options: ${[...asked].sort().join(', ')}`
}
