import { parse } from 'csv-parse/sync'
import { describe, expect, test } from 'vitest'
import { bindDecoder, compileDecoder, type HarnessColumn } from '../../test/support/decoders/harness.ts'
import { PiecesInput } from '../../test/support/decoders/read-all.ts'
import { encoderTiers } from '../../test/support/encoders/tiers.ts'
import { type BlockContext, columnsOf, declare, sinkContext } from '../../test/support/connect/source-context.ts'
import type { BlockLayout } from '../abi/block.ts'
import type { OutputFormat } from '../abi/format.ts'
import { EncodingSink, type SinkTarget } from '../connect/encoding-sink.ts'
import { parseInputFormat, parseOutputFormat } from './format-options.ts'
import { RecordReader } from './record-reader.ts'
import { UpsertFilter } from './upsert-filter.ts'

const json = (more: Partial<OutputFormat & { kind: 'json' }> = {}): OutputFormat => ({
  kind: 'json',
  changelog: 'auto',
  decimalAsText: false,
  bigintAsText: false,
  ...more,
})
const csvDialect = { header: true, delimiter: 44, quote: 34, escape: 34, nullText: '' }

interface Encoding {
  readonly columns: readonly HarnessColumn[]
  readonly format: OutputFormat
  /** weights of the rows; absent: append-only */
  readonly weights?: readonly number[]
}

/** Decodes NDJSON into a block and encodes it, in every tier: the text, which is the same in all of them. */
async function encode(input: string, { columns, format, weights }: Encoding): Promise<string> {
  const decoder = bindDecoder(
    compileDecoder(columns, { kind: 'json', timestampFormat: 'rfc3339', lineBytesMax: 1 << 20 }),
    { tier: 'javascript', failFast: true },
  )
  const reader = new RecordReader(decoder, { open: () => new PiecesInput([Buffer.from(input)]), lineBytesMax: 1 << 20 })
  const { views, allocator } = decoder
  const weightAddress = allocator.allocate(4096)
  const layout: BlockLayout = { ...decoder.layout, weightOffset: weights ? weightAddress - decoder.block : null }
  for (const [row, weight] of (weights ?? []).entries()) views.i32[(weightAddress >> 2) + row] = weight
  const result = reader.read()
  const count = result.kind === 'rows' ? result.count : 0
  return await sinkText({ ...decoder, layout }, { format, count })
}

/** The block in hand through a sink. */
async function sinkText(
  context: BlockContext,
  { format, count }: { readonly format: OutputFormat; readonly count: number },
): Promise<string> {
  const texts: string[] = []
  for (const [, instantiate] of encoderTiers) {
    const target = new Collected()
    const sink = new EncodingSink(sinkContext(context, { format, instantiate }), { format, open: () => target })
    sink.write(context.block, count)
    await sink.finish()
    texts.push(target.text)
  }
  expect(new Set(texts).size).toBe(1)
  return texts[0] ?? ''
}

class Collected implements SinkTarget {
  readonly returnsBytes = true
  text = ''

  write(bytes: Uint8Array): Promise<'open'> {
    this.text += Buffer.from(bytes).toString()
    return Promise.resolve('open')
  }

  finish(): Promise<void> {
    return Promise.resolve()
  }

  abort(): Promise<void> {
    return Promise.resolve()
  }
}

const everything = columnsOf(
  'b BOOLEAN',
  't TINYINT',
  'i INTEGER',
  'u INTEGER UNSIGNED',
  'l BIGINT',
  'ul BIGINT UNSIGNED',
  'f REAL',
  'd DOUBLE',
  'm DECIMAL(10,2)',
  'w DECIMAL(38,3)',
  's VARCHAR',
  'y BYTEA',
  'da DATE',
  'ti TIME',
  'ts TIMESTAMP',
  'tz TIMESTAMPTZ',
)

const rich =
  '{"b":true,"t":-128,"i":-2147483648,"u":4294967295,"l":-9223372036854775808,"ul":18446744073709551615,"f":0.1,"d":1.5,"m":-0.05,"w":12345678901234567890123456789012345.678,"s":"a\\"\\\\\\n\\u0001é😀","y":"aGVsbG8=","da":"0001-01-01","ti":"23:59:59.5","ts":"2026-01-01T00:00:05.123456","tz":"9999-12-31T23:59:59Z"}'

describe('NDJSON', () => {
  test('every type reads back as it was written', async () => {
    const text = await encode(`${rich}\n`, { columns: everything, format: json() })
    expect(text).toBe(`${rich}\n`)
  })

  test('keys come in column order and NULLs are written', async () => {
    expect(await encode('{"i":1}\n', { columns: columnsOf('s VARCHAR', 'i INTEGER'), format: json() })).toBe(
      '{"s":null,"i":1}\n',
    )
    expect(await encode('{"a\\"b":1}\n', { columns: columnsOf('a"b INTEGER'), format: json() })).toBe('{"a\\"b":1}\n')
  })

  test('changes are insert and delete objects, or weights', async () => {
    const input = '{"a":1}\n{"a":2}\n'
    const columns = columnsOf('a BIGINT')
    expect(await encode(input, { columns, format: json(), weights: [1, -2] })).toBe(
      '{"insert":{"a":1}}\n{"delete":{"a":2}}\n{"delete":{"a":2}}\n',
    )
    expect(await encode(input, { columns, format: json({ changelog: 'weight' }), weights: [1, -2] })).toBe(
      '{"a":1,"$weight":1}\n{"a":2,"$weight":-2}\n',
    )
    expect(await encode(input, { columns, format: json({ changelog: 'insert_delete' }) })).toBe(
      '{"insert":{"a":1}}\n{"insert":{"a":2}}\n',
    )
    expect(await encode(input, { columns, format: json({ changelog: 'weight' }) })).toBe(
      '{"a":1,"$weight":1}\n{"a":2,"$weight":1}\n',
    )
  })

  test('big numbers as text by option, non-finite floats always', async () => {
    const columns = columnsOf('l BIGINT', 'm DECIMAL(4,1)', 'd DOUBLE', 'i INTEGER')
    const input = '{"l":5,"m":1.5,"d":"Infinity","i":3}\n'
    expect(await encode(input, { columns, format: json({ bigintAsText: true, decimalAsText: true }) })).toBe(
      '{"l":"5","m":"1.5","d":"Infinity","i":3}\n',
    )
  })

  test('an upsert shows only the new value of a key that comes back', () => {
    const views = bindDecoder(
      compileDecoder(columnsOf('k BIGINT'), { kind: 'json', timestampFormat: 'rfc3339', lineBytesMax: 4096 }),
      { tier: 'javascript' },
    ).views
    const block = 1 << 20
    const layout: BlockLayout = {
      columns: [{ physical: 'i64', dataOffset: 0, validOffset: null }],
      weightOffset: 8192,
      watermarkOffset: null,
      originOffset: null,
      sizeBytes: 16_384,
    }
    const rows = [
      [1n, -1],
      [2n, -1],
      [1n, 1],
    ] as const
    for (const [row, [key, weight]] of rows.entries()) {
      views.i64[(block >> 3) + row] = key
      views.i32[((block + 8192) >> 2) + row] = weight
    }
    const filter = new UpsertFilter({ views, layout, key: [0] })
    filter.begin(block, 3)
    expect([0, 1, 2].map((row) => filter.drops(row))).toEqual([true, false, false])
  })
})

describe('CSV', () => {
  test('fields are quoted only where they must be, and csv-parse reads them back', async () => {
    const columns = columnsOf('a VARCHAR', 'b,c VARCHAR', 'n BIGINT')
    const texts = ['plain', 'a,b', 'say "hi"', 'two\nlines', '', ' padded ', 'é😀', '\r']
    const input = texts.map((text, n) => `${JSON.stringify({ a: text, 'b,c': null, n })}\n`).join('')
    const output = await encode(input, { columns, format: { kind: 'csv', changelog: 'auto', csv: csvDialect } })
    expect(output.split('\n')[0]).toBe('a,"b,c",n')
    expect(output.split('\n')[1]).toBe('plain,,0')
    expect(parse(output, { record_delimiter: '\n', from_line: 2 })).toEqual(
      texts.map((text, n) => [text, '', String(n)]),
    )
    expect(output).toContain('\n"",,4\n')
  })

  test('numbers and instants are quoted where the dialect is an odd one, and only there', async () => {
    const columns = columnsOf('i INTEGER', 'ts TIMESTAMP', 'd DOUBLE')
    const rows = [
      '{"i":-5,"ts":"2026-01-01T00:00:05","d":0.5}',
      '{"i":7,"ts":"2026-01-01T00:00:05","d":2}',
      '{"i":7,"ts":"2026-01-01T00:00:06.5","d":2}',
    ]
    const lines = async (dialect: Partial<typeof csvDialect>): Promise<string[]> => {
      const csv = { ...csvDialect, header: false, ...dialect }
      const text = await encode(`${rows.join('\n')}\n`, { columns, format: { kind: 'csv', changelog: 'auto', csv } })
      return text.trimEnd().split('\n')
    }
    expect(await lines({})).toEqual([
      '-5,2026-01-01T00:00:05,0.5',
      '7,2026-01-01T00:00:05,2.0',
      '7,2026-01-01T00:00:06.5,2.0',
    ])
    expect((await lines({ delimiter: 45 }))[0]).toBe('"-5"-"2026-01-01T00:00:05"-0.5')
    expect((await lines({ nullText: '7' }))[1]).toBe('"7",2026-01-01T00:00:05,2.0')
  })

  test('integers and decimals around the limits of doubles keep all their digits', async () => {
    const columns = columnsOf('l BIGINT', 'm DECIMAL(18,3)', 'w DECIMAL(38,0)', 'f DECIMAL(30,12)')
    const texts = [
      ['9007199254740991', '9007199254740.991', '9007199254740991', '9007.199254740991'],
      ['-9007199254740993', '-9007199254740.993', '-9007199254740993', '-9007.199254740993'],
      ['9007199254740993', '-0.001', '18446744073709551616', '18446744.073709551616'],
      ['-1', '0.000', '-18446744073709551617', '-0.000000000001'],
      ['-9223372036854775808', '-999999999999999.999', '-1', '0.000000000000'],
      ['4294967296', '4294967.296', '99999999999999999999999999999999999999', '0.123456789012'],
      ['999999999', '999999.999', '999999999', '1.000000000000'],
      ['1000000000', '1000000.000', '1000000000', '-1.500000000000'],
      ['-999999999', '0.010', '4294967295', '4.294967295000'],
    ]
    const input = texts.map(([l, m, w, f]) => `{"l":${l},"m":${m},"w":${w},"f":${f}}\n`).join('')
    const csv = { ...csvDialect, header: false }
    const output = await encode(input, { columns, format: { kind: 'csv', changelog: 'auto', csv } })
    expect(output.trimEnd().split('\n')).toEqual(texts.map((row) => row.join(',')))
  })

  test('changes have a weight column', async () => {
    const output = await encode('{"a":1}\n{"a":2}\n', {
      columns: columnsOf('a BIGINT'),
      format: { kind: 'csv', changelog: 'auto', csv: { ...csvDialect, delimiter: 9 } },
      weights: [1, -1],
    })
    expect(output).toBe('a\t$weight\n1\t1\n2\t-1\n')
  })

  test('every type reads back', async () => {
    const columns = everything
    const text = await encode(`${rich}\n`, { columns, format: { kind: 'csv', changelog: 'auto', csv: csvDialect } })
    const format = parseInputFormat(declare(columns, {}, { name: 'csv' }))
    const decoder = bindDecoder(compileDecoder(columns, format), { tier: 'javascript', failFast: true })
    const reader = new RecordReader(decoder, {
      open: () => new PiecesInput([Buffer.from(text)]),
      lineBytesMax: 1 << 20,
    })
    expect(reader.read()).toEqual({ kind: 'rows', count: 1 })
    expect(await sinkText(decoder, { format: json(), count: 1 })).toBe(`${rich}\n`)
  })
})

describe('format options', () => {
  test('have the names of COPY and are checked', () => {
    const columns = columnsOf('a BIGINT')
    const input = (name: string, options: Record<string, string>) => () =>
      parseInputFormat(declare(columns, {}, { name, options }))
    expect(input('CSV', { header: 'false', delimiter: ';', quote: "'", null: 'NA' })()).toMatchObject({
      csv: { header: false, delimiter: 59, quote: 39, escape: 39, nullText: 'NA' },
    })
    expect(input('csv', { delimiter: ';;' })).toThrow(expect.objectContaining({ code: 'invalid_option_value' }))
    expect(input('csv', { delimeter: ';' })).toThrow(
      expect.objectContaining({
        code: 'unknown_option',
        diagnostics: [expect.objectContaining({ hint: 'did you mean "delimiter"?' })],
      }),
    )
    expect(input('csv', { delimiter: '"' })).toThrow(expect.objectContaining({ code: 'invalid_option' }))
    expect(input('json', { header: 'true' })).toThrow(expect.objectContaining({ code: 'unknown_option' }))
    expect(input('yaml', {})).toThrow(expect.objectContaining({ code: 'unknown_format' }))
    expect(input('arrow', {})).toThrow(expect.objectContaining({ code: 'unsupported_feature' }))
    expect(() => parseOutputFormat(declare(columns, {}, { name: 'csv', options: { changelog: 'upsert' } }))).toThrow(
      expect.objectContaining({ code: 'invalid_option' }),
    )
  })
})
