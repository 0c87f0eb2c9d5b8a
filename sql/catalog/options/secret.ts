import type { Span } from '../../base/span.ts'
import type { Option } from '../../plan/statement.ts'

const secretPattern = /secret|password|token|credential|(?:^|[._-])sas(?:$|[._-])/i

/** Values of such keys are never printed. */
export function isSecret(key: string): boolean {
  return secretPattern.test(key)
}

export const redacted = '***'

/** The value as messages and SHOW may print it. */
export function printableValue({ key, value }: Pick<Option, 'key' | 'value'>): string {
  return isSecret(key) ? redacted : value
}

/** The text of a statement with the values of secret options replaced. `program` is the whole text that spans point into. */
export function redactedText(program: string, span: Span, options: readonly Option[]): string {
  const secrets = options.filter(({ key }) => isSecret(key)).toSorted((a, b) => a.valueSpan.start - b.valueSpan.start)
  let text = ''
  let position = span.start
  for (const { valueSpan } of secrets) {
    text += `${program.slice(position, valueSpan.start)}'${redacted}'`
    position = valueSpan.end
  }
  return text + program.slice(position, span.end)
}
