import { unreachable } from '../../sql/base/assert.ts'
import type { OutputFormat } from '../abi/format.ts'
import { CsvEncoder } from './csv-encoder.ts'
import type { EncodedRows, Encoder } from './encoder.ts'
import { JsonEncoder } from './json-encoder.ts'

export function makeEncoder(rows: EncodedRows, format: OutputFormat): Encoder {
  switch (format.kind) {
    case 'json':
      return new JsonEncoder(rows, format)
    case 'csv':
      return new CsvEncoder(rows, format)
    default:
      return unreachable(format)
  }
}
