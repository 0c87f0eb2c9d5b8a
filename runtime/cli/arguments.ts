import type { Diagnostic } from '../../sql/base/diagnostic.ts'
import { SqlError } from '../../sql/base/diagnostic.ts'
import { invalidCommandLine } from '../../sql/messages/raise.ts'

/** The error of every flag and argument that cannot be understood. */
export function commandLineError(detail: string, hint?: string): SqlError {
  return new SqlError([commandLineDiagnostic(detail, hint)])
}

export function commandLineDiagnostic(detail: string, hint?: string): Diagnostic {
  return invalidCommandLine({ detail }, { hint })
}

/** `KEY=VALUE`; the value may be empty and may hold further `=`. */
export function parseAssignment(flag: string, text: string): readonly [key: string, value: string] {
  const at = text.indexOf('=')
  if (at <= 0) throw commandLineError(`${flag} takes KEY=VALUE, not ${quote(text)}`)
  return [text.slice(0, at), text.slice(at + 1)]
}

/** A count of rows or events: decimal digits, at least `least`. Underscores may group the digits. */
export function parseCount(flag: string, text: string, least = 1): number {
  const value = /^\d[\d_]*$/.test(text) ? Number(text.replaceAll('_', '')) : Number.NaN
  if (!Number.isSafeInteger(value) || value < least) {
    throw commandLineError(`${flag} takes a whole number of at least ${least}, not ${quote(text)}`)
  }
  return value
}

const unitMillis: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
])

/** `500ms`, `30s`, `5m`, `1.5h`, in milliseconds. */
export function parseDuration(flag: string, text: string): number {
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? []
  const millis = Number(digits) * (unitMillis.get(unit) ?? Number.NaN)
  if (digits === '' || !(millis > 0)) {
    throw commandLineError(`${flag} takes a duration such as 500ms, 30s, 5m or 1h, not ${quote(text)}`)
  }
  return millis
}

function quote(text: string): string {
  return `'${text}'`
}
