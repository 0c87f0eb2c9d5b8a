import { expect, test } from 'vitest'
import type { CsvDialect, InputFormat } from '../../../runtime/abi/format.ts'
import { compileDecoder, type HarnessColumn } from '../../../test/support/decoders/harness.ts'

const columns = (a: string, b: string): HarnessColumn[] => [
  { name: a, type: { kind: 'bigint' }, nullable: false },
  { name: b, type: { kind: 'varchar' }, nullable: true },
]
const csv = (dialect: Partial<CsvDialect>): InputFormat => ({
  kind: 'csv',
  timestampFormat: 'rfc3339',
  lineBytesMax: 4096,
  csv: { header: true, delimiter: 44, quote: 34, escape: 34, nullText: '', ...dialect },
})
const hostile = ['*/ process.exit() /*', '${1}', "'); throw 1 //", '\u2028', '__proto__', '\\', '"']

test('names of columns and string options do not show in the code', () => {
  const json: InputFormat = { kind: 'json', timestampFormat: 'rfc3339', lineBytesMax: 4096 }
  const source = (names: readonly [string, string], format: InputFormat): string =>
    compileDecoder(columns(...names), format).unit.javascript
  for (const name of hostile) {
    expect(source([name, 'b'], json)).toBe(source(['a', 'b'], json))
    expect(source(['a', name], csv({ nullText: name }))).toBe(source(['a', 'b'], csv({})))
  }
  expect(source(['a', 'b'], csv({ delimiter: 9, quote: 39, escape: 92 }))).toBe(source(['a', 'b'], csv({})))
})
