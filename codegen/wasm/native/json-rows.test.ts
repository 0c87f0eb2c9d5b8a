import { describe, expect, it } from 'vitest'
import type { InputFormat } from '../../../runtime/abi/format.ts'
import { bindCounting, generator, of, type Random } from '../../../test/support/decoders/count-calls.ts'
import { bindDecoder, compileDecoder, type HarnessColumn } from '../../../test/support/decoders/harness.ts'
import { readWith } from '../../../test/support/decoders/read-all.ts'

const json = (timestampFormat: InputFormat['timestampFormat'] = 'rfc3339'): InputFormat => ({
  kind: 'json',
  timestampFormat,
  lineBytesMax: 1 << 16,
})

const column = (name: string, type: HarnessColumn['type'], nullable = false): HarnessColumn => ({
  name,
  type,
  nullable,
})
const unread = (name: string): HarnessColumn => ({ ...column(name, { kind: 'varchar' }, true), needed: false })

const whole = [
  '0',
  '7',
  '42',
  '127',
  '128',
  '255',
  '-1',
  '-0',
  '-128',
  '-129',
  '65536',
  '2147483648',
  '12345678',
  '123456789',
]
const wide = ['123456789012345678', '1234567890123456789', '9223372036854775807', '-9223372036854775808']
const badNumbers = [
  '00',
  '01',
  '-',
  '',
  '1.',
  '.5',
  '1e',
  '0x1',
  '+1',
  '1_0',
  'NaN',
  '"5"',
  'null',
  'true',
  '[1]',
  '{}',
]
const fractions = [
  '0.0',
  '-0.0',
  '1.5',
  '-12.25',
  '0.1',
  '0.30000000000000004',
  '12345678.12345678',
  '99999999.99999999',
]
const scaled = ['90071992.54740993', '1.50', '1.005', '9.999', '123.4567', '1e3', '1.5E-2', '12345678.5', '123456789.5']
const numbers = [...whole, ...wide, ...fractions, ...scaled]

const texts = [
  '',
  'a',
  'twelve bytes',
  'thirteen byte',
  'fifteen  bytes.',
  'exactly sixteen!',
  'seventeen bytes..',
  'a text that is longer than two vectors of bytes',
  'Grüße',
  'eine längere Zeile mit Umlauten: äöü und 漢字',
  'a "quoted" word',
  'back\\slash, \n and \t',
  '\u0000',
  '\u001f',
  '\u007f',
  '{"a":1}',
]

const times = [
  '2026-01-31T23:59:59.999Z',
  '2026-01-31T23:59:59.000Z',
  '2026-02-01T00:00:00.001Z',
  '2024-02-29T12:30:45.678Z',
  '2023-02-29T12:30:45.678Z',
  '2026-01-01T24:00:00.000Z',
  '2026-01-01T29:59:59.999Z',
  '2026-01-01T23:60:00.000Z',
  '2026-01-01T23:00:60.000Z',
  '2026-13-01T00:00:00.000Z',
  '2026-00-01T00:00:00.000Z',
  '2026-01-00T00:00:00.000Z',
  '0000-01-01T00:00:00.000Z',
  '9999-12-31T23:59:59.999Z',
  '2026-01-01T00:00:00.000',
  '2026-01-01T00:00:00.00Z',
  '2026-01-01T00:00:00.0000Z',
  '2026-01-01T00:00:00.000z',
  '2026-01-01t00:00:00.000Z',
  '2026-01-01 00:00:00.000Z',
  '2026-01-01 00:00:00',
  '2026-01-01T00:00:00.000+01:00',
  '2026-01-01T00:00:00,000Z',
  '2O26-01-01T00:00:00.000Z',
  '2026-01-0aT00:00:00.000Z',
  '2026-01-01T00:00:00.00aZ',
  '2026-01-01',
]

const columns: readonly HarnessColumn[] = [
  column('id', { kind: 'bigint' }),
  unread('skipped'),
  column('tiny', { kind: 'tinyint' }, true),
  column('count', { kind: 'uinteger' }, true),
  column('a_name_of_more_than_thirty_two_bytes_in_all', { kind: 'smallint' }, true),
  column('price', { kind: 'decimal', precision: 9, scale: 2 }, true),
  column('wide_price_of_sixteen', { kind: 'decimal', precision: 38, scale: 9 }, true),
  column('ratio', { kind: 'double' }, true),
  column('name', { kind: 'varchar' }, true),
  unread('other'),
  column('flag', { kind: 'boolean' }, true),
  column('short', { kind: 'real' }),
  column('at', { kind: 'timestamp' }, true),
]

const plain: Readonly<Record<string, readonly string[]>> = {
  id: ['1', '12345678', '123456789012345678'],
  skipped: ['"a"', '17', '"the quick brown fox jumps"', '-1.5e3', 'null', 'false'],
  tiny: ['0', '127', '-128', 'null'],
  count: ['4294967295', '5'],
  a_name_of_more_than_thirty_two_bytes_in_all: ['3', '-3'],
  price: ['1', '12.5', '1234567.89', '-0.01', 'null'],
  wide_price_of_sixteen: ['1.12345678', '99999999', '-5.5'],
  ratio: ['0.5', '-1.25', '3', '0', '-0.0'],
  name: ['"Apple"', '"a text that is longer than two vectors of bytes"', '""'],
  other: ['"x"', '1'],
  flag: ['true', 'false', 'null'],
  short: ['1.5', '0.1'],
  at: [
    '"2026-01-31T23:59:59.999Z"',
    '"2026-02-01T00:00:00.000"',
    '"2026-02-01T01:02:03Z"',
    '"2026-02-01T01:02:03.5"',
    '"2026-02-01T01:02:03.123456Z"',
  ],
}

function anyValue(random: Random): string {
  const kind = random(8)
  if (kind < 3) return of(random, numbers)
  if (kind === 3) return of(random, badNumbers)
  if (kind === 4) return JSON.stringify(of(random, times))
  if (kind === 5) return of(random, ['true', 'false', 'null', 'tru', 'fals', 'nul', 'True'])
  return JSON.stringify(of(random, texts))
}

function record(random: Random, { names, odd }: { names: readonly string[]; odd: number }): string {
  const fields = names.map(
    (name) => `"${name}":${random(odd) === 0 ? anyValue(random) : of(random, plain[name] ?? ['1'])}`,
  )
  const line = `{${fields.join(',')}}`
  if (random(odd) > 0) return line
  const at = random(line.length)
  const change = ['"', '\\', ',', ':', '}', ' ', '\u0001', '\r', '0', '\n', 'é', '\u0000', '', '.', '\t', '\u{10ffff}']
  return line.slice(0, at) + of(random, change) + line.slice(at + random(2))
}

const rounds = Number(process.env['RUNS'] ?? 25)

describe('rows of records as learnt', () => {
  const compiled = compileDecoder(columns, json())
  const { decoder: vectors } = bindCounting(compiled)
  const scalar = bindDecoder(compiled, { tier: 'interpreter' })
  const declared = columns.map(({ name }) => name)
  const orders = {
    'as declared': declared,
    'in another order': declared.toReversed(),
    'with more members': [...declared.slice(0, 4), 'unknown', ...declared.slice(4), 'last'],
    'with fewer members': declared.filter((name) => name !== 'skipped' && name !== 'flag'),
  }

  it.each(Object.entries(orders))('%s, any odd value: as the IR says', (_, names) => {
    const random = generator(Number(process.env['SEED'] ?? 5))
    for (let round = 0; round < rounds; round++) {
      const odd = of(random, [4, 20, 60, 400])
      const end = of(random, ['\n', '\n', '\r\n'])
      const lines = Array.from({ length: 60 }, () => record(random, { names, odd }))
      const bytes = Buffer.from(lines.join(end) + (random(2) === 0 ? end : ''))
      // bytes that are no UTF-8, in any place
      for (let count = random(3) === 0 ? random(4) : 0; count > 0; count--)
        bytes[random(bytes.length)] = 128 + random(128)
      const cut = random(bytes.length)
      const pieces = [bytes.subarray(0, cut), bytes.subarray(cut)]
      expect(readWith(vectors, pieces, json())).toEqual(readWith(scalar, pieces, json()))
    }
  })

  it.each(declared)('an odd value of %s among plain ones', (odd) => {
    const words = [
      'true',
      'false',
      'null',
      'tru',
      'fals',
      'nul',
      '-x',
      '-01',
      '-1.',
      '1.x',
      '-00',
      '12.5',
      '"x',
      '"x" ',
    ]
    const odds = [...numbers, ...badNumbers, ...words, ...[...texts, ...times].map((text) => JSON.stringify(text))]
    const usual = new Map(declared.map((name) => [name, plain[name]?.[0] ?? '1']))
    const line = (values: ReadonlyMap<string, string>): string =>
      `{${[...values].map(([name, value]) => `"${name}":${value}`).join(',')}}`
    // so many usual ones that several records are taken at once again
    const lines = odds.flatMap((value) => [
      ...Array.from({ length: 17 }, () => line(usual)),
      line(new Map(usual).set(odd, value)),
    ])
    const format = { ...json(), lineBytesMax: 1 << 20 }
    const input = `${lines.join('\n')}\n`
    expect(readWith(vectors, input, format)).toEqual(readWith(scalar, input, format))
  })

  it.each(['epoch_seconds', 'epoch_millis', 'epoch_micros', 'epoch_nanos'] as const)('instants as %s', (format) => {
    const instants = [column('at', { kind: 'timestamp' }, true), column('name', { kind: 'varchar' })]
    const epoch = compileDecoder(instants, json(format))
    const values = [
      ...whole,
      ...wide,
      ...fractions,
      '1700000000',
      '1700000000000',
      '253402300799',
      '253402300800',
      'null',
    ]
    const lines = values.map((value) => `{"at":${value},"name":"x"}`)
    const input = `${[...lines.slice(0, 5), ...lines].join('\n')}\n`
    const expected = readWith(bindDecoder(epoch, { tier: 'interpreter' }), input, json(format))
    expect(readWith(bindCounting(epoch).decoder, input, json(format))).toEqual(expected)
  })
})

describe('columns', () => {
  const both = (columns: readonly HarnessColumn[], input: string): void => {
    const compiled = compileDecoder(columns, json())
    const expected = readWith(bindDecoder(compiled, { tier: 'interpreter' }), input, json())
    expect(readWith(bindCounting(compiled).decoder, input, json())).toEqual(expected)
  }

  it('none that is read', () => both([unread('a'), unread('b')], '{"a":"x","b":1}\n'.repeat(3000)))

  it('NOT NULL with a default: null is a fault, nothing is the default', () => {
    const defaulted = { ...column('a', { kind: 'bigint' }), hasDefault: true }
    both([defaulted, unread('b')], ['{"a":1,"b":1}', '{"a":null,"b":1}', '{"b":1}', '{"a":2,"b":1}', ''].join('\n'))
  })

  it('many of them', () => {
    const many = Array.from({ length: 40 }, (_, index) => column(`c${index}`, { kind: 'bigint' }, true))
    const line = (value: number): string => `{${many.map(({ name }) => `"${name}":${value}`).join(',')}}\n`
    both(many, [1, 2, 3, 4, 5].map(line).join(''))
  })
})

describe('what plain records cost', () => {
  const declared = columns.map(({ name }) => name)
  const input = (names: readonly string[], change: (line: string) => string = (line) => line): string => {
    const random = generator(3)
    return Array.from({ length: 3000 }, () => `${change(record(random, { names, odd: 1 << 30 }))}\n`).join('')
  }

  it.each([
    ['as declared', declared],
    ['in another order', declared.toReversed()],
  ])('one call of the general scanner, fields %s', (_, names) => {
    const { decoder, calls } = bindCounting(compileDecoder(columns, json()))
    expect(readWith(decoder, input(names), json()).rows.length).toBe(3000)
    // that record's numbers are made by the library, too
    expect(calls.get('json_record')).toBe(1)
    expect(Math.max(...calls.values())).toBeLessThan(4)
    expect([calls.get('decode_clean'), calls.get('json_skip')]).toEqual([undefined, undefined])
  })

  it('what nobody reads may be nested or have escapes', () => {
    const { decoder, calls } = bindCounting(compileDecoder(columns, json()))
    const random = generator(4)
    const values = ['{"a":[1,"x"]}', '"back\\\\slash"', '"\\u00e9"', '[]', '"plain"']
    const text = input(declared, (line) => line.replace(/"other":[^,]*/, `"other":${of(random, values)}`))
    expect(readWith(decoder, text, json()).rows.length).toBe(3000)
    expect([calls.get('json_record'), calls.get('decode_clean')]).toEqual([1, undefined])
    expect(calls.get('json_skip')).toBeGreaterThan(2000)
  })

  it('texts that are not ASCII are looked at for UTF-8 once per piece', () => {
    const { decoder, calls } = bindCounting(compileDecoder(columns, json()))
    const text = input(declared, (line) => line.replaceAll('Apple', 'Äpfel'))
    const format = { ...json(), lineBytesMax: 1 << 20 }
    expect(readWith(decoder, [Buffer.from(text)], format).rows.length).toBe(3000)
    expect(calls.get('json_record')).toBe(1)
    // each call of the decoder asks at its first text of that kind, and is told what is known
    expect(calls.get('decode_clean')).toBeLessThan(8)
    expect(calls.get('json_skip')).toBeLessThan(80)
    expect(calls.get('json_string')).toBeUndefined()
  })
})
