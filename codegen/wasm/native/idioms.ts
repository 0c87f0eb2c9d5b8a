import type { Idiom } from '../../kernel/ir.ts'
import type { UnitScope } from '../unit-scope.ts'
import { csvFields } from './csv-fields.ts'
import { instant } from './instant-text.ts'
import { jsonMembers } from './json-members.ts'
import { putView } from './put-view.ts'
import { smallDigits } from './small-digits.ts'

/** A function of the IR's idioms (codegen/kernel/ir.ts) with vectors. */
export interface NativeIdiom {
  /** Adds it under the name `internal`; `general` is the function that the IR's own body made, for rare cases. */
  define(unit: UnitScope, names: { readonly internal: string; readonly general: string }): void
}

export const nativeIdioms: Readonly<Record<Idiom, NativeIdiom>> = {
  json_members: jsonMembers,
  csv_fields: csvFields,
  small_digits: smallDigits,
  put_view: putView,
  instant,
}
