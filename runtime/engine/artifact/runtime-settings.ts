import { SqlError } from '../../../sql/base/diagnostic.ts'
import { settingTable } from '../../../sql/catalog/settings.ts'
import { compiledSetting } from '../../../sql/messages/raise.ts'

/** Settings that are read while a program runs; the others have done their work when it is compiled. */
const runtimeSettings: readonly string[] = ['on_error']

/** @throws SqlError compiled_setting for settings that would have no effect; unknown ones are left to SET */
export function checkRuntimeSettings(settings: Readonly<Record<string, string>>): void {
  const late = Object.keys(settings).find(
    (key) => Object.hasOwn(settingTable, key.toLowerCase()) && !runtimeSettings.includes(key.toLowerCase()),
  )
  if (late !== undefined) throw new SqlError([compiledSetting({ name: late })])
}
