import { expect, test, vi } from 'vitest'
import { bindDecoder, compileDecoder } from '../../test/support/decoders/harness.ts'
import { PiecesInput, readWith } from '../../test/support/decoders/read-all.ts'
import { columnsOf } from '../../test/support/connect/source-context.ts'
import { RecordReader } from './record-reader.ts'

const columns = columnsOf('a BIGINT')
const format = { kind: 'json', timestampFormat: 'rfc3339', lineBytesMax: 4096 } as const

test('under fail, the rows before a bad line are delivered and nothing after it', () => {
  const decoder = bindDecoder(compileDecoder(columns, format), { tier: 'javascript', failFast: true })
  const input = new PiecesInput([Buffer.from('{"a":1}\n{"a":2}\nbroken\n{"a":3}\n')])
  const reader = new RecordReader(decoder, { open: () => input, lineBytesMax: format.lineBytesMax })
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
  const reader = new RecordReader(decoder, { open: () => input, lineBytesMax: format.lineBytesMax })
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
    open: () => new PiecesInput([Buffer.from(`{"a":1,"b":"${'x'.repeat(3000)}"}\n`)]),
    lineBytesMax: 4096,
  })
  expect(reader.read().kind).toBe('rows')
  await reader.close()
  await reader.close()
  expect(decoder.memory.pages.takenCount).toBe(before)
})

test('a reader whose input cannot be opened keeps nothing', () => {
  const decoder = bindDecoder(compileDecoder(columns, format), { tier: 'javascript' })
  const before = decoder.memory.pages.takenCount
  const open = (): never => {
    throw new Error('no input')
  }
  expect(() => new RecordReader(decoder, { open, lineBytesMax: 4096 })).toThrow('no input')
  expect(decoder.memory.pages.takenCount).toBe(before)
})

const csv = {
  ...format,
  kind: 'csv',
  csv: { header: false, delimiter: 44, quote: 34, escape: 34, nullText: '' },
} as const
const texts = columnsOf('a VARCHAR', 'b VARCHAR')

test('of a record that is too long its first line is left out; what is behind it keeps its bytes', () => {
  const wrong = `"${'x'.repeat(3000)}`
  const plain = Array.from({ length: 200 }, (_, index) => [`plain ${index}`, 'b'])
  const quoted = Array.from({ length: 1000 }, (_, index) => [`say "${index}"`, 'b'])
  const rows = [...plain, ...quoted]
  const lines = [...plain, ...quoted.map(([a = '', b]) => [`"${a.replaceAll('"', '""')}"`, b])]
  const text = `ok,1\n${wrong}\n${lines.join('\n')}\n`
  const decoder = bindDecoder(compileDecoder(texts, csv), { tier: 'javascript' })
  for (const cuts of [[text.length], [1], [7], [4000, 90]]) {
    const outcome = readWith(decoder, piecesOf(text, cuts), csv)
    expect(outcome.rows).toEqual([['ok', '1'], ...rows])
    expect(outcome.places.at(-1)).toMatch(/^1202:/)
    expect(decoder.errors).toHaveLength(1)
    expect(decoder.errors[0]?.place).toMatchObject({ line: 2, offsetBytes: 5 })
    expect(Buffer.from(decoder.errors[0]?.record ?? []).toString()).toBe(wrong)
  }
})

test('a dead letter of a long line is of that line only', () => {
  const decoder = bindDecoder(compileDecoder(texts, csv), { tier: 'javascript' })
  const before = 'a secret,"of ""others"""\n'.repeat(500)
  const outcome = readWith(decoder, `${before}${'y'.repeat(5000)}\nlast,1\n`, csv)
  expect(outcome.rows.at(-1)).toEqual(['last', '1'])
  expect(Buffer.from(decoder.errors[0]?.record ?? []).toString()).toBe('y'.repeat(4096))
})

test('where a long line is does not take a look at all of the memory', () => {
  const decoder = bindDecoder(compileDecoder(texts, csv), { tier: 'javascript' })
  Object.assign(decoder.views.u8, { indexOf: () => expect.unreachable() })
  const lines = Array.from({ length: 20 }, () => 'y'.repeat(5000))
  readWith(decoder, lines.join('\n'), csv)
  expect(decoder.errors.map(({ place }) => place.line)).toEqual(lines.map((_, index) => index + 1))
})

test('a line in many pieces is searched for its end once', () => {
  const long = { ...format, lineBytesMax: 1 << 20 }
  const decoder = bindDecoder(compileDecoder(columns, long), { tier: 'javascript' })
  const text = `{"a":7,"b":"${'y'.repeat(300_000)}"}\n`
  const search = vi.spyOn(Uint8Array.prototype, 'lastIndexOf')
  const { rows } = readWith(decoder, piecesOf(text, [1000]), long)
  const searched = search.mock.contexts.reduce((sum: number, bytes) => sum + (bytes as Uint8Array).length, 0)
  search.mockRestore()
  expect(rows).toEqual([[7n]])
  expect(searched).toBeGreaterThan(0)
  expect(searched).toBeLessThan(2 * text.length)
})

test('quotes in a field without quotes are what they are, whatever stands in other records', () => {
  const decoder = bindDecoder(compileDecoder(texts, csv), { tier: 'javascript' })
  for (const other of ['other', Buffer.from([0xff])]) {
    const input = Buffer.concat([Buffer.from('x""y,1\n'), Buffer.from(other), Buffer.from(',2\n"x""y",3\n')])
    const { rows } = readWith(decoder, input, csv)
    expect([rows[0], rows.at(-1)]).toEqual([
      ['x""y', '1'],
      ['x"y', '3'],
    ])
  }
})

function piecesOf(text: string, cuts: readonly number[]): readonly Uint8Array[] {
  const bytes = Buffer.from(text)
  const pieces: Uint8Array[] = []
  for (let from = 0; from < bytes.length;) {
    const size = cuts[pieces.length % cuts.length] ?? 1
    pieces.push(bytes.subarray(from, from + size))
    from += size
  }
  return pieces
}
