import * as arrow from 'apache-arrow'
import { expect, test } from 'vitest'
import { Millrace } from '../millrace.ts'
import type { PushColumn } from './column-input.ts'

/** What a push into a source of one column leaves there, in order; what was refused as its message. */
async function pushed(type: string, push: (source: ReturnType<Millrace['source']>) => unknown): Promise<unknown> {
  await using db = await Millrace.open()
  await db.execute(`CREATE SOURCE t (c ${type})`)
  const found: unknown[] = []
  db.subscribe('t', ({ row }) => found.push((row as { readonly c: unknown }).c))
  try {
    push(db.source('t'))
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message: string }
    return code === 'invalid_row' ? message.replace('row 0 cannot be pushed into t: ', '') : error
  }
  await db.drain()
  return found
}

const text = new TextEncoder()
const outside = (offset: number): string =>
  `column c has an offset ${offset} that is outside of its data or before the one before`

test.for<readonly [type: string, column: unknown, result: unknown]>([
  ['BIGINT', BigInt64Array.of(1n), 'column c has 1 of 2 values'],
  ['BIGINT', BigInt64Array.of(1n, 2n, 3n), [1n, 2n]],
  ['BIGINT', { values: BigInt64Array.of(1n, 2n), valid: Uint8Array.of(1) }, 'column c has 1 of 2 values'],
  ['BIGINT', { values: BigInt64Array.of(1n, 2n), valid: Uint8Array.of(0, 1) }, [null, 2n]],
  [
    'BIGINT',
    { values: BigInt64Array.of(1n, 2n), valid: [false, true] },
    'column c has a validity that is no Uint8Array with a byte a row',
  ],
  ['TEXT', { values: ['a', 'b'], valid: Uint8Array.of(0, 1) }, [null, 'b']],
  ['TEXT', { data: text.encode('abcd'), offsets: Int32Array.of(0, 1, 4) }, ['a', 'bcd']],
  ['TEXT', { data: text.encode('abcd'), offsets: Int32Array.of(0, 3, 1) }, outside(1)],
  ['TEXT', { data: text.encode('abcd'), offsets: Int32Array.of(0, 1, 40) }, outside(40)],
  ['TEXT', { data: text.encode('abcd'), offsets: Int32Array.of(-1, 1, 3) }, outside(-1)],
  ['TEXT', { data: text.encode('abcd'), offsets: Int32Array.of(0, 1) }, 'column c has 1 of 2 values'],
  ['TEXT', { data: 'abcd', offsets: Int32Array.of(0, 1, 2) }, 'column c has data or offsets that are no typed arrays'],
  ['TEXT', 'ab', 'column c is neither an array nor { values } nor { data, offsets }'],
  ['TEXT', { data: text.encode('a\0'), offsets: Int32Array.of(0, 1, 2) }, expect.stringContaining('as VARCHAR')],
  ['DOUBLE', BigInt64Array.of(1n, 2n), [1, 2]],
])('pushColumns into %s: %o', async ([type, column, result]) => {
  expect(await pushed(type, (source) => source.pushColumns({ c: column as PushColumn }, 2))).toEqual(result)
})

test('pushColumns wants an object', async () => {
  expect(await pushed('INT', (source) => source.pushColumns(null as never, 0))).toBe('the columns are not an object')
})

test.for<readonly [type: string, value: unknown, result: unknown]>([
  ['REAL', 1e39, 'column c cannot hold 1e+39 as REAL'],
  ['REAL', Infinity, [Infinity]],
  ['DOUBLE', 2n ** 53n, [2 ** 53]],
  ['DOUBLE', 2n ** 53n + 1n, 'column c cannot hold 9007199254740993 as DOUBLE'],
  ['DATE', new Date('9999-12-31'), ['9999-12-31']],
  ['DATE', new Date('+010000-01-01'), 'column c cannot hold an object as DATE'],
  ['DATE', new Date(Number.NaN), 'column c cannot hold an object as DATE'],
  ['TEXT', '\ufeff😀', ['\ufeff😀']],
  ['TEXT', 'a\0b', expect.stringContaining('as VARCHAR')],
  ['TEXT', 'half \ud83d', expect.stringContaining('as VARCHAR')],
  ['INTERVAL', { days: 2 }, [{ months: 0, days: 2, micros: 0n }]],
  ['INTERVAL', { day: 2 }, 'column c cannot hold an object as INTERVAL'],
  ['INTERVAL', {}, 'column c cannot hold an object as INTERVAL'],
  ['INTERVAL', { micros: 2n ** 63n }, 'column c cannot hold an object as INTERVAL'],
])('push into %s: %o', async ([type, value, result]) => {
  expect(await pushed(type, (source) => source.push({ c: value }))).toEqual(result)
})

const dictionary = (values: readonly unknown[], type: arrow.DataType): arrow.Vector =>
  arrow.vectorFromArray([...values], new arrow.Dictionary(type, new arrow.Int8()))
const intervals = (type: arrow.Interval, words: readonly number[]): arrow.Vector =>
  arrow.makeVector(arrow.makeData({ type: type as arrow.IntervalDayTime, length: 1, data: Int32Array.from(words) }))

test.for<readonly [type: string, vector: arrow.Vector, result: unknown]>([
  ['TEXT', dictionary(['a', null, 'b', 'a'], new arrow.Utf8()), ['a', null, 'b', 'a']],
  ['BIGINT', dictionary([5n, null, 6n], new arrow.Int64()), [5n, null, 6n]],
  ['TIMESTAMP', dictionary([new Date(5), null], new arrow.TimestampMillisecond()), ['1970-01-01T00:00:00.005', null]],
  ['DATE', dictionary([new Date(86_400_000), null], new arrow.DateDay()), ['1970-01-02', null]],
  ['DECIMAL(10, 2)', dictionary([Uint32Array.of(123, 0, 0, 0), null], new arrow.Decimal(2, 10)), ['1.23', null]],
  ['INTERVAL', intervals(new arrow.IntervalYearMonth(), [14]), [{ months: 14, days: 0, micros: 0n }]],
  ['INTERVAL', intervals(new arrow.IntervalDayTime(), [1, 5]), [{ months: 0, days: 1, micros: 5000n }]],
  ['INTERVAL', intervals(new arrow.IntervalMonthDayNano(), [1, 2, -1000, -1]), [{ months: 1, days: 2, micros: -1n }]],
  ['DOUBLE', arrow.vectorFromArray([1n, null], new arrow.Int64()), [1, null]],
  ['DATE', arrow.vectorFromArray([new Date('+010000-01-01')], new arrow.DateDay()), expect.stringContaining('as DATE')],
])('pushArrow into %s', async ([type, vector, result]) => {
  const table = new arrow.Table({ c: vector })
  expect(await pushed(type, (source) => source.pushArrow(table))).toEqual(result)
  expect(await pushed(type, (source) => source.pushArrow(arrow.tableToIPC(table)))).toEqual(result)
})

test('pushArrow of bytes that hold no schema', async () => {
  for (const bytes of [Uint8Array.of(), Uint8Array.of(1, 2, 3)])
    expect(await pushed('INT', (source) => source.pushArrow(bytes))).toBe('not Arrow IPC: there is no schema')
})

test('a watermark needs event time', async () => {
  expect(await pushed('INT', (source) => source.watermark(new Date()))).toMatchObject({ code: 'watermark_required' })
})
