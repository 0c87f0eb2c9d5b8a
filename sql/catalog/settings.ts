import { didYouMean } from '../base/did-you-mean.ts'
import { SqlError } from '../base/diagnostic.ts'
import type { Span } from '../base/span.ts'
import { invalidSettingValue, unknownSetting } from '../messages/raise.ts'
import { onErrorChoices } from './on-error.ts'
import type { OptionsOf, OptionTable } from './options/definition.ts'
import { expectation, readValue } from './options/read-value.ts'

/** What SET, `--set` and `settings` of the API can change. Applies to statements after it. */
export const settingTable = {
  unbounded_state: {
    type: { kind: 'choice', choices: ['allow', 'warn', 'error'] },
    doc: 'queries whose state grows without bound are run, run with a warning, or refused',
    default: 'allow',
  },
  on_error: {
    type: { kind: 'choice', choices: onErrorChoices },
    doc: 'what becomes of a row that raises an error where no option of the object says otherwise',
    default: 'fail',
  },
  planning_timeout: {
    type: { kind: 'duration' },
    doc: 'how long planning one statement may take before it is refused',
    default: 10_000_000,
  },
  artifact_cache: {
    type: { kind: 'text', what: 'a folder' },
    doc: 'where compiled queries are kept, so that later starts need not compile them; off: in memory only',
    default: null,
  },
  warm_up: {
    type: { kind: 'duration' },
    doc: 'how long generated code runs in JavaScript before it is compiled to WebAssembly (tier auto)',
    default: 700_000,
  },
  warm_up_keeps: {
    type: { kind: 'choice', choices: ['faster', 'always', 'never'] },
    doc: 'when code that was compared in both stays in WebAssembly (tier auto)',
    default: 'faster',
  },
} as const satisfies OptionTable

export type Settings = OptionsOf<typeof settingTable>

export const defaultSettings: Settings = Object.fromEntries(
  Object.entries(settingTable).map(([key, definition]) => [key, definition.default]),
) as Settings

export interface SettingChange {
  readonly key: string
  readonly value: string
  readonly span?: Span | undefined
  readonly valueSpan?: Span | undefined
}

/** Errors: `unknown_setting`, `invalid_setting_value`. */
export function changeSetting(settings: Settings, change: SettingChange): Settings {
  const key = change.key.toLowerCase()
  const keys = Object.keys(settingTable)
  if (!isSetting(key)) {
    const hint = didYouMean(key, keys) ?? `known settings: ${keys.join(', ')}`
    throw new SqlError([unknownSetting({ name: change.key }, { span: change.span, hint })])
  }
  const { type } = settingTable[key]
  // what callers in JavaScript give need not be text
  const given: unknown = change.value
  const value = typeof given === 'string' ? readValue(type, given) : undefined
  if (value === undefined) {
    const shown = { name: key, value: `'${change.value}'`, expected: `it must be ${expectation(type)}` }
    throw new SqlError([invalidSettingValue(shown, { span: change.valueSpan })])
  }
  return { ...settings, [key]: value }
}

function isSetting(key: string): key is keyof Settings {
  return Object.hasOwn(settingTable, key)
}
