import { expect, test } from 'vitest'
import { bindDecoder, compileDecoder } from '../../test/support/decoders/harness.ts'
import { PiecesInput } from '../../test/support/decoders/read-all.ts'
import { columnsOf } from '../../test/support/connect/source-context.ts'
import { RecordReader } from './record-reader.ts'

const columns = columnsOf('a BIGINT')
const format = { kind: 'json', timestampFormat: 'rfc3339', lineBytesMax: 4096 } as const

test('under fail, the rows before a bad line are delivered and nothing after it', () => {
  const decoder = bindDecoder(compileDecoder(columns, format), { tier: 'javascript', failFast: true })
  const input = new PiecesInput([Buffer.from('{"a":1}\n{"a":2}\nbroken\n{"a":3}\n')])
  const reader = new RecordReader(decoder, { input, lineBytesMax: format.lineBytesMax })
  expect(reader.read()).toEqual({ kind: 'rows', count: 2 })
  const place = { object: 'input', file: 'test.in', line: 3, offsetBytes: 16 }
  expect(() => reader.read()).toThrow(
    expect.objectContaining({
      rowError: expect.objectContaining({ place, record: new Uint8Array(Buffer.from('broken')) }),
    }),
  )
})

test('dead letters keep the record and name the column', () => {
  const decoder = bindDecoder(compileDecoder(columns, format), { tier: 'javascript' })
  const input = new PiecesInput([Buffer.from('{"a":"x"}\r\n{"a":1}\n')])
  const reader = new RecordReader(decoder, { input, lineBytesMax: format.lineBytesMax })
  expect(reader.read()).toEqual({ kind: 'rows', count: 1 })
  const [error] = decoder.errors
  expect(error?.site).toMatchObject({ code: 'wrong_type', arguments: { column: 'a', type: 'BIGINT' } })
  expect(error?.place).toEqual({ object: 'input', file: 'test.in', line: 1, offsetBytes: 0, column: 'a' })
  expect(Buffer.from(error?.record ?? []).toString()).toBe('{"a":"x"}\r')
})

test('memory of a reader goes back when it is closed', async () => {
  const decoder = bindDecoder(compileDecoder(columns, format), { tier: 'javascript' })
  const before = decoder.memory.pages.takenCount
  const reader = new RecordReader(decoder, {
    input: new PiecesInput([Buffer.from(`{"a":1,"b":"${'x'.repeat(3000)}"}\n`)]),
    lineBytesMax: 4096,
  })
  expect(reader.read().kind).toBe('rows')
  await reader.close()
  await reader.close()
  expect(decoder.memory.pages.takenCount).toBe(before)
})
