import { describe, expect, test } from 'vitest'
import type { InputFormat } from '../../../runtime/abi/format.ts'
import { compileDecoder, type HarnessColumn } from '../../../test/support/decoders/harness.ts'
import { type Cell, readAll } from '../../../test/support/decoders/read-all.ts'
import type { SqlType } from '../../../sql/types/sql-type.ts'

const json: InputFormat = { kind: 'json', timestampFormat: 'rfc3339', lineBytesMax: 1 << 20 }

const column = (name: string, kind: SqlType['kind'], more: Partial<HarnessColumn> = {}): HarnessColumn => ({
  name,
  type: { kind } as SqlType,
  nullable: true,
  ...more,
})

/** Both tiers; they must agree. */
function read(input: string | Uint8Array, columns: readonly HarnessColumn[], format: InputFormat = json) {
  const compiled = compileDecoder(columns, format)
  const javascript = readAll(input, { columns, format, compiled })
  expect(readAll(input, { columns, format, compiled, tier: 'interpreter' })).toEqual(javascript)
  return javascript
}

const values = (input: string, columns: readonly HarnessColumn[], format: InputFormat = json): Cell[] =>
  read(input, columns, format).rows.map((row) => row[0])

const errorOf = (line: string, columns: readonly HarnessColumn[]): string | undefined =>
  read(line, columns).errors[0]?.split('@')[0]

describe('values', () => {
  test('integers keep all their digits', () => {
    const input = [
      '0',
      '7',
      '-1',
      '12345678',
      '123456789',
      '9223372036854775807',
      '-9223372036854775808',
      '1e3',
      '25.0',
    ]
      .map((n) => `{"a":${n}}\n`)
      .join('')
    expect(values(input, [column('a', 'bigint')])).toEqual([
      0n,
      7n,
      -1n,
      12345678n,
      123456789n,
      2n ** 63n - 1n,
      -(2n ** 63n),
      1000n,
      25n,
    ])
    expect(values('{"a":18446744073709551615}', [column('a', 'ubigint')])).toEqual([2n ** 64n - 1n])
    expect(values('{"a":-128}\n{"a":127}', [column('a', 'tinyint')])).toEqual([-128, 127])
    expect(values('{"a":4294967295}', [column('a', 'uinteger')])).toEqual([4294967295])
  })

  test('integers out of range are refused', () => {
    const cases: [SqlType['kind'], string][] = [
      ['tinyint', '128'],
      ['utinyint', '-1'],
      ['smallint', '40000'],
      ['usmallint', '65536'],
      ['integer', '2147483648'],
      ['uinteger', '4294967296'],
      ['bigint', '9223372036854775808'],
      ['ubigint', '18446744073709551616'],
      ['ubigint', '-1'],
      ['integer', '1e400'],
    ]
    for (const [kind, text] of cases)
      expect(errorOf(`{"a":${text}}`, [column('a', kind)]), `${kind} ${text}`).toBe('number_out_of_range')
    expect(errorOf('{"a":1.5}', [column('a', 'integer')])).toBe('wrong_type')
  })

  test('doubles are correctly rounded', () => {
    const texts = [
      '0.1',
      '1',
      '-0',
      '3.141592653589793',
      '1e22',
      '123456789012345678',
      '1.7976931348623157e308',
      '5e-324',
      '2.2250738585072011e-308',
      '0.000001',
      '9007199254740993',
    ]
    const input = texts.map((n) => `{"a":${n}}\n`).join('')
    expect(values(input, [column('a', 'double')])).toEqual(texts.map(Number))
    expect(values('{"a":"NaN"}\n{"a":"-Infinity"}', [column('a', 'double')])).toEqual([
      Number.NaN,
      Number.NEGATIVE_INFINITY,
    ])
    expect(errorOf('{"a":"12"}', [column('a', 'double')])).toBe('wrong_type')
    expect(values('{"a":0.1}', [column('a', 'real')])).toEqual([Math.fround(0.1)])
  })

  test('decimals are exact, from numbers and from text', () => {
    const money = [{ name: 'a', type: { kind: 'decimal', precision: 10, scale: 2 }, nullable: true }] as const
    expect(values('{"a":1}\n{"a":"12.34"}\n{"a":-0.005}\n{"a":1.5e2}\n{"a":99999999.99}', money)).toEqual([
      100n,
      1234n,
      -1n,
      15000n,
      9999999999n,
    ])
    expect(errorOf('{"a":100000000}', money)).toBe('number_out_of_range')
    const wide = [{ name: 'a', type: { kind: 'decimal', precision: 38, scale: 3 }, nullable: true }] as const
    expect(values('{"a":12345678901234567890123456789012345.678}\n{"a":-7}', wide)).toEqual([
      12345678901234567890123456789012345678n,
      -7000n,
    ])
  })

  test('timestamps are converted to UTC', () => {
    const texts = [
      '2026-03-31T13:45:30.123456Z',
      '2026-03-31 13:45:30',
      '2026-03-31T13:45:30.5',
      '2024-02-29T00:00:00.000Z',
      '2026-03-31T13:45:30+02:00',
      '1969-12-31T23:59:59.999Z',
      '0001-01-01T00:00:00Z',
      '9999-12-31T23:59:59.999999Z',
      '2000-12-31t23:59:59z',
    ]
    const micros = (text: string): bigint => {
      const [whole = '', fraction = ''] = text
        .replace(' ', 'T')
        .replace(/[zZ]$|[+-]\d\d:\d\d$/, '')
        .split('.')
      const zone = /[+-]\d\d:\d\d$/.exec(text)?.[0] ?? 'Z'
      return BigInt(Date.parse(`${whole.toUpperCase()}${zone}`)) * 1000n + BigInt(fraction.padEnd(6, '0') || 0)
    }
    const input = texts.map((text) => `{"a":"${text}"}\n`).join('')
    expect(values(input, [column('a', 'timestamp')])).toEqual(texts.map(micros))
    for (const bad of ['2026-02-30T00:00:00Z', '2026-13-01T00:00:00Z', 'yesterday', '2026-01-01T00:00:00.Zx']) {
      expect(read(`{"a":"${bad}"}`, [column('a', 'timestamp')]).rows, bad).toEqual([])
    }
  })

  test('timestamps may be epoch numbers', () => {
    const at = (timestampFormat: InputFormat['timestampFormat'], text: string): Cell[] =>
      values(`{"a":${text}}`, [column('a', 'timestamp')], { ...json, timestampFormat })
    expect(at('epoch_seconds', '1436918400')).toEqual([1436918400000000n])
    expect(at('epoch_seconds', '-1.5')).toEqual([-1500000n])
    expect(at('epoch_millis', '1436918400123')).toEqual([1436918400123000n])
    expect(at('epoch_micros', '1436918400123456')).toEqual([1436918400123456n])
    expect(at('epoch_nanos', '1436918400123456789')).toEqual([1436918400123456n])
    expect(at('epoch_millis', '"x"')).toEqual([])
  })

  test('booleans, dates, times, bytes', () => {
    expect(values('{"a":true}\n{"a":false}\n{"a":null}', [column('a', 'boolean')])).toEqual([true, false, null])
    expect(values('{"a":"1970-01-02"}', [column('a', 'date')])).toEqual([1])
    expect(values('{"a":"00:00:01.5"}', [column('a', 'time')])).toEqual([1500000n])
    expect(values('{"a":"aGk="}\n{"a":""}', [column('a', 'bytea')])).toEqual(['hi', ''])
    expect(errorOf('{"a":"aGk"}', [column('a', 'bytea')])).toBe('wrong_type')
  })

  test('strings of every length, with escapes, surrogates and multi-byte text', () => {
    const texts = [
      ...Array.from({ length: 40 }, (_, n) => 'x'.repeat(n)),
      'Grüße',
      '日本語テキスト',
      '😀😀',
      'a"b\\c/\b\f\n\r\t',
      '\u{10ffff}',
      'ends with \\',
    ]
    const input = texts.map((text) => `{"a":${JSON.stringify(text)}}\n`).join('')
    expect(values(input, [column('a', 'varchar')])).toEqual(texts)
    const escaped = texts
      .slice(40)
      .map(
        (text) =>
          `{"a":"${[...text]
            .flatMap((c) => c.split(''))
            .map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
            .join('')}"}\n`,
      )
      .join('')
    expect(values(escaped, [column('a', 'varchar')])).toEqual(texts.slice(40))
  })
})

describe('fields', () => {
  const two = [column('a', 'bigint'), column('b', 'varchar')]

  test('are found in any order, with any white space, and the last of duplicates wins', () => {
    const input =
      '{"a":1,"b":"x"}\n{"b":"y","a":2}\n  { "a" : 3 , "b" : "z" }  \r\n{"a":4}\n{"b":"w"}\n{}\n{"a":5,"a":6,"b":"q","b":null}\n'
    expect(read(input, two)).toEqual({
      rows: [
        [1n, 'x'],
        [2n, 'y'],
        [3n, 'z'],
        [4n, null],
        [null, 'w'],
        [null, null],
        [6n, null],
      ],
      errors: [],
      places: ['1:0', '2:16', '3:32', '4:61', '5:69', '6:79', '7:82'],
    })
  })

  test('match exactly, then in any case', () => {
    expect(values('{"A":1}\n{"a":2,"A":3}\n{"A":4,"a":5}', [column('a', 'bigint')])).toEqual([1n, 2n, 5n])
    expect(read('{"a":1,"A":2}', [column('a', 'bigint'), column('A', 'bigint')]).rows).toEqual([[1n, 2n]])
    expect(values('{"\\u0061":7}', [column('a', 'bigint')])).toEqual([7n])
  })

  test('that are absent get the default, an explicit null stays null', () => {
    const columns = [column('a', 'bigint', { hasDefault: true }), column('b', 'bigint', { nullable: false })]
    const input = '{"b":1}\n{"a":null,"b":2}\n{"a":1}\n{"a":1,"b":null}\n'
    expect(read(input, columns)).toMatchObject({
      rows: [
        ['DEFAULT', 1n],
        [null, 2n],
      ],
      errors: ['missing_value@3:25', 'missing_value@4:33'],
    })
  })

  test('that nobody reads are skipped, but must be well-formed', () => {
    const columns = [column('a', 'bigint'), column('x', 'varchar', { needed: false })]
    expect(
      read('{"x":"s","y":[1,{"z":[]}],"w":-1.5e3,"v":true,"a":1}\n{"x":{},"a":2}', columns).rows.map(([a]) => a),
    ).toEqual([1n, 2n])
    expect(errorOf('{"x":[1,],"a":1}', columns)).toBe('invalid_json')
    expect(errorOf('{"x":01,"a":1}', columns)).toBe('invalid_json')
    expect(errorOf(`{"x":${'['.repeat(2000)}${']'.repeat(2000)},"a":1}`, columns)).toBe('invalid_json')
  })

  test('a hundred and more of them, and very long names', () => {
    const many = Array.from({ length: 150 }, (_, n) => `"f${n}":${n}`).join(',')
    expect(values(`{${many},"a":1}\n{${many},"a":2}\n`, [column('a', 'bigint')])).toEqual([1n, 2n])
    const name = 'n'.repeat(300)
    expect(values(`{"${name}":1}\n{"${name}":2}\n{"${name}":3}`, [column(name, 'bigint')])).toEqual([1n, 2n, 3n])
    const middle = 'm'.repeat(40)
    expect(values(`{"${middle}":1}\n{"${middle}":2}\n{"${middle}":3}`, [column(middle, 'bigint')])).toEqual([
      1n,
      2n,
      3n,
    ])
  })
})

describe('bad input', () => {
  const a = [column('a', 'bigint')]
  const bad: [line: string, code: string][] = [
    ['{"a":}', 'invalid_json'],
    ['{"a":1', 'invalid_json'],
    ['[1]', 'invalid_json'],
    ['1', 'invalid_json'],
    ['{"a" 1}', 'invalid_json'],
    ['{a:1}', 'invalid_json'],
    ['{"a":1}}', 'invalid_json'],
    ['{"a":1} x', 'invalid_json'],
    ['{"a":1,}', 'invalid_json'],
    ['{"a":1 "b":2}', 'invalid_json'],
    ['{"a":tru}', 'invalid_json'],
    ['{"a":"x', 'invalid_json'],
    ['{"a":"\\x"}', 'invalid_json'],
    ['{"a":"\\u12"}', 'invalid_json'],
    ['{"b":"\t"}', 'invalid_json'],
    ['{"a":1.}', 'invalid_json'],
    ['{"a":-}', 'invalid_json'],
    ['{"a":1e}', 'invalid_json'],
    ['{"a":.5}', 'invalid_json'],
    ['{"a":"1"}', 'wrong_type'],
    ['{"a":{}}', 'wrong_type'],
    ['{"a":[]}', 'wrong_type'],
    ['{"a":true}', 'wrong_type'],
  ]
  test.each(bad)('%s is refused and the lines around it are not', (line, code) => {
    const before = '{"a":1}\n{"a":2}\n'
    const outcome = read(`${before}${line}\n{"a":3}\n`, a)
    expect(outcome.rows).toEqual([[1n], [2n], [3n]])
    expect(outcome.errors).toEqual([`${code}@3:16`])
  })

  test('NUL bytes, invalid UTF-8 and lone surrogates are refused in what is read', () => {
    const text = [column('a', 'varchar')]
    expect(errorOf('{"a":"\\u0000"}', text)).toBe('null_byte')
    expect(errorOf('{"a":"\u0000"}', text)).toBe('invalid_json')
    expect(errorOf('{"a":"\\ud800"}', text)).toBe('invalid_json')
    const bytes = Uint8Array.from([...Buffer.from('{"a":"ok"}\n{"a":"'), 0xc3, 0x28, ...Buffer.from('"}\n{"a":"é"}\n')])
    expect(read(bytes, text)).toMatchObject({ rows: [['ok'], ['é']], errors: ['invalid_utf8@2:11'] })
  })

  test('a column that a record lacks keeps nothing of the record before, whatever shape was learnt', () => {
    const lines = [
      '{"a":1}',
      '{"a":2}',
      '{"a":1,"b":5}',
      '{"a":3}',
      '{"b":6,"a":4}',
      '{"a":5}',
      '{"b":7}',
      '{"b":8}',
      '{"a":9}',
    ]
    const expected = lines.map((line) => {
      const { a = null, b = null } = JSON.parse(line) as { a?: number; b?: number }
      return [a, b].map((cell) => (cell === null ? null : BigInt(cell)))
    })
    const both = [column('a', 'bigint'), column('b', 'bigint')]
    expect(read(lines.join('\n'), both).rows).toEqual(expected)
  })

  test('escapes are no part of any value that is written as a string', () => {
    const columns = [
      column('s', 'timestamp'),
      column('b', 'bytea'),
      column('e', 'date'),
      column('t', 'time'),
      column('i', 'interval'),
      column('d', 'double'),
      { name: 'm', type: { kind: 'decimal', precision: 30, scale: 2 }, nullable: true } as const,
    ]
    const values = ['2026-01-01T02:00:00+02:00', '++//', '1970-01-03', '00:00:01', '1 day', 'NaN', '12345678901.5']
    const lineOf = (escape: (text: string) => string): string =>
      `{${values.map((text, index) => `"${columns[index]?.name}":"${escape(text)}"`).join(',')}}\n`
    const escapeAll = (text: string): string => text.replaceAll(/./g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`)
    const some = (text: string): string => text.replaceAll('+', '\\u002B').replaceAll('/', '\\/')
    const plain = lineOf((text) => text)
    const { rows, errors } = read(plain + lineOf(escapeAll) + lineOf(some) + plain + lineOf(escapeAll), columns)
    expect(errors).toEqual([])
    for (const row of rows) expect(row).toEqual(rows[0])
    expect(read('{"s":"\\ud800"}\n{"b":"\\u0000"}\n{"e":"\\"}\n', columns).errors).toHaveLength(3)
  })

  test('a byte order mark, carriage returns, blank lines and a missing last line feed are fine', () => {
    expect(read('\ufeff{"a":1}\r\n\r\n\n{"a":2}\r\n  \n{"a":3}', a)).toMatchObject({
      rows: [[1n], [2n], [3n]],
      errors: [],
      places: ['1:3', '4:15', '6:27'],
    })
    expect(read('', a).rows).toEqual([])
    expect(read('\n\n', a).rows).toEqual([])
  })

  test('more bad lines than one call can note', () => {
    const input = Array.from({ length: 500 }, (_, n) => (n % 5 === 0 ? `{"a":${n}}` : 'x')).join('\n')
    const outcome = read(input, a)
    expect(outcome.rows.length).toBe(100)
    expect(outcome.errors.length).toBe(400)
    expect(outcome.errors[399]).toBe(`invalid_json@500:${input.length - 1}`)
  })

  test('a line that is too long is skipped whole', () => {
    const long = `{"a":1,"b":"${'x'.repeat(10_000)}"}`
    const outcome = read(`{"a":1}\n${long}\n{"a":2}\n`, a, { ...json, lineBytesMax: 4096 })
    expect(outcome).toMatchObject({
      rows: [[1n], [2n]],
      errors: ['line_too_long@2:8'],
      places: ['1:0', `3:${long.length + 9}`],
    })
  })
})
