import { parse } from 'csv-parse/sync'
import { describe, expect, test } from 'vitest'
import type { CsvDialect, InputFormat } from '../../../runtime/abi/format.ts'
import type { SqlType } from '../../../sql/types/sql-type.ts'
import { bindDecoder, compileDecoder, type HarnessColumn } from '../../../test/support/decoders/harness.ts'
import { type Outcome, readAll, readWith } from '../../../test/support/decoders/read-all.ts'

const csv = (dialect: Partial<CsvDialect> = {}): InputFormat => ({
  kind: 'csv',
  timestampFormat: 'rfc3339',
  lineBytesMax: 1 << 16,
  csv: { header: true, delimiter: 44, quote: 34, escape: 34, nullText: '', ...dialect },
})

const column = (name: string, kind: SqlType['kind'], more: Partial<HarnessColumn> = {}): HarnessColumn => ({
  name,
  type: { kind } as SqlType,
  nullable: true,
  ...more,
})

function read(input: string, columns: readonly HarnessColumn[], format: InputFormat = csv()): Outcome {
  const compiled = compileDecoder(columns, format)
  const javascript = readAll(input, { columns, format, compiled })
  expect(readAll(input, { columns, format, compiled, tier: 'interpreter' })).toEqual(javascript)
  return javascript
}

const ab = [column('a', 'bigint'), column('b', 'varchar')]

describe('CSV', () => {
  test('columns are matched by header name, in any order and case; unknown ones are ignored', () => {
    expect(read('b,x,A\nhello,1,2\n', ab).rows).toEqual([[2n, 'hello']])
    expect(read('a\n1\n', ab).rows).toEqual([[1n, null]])
    expect(read('A,a,b\n1,2,x\n', ab).rows).toEqual([[2n, 'x']])
    expect(read('\ufeff"a","b"\r\n1,x\r\n', ab).rows).toEqual([[1n, 'x']])
  })

  test('without a header columns come in declared order', () => {
    expect(read('1,x\n2,y\n', ab, csv({ header: false }))).toEqual({
      rows: [
        [1n, 'x'],
        [2n, 'y'],
      ],
      errors: [],
      places: ['1:0', '2:4'],
    })
    expect(
      read('1,x\n', [column('a', 'bigint', { needed: false }), column('b', 'varchar')], csv({ header: false })).rows,
    ).toEqual([[undefined, 'x']])
  })

  test('quoted fields hold delimiters, quotes and line feeds', () => {
    const input = 'a,b\n1,"x,y"\n2,"say ""hi"""\n3,"two\nlines"\n4,plain\n5,""\n6,\n'
    expect(read(input, ab)).toEqual({
      rows: [
        [1n, 'x,y'],
        [2n, 'say "hi"'],
        [3n, 'two\nlines'],
        [4n, 'plain'],
        [5n, ''],
        [6n, null],
      ],
      errors: [],
      places: ['2:4', '3:12', '4:27', '6:41', '7:49', '8:54'],
    })
  })

  test('delimiter, quote, escape and null are options', () => {
    const dialect = csv({ delimiter: 9, quote: 39, escape: 92, nullText: 'NA' })
    expect(read("a\tb\n1\t'it\\'s \\\\ here'\nNA\tNA\n2\t'NA'\n", ab, dialect).rows).toEqual([
      [1n, "it's \\ here"],
      [null, null],
      [2n, 'NA'],
    ])
    expect(read('a;b\n1;x,y\n', ab, csv({ delimiter: 59 })).rows).toEqual([[1n, 'x,y']])
  })

  test('where a record has one field, an empty line is one: nothing that was written is lost', () => {
    const a = [column('a', 'varchar')]
    expect(read('a\n1\n\n\r\n2\n', a).rows).toEqual([['1'], [null], [null], ['2']])
    expect(read('1\n\n""\n2', a, csv({ header: false, nullText: 'NA' })).rows).toEqual([['1'], [''], [''], ['2']])
    expect(read('1,x\n\n2,y\n', ab, csv({ header: false })).rows).toEqual([
      [1n, 'x'],
      [2n, 'y'],
    ])
  })

  test('a name in quotes is what it is', () => {
    const dialect = csv({ escape: 92 })
    expect(read('" a",b\n1,x\n', [column(' a', 'bigint')]).rows).toEqual([[1n]])
    expect(read(' a , b\n1,x\n', ab).rows).toEqual([[1n, 'x']])
    expect(read('"a\\\\\\"b"\n1\n', [column('a\\"b', 'bigint')], dialect).rows).toEqual([[1n]])
    expect(read('\ufeffb,"\ufeffa"\nx,1\n', ab).rows).toEqual([[null, 'x']])
  })

  test('values of every kind', () => {
    const columns = [
      column('i', 'integer'),
      column('d', 'double'),
      column('t', 'boolean'),
      column('s', 'timestamp'),
      column('e', 'date'),
      { name: 'm', type: { kind: 'decimal', precision: 9, scale: 2 }, nullable: true } as const,
    ]
    const input =
      'i,d,t,s,e,m\n-5,1.25,true,2026-01-01T00:00:00Z,1970-01-03,12.345\n2147483647,NaN,f,2026-01-01 00:00:01,2000-01-01,-1\n,,,,,\n'
    expect(read(input, columns).rows).toEqual([
      [-5, 1.25, true, 1767225600000000n, 2, 1235n],
      [2147483647, Number.NaN, false, 1767225601000000n, 10957, -100n],
      [null, null, null, null, null, null],
    ])
  })

  test('bad records are refused one by one', () => {
    const input = 'a,b\n1,x\n2\n3,y,z\nx,y\n4,"a"b\n5,ok\n9999999999999999999,q\n6,"never closed\n7,x'
    expect(read(input, ab)).toMatchObject({
      rows: [
        [1n, 'x'],
        [5n, 'ok'],
      ],
      errors: [
        'invalid_csv@3:8',
        'invalid_csv@4:10',
        'wrong_type@5:16',
        'invalid_csv@6:20',
        'number_out_of_range@8:32',
        'truncated_input@9:54',
      ],
    })
  })

  test('a column name that occurs twice in the header is an error, and the first one counts', () => {
    expect(read('a,b,a\n1,x,2\n', ab)).toMatchObject({ rows: [[1n, 'x']], errors: ['invalid_csv@1:0'] })
  })

  test('NUL bytes and invalid UTF-8 are refused where they are read', () => {
    const outcome = read('a,b\n1,x\u0000y\n2,"\u0000"\n3,ok\n', ab)
    expect(outcome).toMatchObject({ rows: [[3n, 'ok']], errors: ['null_byte@2:4', 'null_byte@3:10'] })
  })

  test('a cut at every byte changes nothing', () => {
    const columns = ab
    const format = csv()
    const decoder = bindDecoder(compileDecoder(columns, format), { tier: 'javascript' })
    const input = Buffer.from('a,b\n1,"x\ny"\n2,zz\r\n"3","é"\n4,"a""b"')
    const outcome = readWith(decoder, input, format)
    expect(outcome.rows).toEqual([
      [1n, 'x\ny'],
      [2n, 'zz'],
      [3n, 'é'],
      [4n, 'a"b'],
    ])
    for (let cut = 0; cut <= input.length; cut++) {
      const pieces = [input.subarray(0, cut), input.subarray(cut)].filter((piece) => piece.length > 0)
      expect(readWith(decoder, pieces, format)).toEqual(outcome)
    }
  })

  test('random tables read as csv-parse reads them', () => {
    let state = 99
    const random = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
      return Math.floor(((state >>> 0) / 4_294_967_296) * below)
    }
    const columns = ['p', 'q', 'r'].map((name) => column(name, 'varchar'))
    const format = csv({ nullText: 'no such text' })
    const decoder = bindDecoder(compileDecoder(columns, format), { tier: 'javascript' })
    const alphabet = ['a', 'b', ',', '"', '\n', '\r\n', 'é', ' ', '😀', 'longer text here']
    for (let round = 0; round < 40; round++) {
      const field = (): string => {
        const text = Array.from({ length: random(5) }, () => alphabet[random(alphabet.length)]).join('')
        return /[",\n\r]/.test(text) || random(4) === 0 ? `"${text.replaceAll('"', '""')}"` : text
      }
      const lines = Array.from({ length: 30 }, () =>
        [
          `x${field()
            .replace(/^"|"$/g, '')
            .replace(/[",\r\n]/g, '')}`,
          field(),
          field(),
        ].join(','),
      )
      const input = `p,q,r\n${lines.join(round % 2 ? '\n' : '\r\n')}\n`
      const expected = parse(input, { columns: true, record_delimiter: ['\r\n', '\n'] }).map((row) =>
        Object.values(row as Record<string, string>),
      )
      expect(readWith(decoder, input, format).rows).toEqual(expected)
    }
  })
})
