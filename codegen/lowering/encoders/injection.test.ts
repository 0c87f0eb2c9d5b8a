import { expect, test } from 'vitest'
import { layoutBlock } from '../../../runtime/abi/block-layout.ts'
import type { OutputFormat } from '../../../runtime/abi/format.ts'
import { must } from '../../../sql/base/assert.ts'
import { lowerSink } from './lower-sink.ts'

const layout = layoutBlock([
  { physical: 'i64', nullable: false },
  { physical: 'view', nullable: true },
])
const json: OutputFormat = { kind: 'json', changelog: 'auto', decimalAsText: false, bigintAsText: false }
const csv = (nullText: string, delimiter = 44): OutputFormat => ({
  kind: 'csv',
  changelog: 'auto',
  csv: { header: true, delimiter, quote: 34, escape: 34, nullText },
})
const hostile = ['*/ process.exit() /*', '${1}', "'); throw 1 //", '\u2028', '__proto__', '\\', '"']

function source(name: string, format: OutputFormat): string {
  const columns = [
    { name, type: { kind: 'bigint' } },
    { name: 'b', type: { kind: 'varchar' } },
  ] as const
  return must(lowerSink({ format, layout, columns }).units[0]).javascript
}

test('names of columns and string options do not show in the code', () => {
  for (const name of hostile) {
    expect(source(name, json)).toBe(source('a', json))
    expect(source('a', csv(name))).toBe(source('a', csv('')))
  }
  expect(source('a', csv('', 9))).toBe(source('a', csv('')))
})
