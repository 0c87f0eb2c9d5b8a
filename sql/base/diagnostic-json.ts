import type { Diagnostic } from './diagnostic.ts'

/**
 * A diagnostic as one line of JSON for `--format json`: code, sqlstate, message always; span (start, end, line, column),
 * hint, notes, place where there are any.
 */
export function diagnosticToJson({ code, sqlstate, message, span, hint, notes, place }: Diagnostic): string {
  return JSON.stringify({ code, sqlstate, message, span, hint, notes, place })
}
