/**
 * Options and settings as data: what a key takes, what it means, and what holds when it is absent. Validation, "did you
 * mean", SHOW and the types of the values all come from such a table.
 */
export type OptionType =
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  /** `5 seconds`, `500ms`, `1 day 12 hours`: microseconds. `off` is taken too. */
  | { readonly kind: 'duration' }
  /** Any text as it is; `off` is none. */
  | { readonly kind: 'text'; readonly what: string }

/** null: `off` */
export type OptionValue = string | number | null

export interface OptionDefinition {
  readonly type: OptionType
  readonly doc: string
  /** Absent: the value of an option that is not given is undefined, and whoever reads it decides. */
  readonly default?: OptionValue
}

export type OptionTable = Readonly<Record<string, OptionDefinition>>

type ValueOfType<T extends OptionType> = T extends { readonly kind: 'choice'; readonly choices: readonly (infer C)[] }
  ? C
  : T extends { readonly kind: 'text' }
    ? string | null
    : number | null

/** The values that a table gives, by key. */
export type OptionsOf<T extends OptionTable> = {
  readonly [K in keyof T]: T[K] extends { readonly default: OptionValue }
    ? ValueOfType<T[K]['type']>
    : ValueOfType<T[K]['type']> | undefined
}
