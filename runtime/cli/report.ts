import { renderDiagnostic, type SourceText } from '../../sql/base/code-frame.ts'
import { DataError, InternalError, SqlError, type Diagnostic } from '../../sql/base/diagnostic.ts'
import { diagnosticToJson } from '../../sql/base/diagnostic-json.ts'
import { internal } from '../../sql/messages/raise.ts'
import { exitStatus } from './exit-status.ts'

/** How diagnostics are written: people read text, programs one JSON object per line. */
export type DiagnosticForm = 'text' | 'json'

/** Writes diagnostics to standard error. `source` is the program that their spans point into. */
export function reportDiagnostics(
  diagnostics: readonly Diagnostic[],
  form: DiagnosticForm,
  source: SourceText | undefined,
): void {
  const color = useColor()
  const lines = diagnostics.map((diagnostic) =>
    form === 'json' ? diagnosticToJson(diagnostic) : renderDiagnostic(diagnostic, source, { color }),
  )
  process.stderr.write(`${lines.join('\n')}\n`)
}

/** Escape sequences are for terminals whose user has not asked to be spared (no-color.org). */
function useColor(): boolean {
  return process.stderr.isTTY && (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb'
}

/** The diagnostics of whatever was thrown. What is none of our three errors is a bug of ours. */
export function diagnosticsOf(error: unknown): readonly Diagnostic[] {
  if (error instanceof SqlError) return error.diagnostics
  if (error instanceof DataError) return [error.diagnostic]
  if (error instanceof AggregateError) return error.errors.flatMap((each) => diagnosticsOf(each))
  const detail = error instanceof Error ? error.message : String(error)
  return [internal({ detail: error instanceof InternalError ? detail : new InternalError(detail).message })]
}

/** A wrong program is the caller's, everything else failed while running. */
export function exitStatusOf(error: unknown): number {
  return error instanceof SqlError ? exitStatus.invalid : exitStatus.failed
}
