import { didYouMean } from '../../base/did-you-mean.ts'
import { SqlError, type Diagnostic } from '../../base/diagnostic.ts'
import { invalidOption, invalidOptionValue, unknownOption } from '../../messages/raise.ts'
import type { Option } from '../../plan/statement.ts'
import type { OptionsOf, OptionTable } from './definition.ts'
import { expectation, readValue } from './read-value.ts'
import { printableValue } from './secret.ts'

export interface TakenOptions<T extends OptionTable> {
  readonly values: OptionsOf<T>
  /** Options of other keys: the connector's. */
  readonly rest: readonly Option[]
}

/** Takes a table's options out of a list. Errors, all of them at once: `invalid_option_value`, `invalid_option` (given twice). */
export function takeOptions<const T extends OptionTable>(table: T, options: readonly Option[]): TakenOptions<T> {
  const isTaken = ({ key }: Option): boolean => Object.hasOwn(table, key.toLowerCase())
  const diagnostics: Diagnostic[] = []
  const values = new Map(Object.entries(table).map(([key, definition]) => [key, definition.default]))
  const seen = new Set<string>()
  for (const option of options.filter(isTaken)) {
    const key = option.key.toLowerCase()
    const type = table[key]?.type
    const value = type && readValue(type, option.value)
    if (seen.has(key)) {
      diagnostics.push(invalidOption({ name: option.key, reason: 'it is given twice' }, { span: option.span }))
    } else if (type && value === undefined) {
      const shown = {
        name: option.key,
        value: `'${printableValue(option)}'`,
        expected: `it must be ${expectation(type)}`,
      }
      diagnostics.push(invalidOptionValue(shown, { span: option.valueSpan }))
    }
    seen.add(key)
    values.set(key, value)
  }
  throwAll(diagnostics)
  return { values: Object.fromEntries(values) as OptionsOf<T>, rest: options.filter((option) => !isTaken(option)) }
}

/** Like `takeOptions` where the table is all there is. Errors: `unknown_option` too. `owner`: `stream totals`. */
export function readOptions<const T extends OptionTable>(
  table: T,
  options: readonly Option[],
  owner: string,
): OptionsOf<T> {
  const { values, rest } = takeOptions(table, options)
  const keys = Object.keys(table)
  throwAll(
    rest.map((option) =>
      unknownOption(
        { name: option.key, owner },
        { span: option.span, hint: didYouMean(option.key, keys) ?? `known options: ${keys.join(', ')}` },
      ),
    ),
  )
  return values
}

export function throwAll(diagnostics: readonly Diagnostic[]): void {
  const [first, ...rest] = diagnostics
  if (first) throw new SqlError([first, ...rest])
}
