import { unreachable } from '../../base/assert.ts'
import type { OptionType, OptionValue } from './definition.ts'
import { readDuration } from './duration.ts'

/** The typed value of an option's text, or undefined where the text does not fit. */
export function readValue(type: OptionType, text: string): OptionValue | undefined {
  const word = text.trim().toLowerCase()
  switch (type.kind) {
    case 'choice':
      return type.choices.find((choice) => choice === word)
    case 'duration':
      return word === 'off' ? null : readDuration(word)
    case 'text':
      return word === 'off' ? null : word === '' ? undefined : text
    default:
      return unreachable(type)
  }
}

/** What the value must be, as `invalid_option_value` and `invalid_setting_value` say it. */
export function expectation(type: OptionType): string {
  switch (type.kind) {
    case 'choice':
      return `one of ${type.choices.join(', ')}`
    case 'duration':
      return "a length of time such as '5 seconds', or 'off'"
    case 'text':
      return `${type.what}, or 'off'`
    default:
      return unreachable(type)
  }
}
