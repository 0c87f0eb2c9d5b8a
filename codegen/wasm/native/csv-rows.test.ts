import { describe, expect, it } from 'vitest'
import type { CsvDialect, InputFormat } from '../../../runtime/abi/format.ts'
import { bindCounting, generator, of, type Random } from '../../../test/support/decoders/count-calls.ts'
import { bindDecoder, compileDecoder, type HarnessColumn } from '../../../test/support/decoders/harness.ts'
import { readWith } from '../../../test/support/decoders/read-all.ts'

const usual: CsvDialect = { header: true, delimiter: 44, quote: 34, escape: 34, nullText: '' }
const csv = (dialect: Partial<CsvDialect> = {}): InputFormat => ({
  kind: 'csv',
  timestampFormat: 'rfc3339',
  lineBytesMax: 1 << 16,
  csv: { ...usual, ...dialect },
})

const column = (name: string, type: HarnessColumn['type'], nullable = false): HarnessColumn => ({
  name,
  type,
  nullable,
})
const unread = (name: string): HarnessColumn => ({ ...column(name, { kind: 'varchar' }, true), needed: false })

const columns: readonly HarnessColumn[] = [
  column('id', { kind: 'bigint' }),
  unread('skipped'),
  column('tiny', { kind: 'tinyint' }, true),
  column('price', { kind: 'decimal', precision: 9, scale: 2 }, true),
  column('ratio', { kind: 'double' }, true),
  column('name', { kind: 'varchar' }, true),
  column('label', { kind: 'varchar' }),
  column('flag', { kind: 'boolean' }, true),
  column('at', { kind: 'timestamp' }, true),
  unread('last'),
]

const odd: readonly string[] = [
  ['', 'NULL', 'NUL', 'NULLL', '0', '00', '007', '-1', '+1', ' 1', '1 ', '12345678', '123456789012345678'],
  ['1234567890123456789', '9223372036854775807', '1.5', '-.5', '1.', '1e3', '0.30000000000000004', '123.456', 'nan'],
  ['true', 'TRUE', 't', 'f', '1', 'falsehood', 'Grüße', 'eine längere Zeile mit Umlauten: äöü und 漢字', 'a|b;c'],
  ['"q"', '"a,b"', '"a""b"', '"two\nlines"', 'a"b', "it's", 'a\u0000b', 'a\u0001b', 'a\rb', '\ttab', '\u007f'],
  ['2026-01-31T23:59:59.999Z', '2026-01-31 23:59:59.999', '2026-01-31 23:59:59', '2026-01-31T24:00:00.000Z'],
  ['2026-02-30 00:00:00.000', '2026-01-31x23:59:59.999', '2026-01-31 23:59:59.9999', '2026-01-31'],
].flat()

const plain: Readonly<Record<string, readonly string[]>> = {
  id: ['1', '12345678', '123456789012345678', '-5'],
  skipped: ['a', '', 'the quick brown fox jumps', '17'],
  tiny: ['0', '127', '-128'],
  price: ['1', '12.5', '1234567.89', '-0.01'],
  ratio: ['0.5', '-1.25', '3', '0', '-0.0'],
  name: ['Apple', 'a text that is longer than two vectors of bytes'],
  label: ['x', 'exactly sixteen!'],
  flag: ['true', 'false'],
  at: ['2026-01-31T23:59:59.999Z', '2026-01-31 23:59:59.999', '2026-02-01 00:00:00.000'],
  last: ['x', '1'],
}

interface Shape {
  readonly names: readonly string[]
  readonly delimiter: string
  readonly nullText: string
  readonly odd: number
}

function record(random: Random, { names, delimiter, nullText, odd: rarely }: Shape): string {
  const fields = names.map((name) => {
    if (random(rarely) === 0) return of(random, odd)
    const isNull = random(12) === 0 && name !== 'id' && name !== 'label'
    return isNull && rarely < 1 << 20 ? nullText : of(random, plain[name] ?? ['1'])
  })
  const line = fields.join(delimiter)
  if (random(rarely) > 0) return line
  const at = random(line.length)
  const change = [delimiter, '"', '\r', '\n', ' ', 'é', '\u0000', '', '.', '\u{10ffff}']
  return line.slice(0, at) + of(random, change) + line.slice(at + random(2))
}

const rounds = Number(process.env['RUNS'] ?? 25)
const declared = columns.map(({ name }) => name)

describe('rows of records without quotes', () => {
  const orders = {
    'as declared': declared,
    'in another order': declared.toReversed(),
    'with more fields': [...declared.slice(0, 4), 'unknown', ...declared.slice(4), 'end'],
    'with fewer fields': declared.filter((name) => name !== 'skipped' && name !== 'flag'),
  }
  const dialects: readonly Partial<CsvDialect>[] = [
    {},
    { nullText: 'NULL' },
    { nullText: '0' },
    { delimiter: 59, quote: 39, escape: 39 },
    { delimiter: 9 },
    { delimiter: 58 },
    { delimiter: 46, quote: 48, escape: 92 },
  ]

  it.each(Object.entries(orders))('%s, any odd value: as the IR says', (_, names) => {
    const random = generator(Number(process.env['SEED'] ?? 5))
    for (const dialect of dialects) {
      const format = csv(dialect)
      const compiled = compileDecoder(columns, format)
      const { decoder: vectors } = bindCounting(compiled)
      const scalar = bindDecoder(compiled, { tier: 'interpreter' })
      const delimiter = String.fromCharCode(dialect.delimiter ?? usual.delimiter)
      for (let round = 0; round < rounds / 5; round++) {
        const shape = { names, delimiter, nullText: dialect.nullText ?? '', odd: of(random, [4, 20, 60, 400]) }
        const end = of(random, ['\n', '\n', '\r\n'])
        const lines = [names.join(delimiter), ...Array.from({ length: 60 }, () => record(random, shape))]
        if (random(3) === 0) lines.splice(random(lines.length) + 1, 0, '')
        const bytes = Buffer.from(lines.join(end) + (random(2) === 0 ? end : ''))
        // bytes that are no UTF-8, in any place
        for (let count = random(3) === 0 ? random(4) : 0; count > 0; count--)
          bytes[random(bytes.length)] = 128 + random(128)
        const cut = random(bytes.length)
        const pieces = [bytes.subarray(0, cut), bytes.subarray(cut)]
        expect(readWith(vectors, pieces, format)).toEqual(readWith(scalar, pieces, format))
      }
    }
  })

  it.each(declared)('an odd value of %s among plain ones', (name) => {
    for (const dialect of dialects.slice(0, 3)) {
      const format = { ...csv(dialect), lineBytesMax: 1 << 20 }
      const compiled = compileDecoder(columns, format)
      const usual = new Map(declared.map((known) => [known, plain[known]?.[0] ?? '1']))
      const line = (values: ReadonlyMap<string, string>): string => [...values.values()].join(',')
      // so many usual ones that several records are taken at once again
      const lines = [...odd, '-', '-x', '-00', '-129', '128', '-12345678', '-123456789', '0x'].flatMap((value) => [
        ...Array.from({ length: 17 }, () => line(usual)),
        line(new Map(usual).set(name, value)),
      ])
      const input = `${[declared.join(','), ...lines].join('\n')}\n`
      const expected = readWith(bindDecoder(compiled, { tier: 'interpreter' }), input, format)
      expect(readWith(bindCounting(compiled).decoder, input, format)).toEqual(expected)
    }
  })

  it('of one field: a blank line is none', () => {
    const compiled = compileDecoder([column('a', { kind: 'varchar' }, true)], csv())
    const input = 'a\nx\n\ny\n\r\nz\n'
    const expected = readWith(bindDecoder(compiled, { tier: 'interpreter' }), input, csv())
    expect(readWith(bindCounting(compiled).decoder, input, csv())).toEqual(expected)
  })

  it('of columns that nobody reads', () => {
    const compiled = compileDecoder([unread('a'), unread('b')], csv())
    const input = `a,b\n${'x,1\n'.repeat(3000)}`
    const expected = readWith(bindDecoder(compiled, { tier: 'interpreter' }), input, csv())
    expect(readWith(bindCounting(compiled).decoder, input, csv())).toEqual(expected)
  })
})

describe('what plain records cost', () => {
  it.each([
    ['as declared', declared],
    ['in another order', declared.toReversed()],
  ])('no call of the general scanner, fields %s', (_, names) => {
    const { decoder, calls } = bindCounting(compileDecoder(columns, csv()))
    const random = generator(3)
    const shape = { names, delimiter: ',', nullText: '', odd: 1 << 30 }
    const lines = Array.from({ length: 3000 }, () => record(random, shape))
    expect(readWith(decoder, `${[names.join(','), ...lines].join('\n')}\n`, csv()).rows.length).toBe(3000)
    expect(Object.fromEntries(calls)).toEqual({ csv_header: 1 })
  })
})
