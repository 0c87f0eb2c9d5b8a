import type { Diagnostic } from './diagnostic.ts'
import type { Span } from './span.ts'

/**
 * A diagnostic as one line of JSON for `--format json`: code, sqlstate, message always; span (start, end, line, column),
 * hint, notes, place where there are any, in this order.
 */
export function diagnosticToJson({ code, sqlstate, message, span, hint, notes, place }: Diagnostic): string {
  return JSON.stringify({ code, sqlstate, message, span: span && inOrder(span), hint, notes, place })
}

/** Spans of compiled programs come from canonical JSON, in the order of the alphabet. */
function inOrder({ start, end, line, column }: Span): Span {
  return { start, end, line, column }
}
