import type { Span } from '../../base/span.ts'
import type { Option } from '../../plan/statement.ts'

const secretPattern = /secret|password|token|credential|(?:^|[._-])sas(?:$|[._-])/i

/** Values of such keys are never printed. */
export function isSecret(key: string): boolean {
  return secretPattern.test(key)
}

/** The value as messages and SHOW may print it. */
export function printableValue({ key, value }: Pick<Option, 'key' | 'value'>): string {
  return isSecret(key) ? '***' : value
}

/** Where in the program the values of secret options stand. */
export function secretSpans(options: readonly Option[]): readonly Span[] {
  return options.filter(({ key }) => isSecret(key)).map(({ valueSpan }) => valueSpan)
}
