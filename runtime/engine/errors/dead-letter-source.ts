import type { SourceObject } from '../../../sql/catalog/object.ts'
import { deadLetterColumns, deadLettersName } from './dead-letters.ts'

const nowhere = { start: 0, end: 0, line: 1, column: 1 }

/** The system stream as an object of the catalog: a source that nothing but the engine feeds. */
export const deadLetterSource: SourceObject = {
  kind: 'source',
  name: deadLettersName,
  columns: deadLetterColumns,
  definitions: deadLetterColumns.map((column) => ({ ...column, span: nowhere })),
  primaryKey: [],
  watermark: null,
  text: `-- ${deadLettersName} is a system stream`,
  reads: [],
  // A dead letter that cannot be written would make another one.
  onError: 'skip',
  connector: null,
  format: null,
  maxAheadMicros: null,
}
