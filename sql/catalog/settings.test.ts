import { describe, expect, it } from 'vitest'
import { SqlError } from '../base/diagnostic.ts'
import { changeSetting, defaultSettings } from './settings.ts'

describe('changeSetting', () => {
  it('gives new settings and leaves the old ones', () => {
    const changed = changeSetting(defaultSettings, { key: 'UNBOUNDED_STATE', value: 'Warn' })
    expect(changed).toEqual({
      unbounded_state: 'warn',
      on_error: 'fail',
      planning_timeout: 10_000_000,
      artifact_cache: null,
      warm_up: 700_000,
      warm_up_keeps: 'faster',
    })
    expect(defaultSettings.unbounded_state).toBe('allow')
  })

  it.for([
    ['unbounded', 'warn', 'unknown_setting'],
    ['__proto__', 'warn', 'unknown_setting'],
    ['on_error', 'ignore', 'invalid_setting_value'],
    ['planning_timeout', 'soon', 'invalid_setting_value'],
    ['artifact_cache', ' ', 'invalid_setting_value'],
  ] as const)('refuses %s = %s', ([key, value, code]) => {
    let found: unknown
    try {
      changeSetting(defaultSettings, { key, value })
    } catch (error) {
      found = error
    }
    expect(found).toBeInstanceOf(SqlError)
    expect((found as SqlError).code).toBe(code)
  })
})
