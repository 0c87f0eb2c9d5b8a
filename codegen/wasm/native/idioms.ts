import type { Idiom } from '../../kernel/ir.ts'
import type { NativeIdiom } from '../unit-scope.ts'
import { csvFields } from './csv-fields.ts'
import { csvRows } from './csv-rows.ts'
import { instant } from './instant-text.ts'
import { jsonKeyed } from './json-keyed.ts'
import { jsonMembers } from './json-members.ts'
import { jsonRows } from './json-rows.ts'
import { putView } from './put-view.ts'
import { smallDigits } from './small-digits.ts'

/** The idioms that units define themselves. */
export const nativeIdioms: Readonly<Record<Idiom, NativeIdiom>> = {
  json_members: jsonMembers,
  json_keyed: jsonKeyed,
  json_rows: jsonRows,
  csv_fields: csvFields,
  csv_rows: csvRows,
  small_digits: smallDigits,
  put_view: putView,
  instant,
}
