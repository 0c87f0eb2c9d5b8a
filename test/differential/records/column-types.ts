import { pick, type Random, rarely } from './random.ts'

/** A value as a program sees it: what a sink writes with `decimal = 'string', bigint = 'string'`. `unclear`: the reference has no opinion. */
export type Value = string | number | boolean | null
export type Read = { readonly value: Value } | 'refused' | 'unclear'

/** A value in a record: a text, or a number, true or false as they are written. */
export type Written = { readonly text: string } | { readonly bare: string }

export interface ColumnType {
  readonly sql: string
  /** Of a kind that most producers write. */
  usual(random: Random): Written
  /** What may be anything. */
  odd(random: Random): Written
  /** From JSON: a text, or a number as it is written. */
  read(written: Written): Read
}

const bare = (value: string | number | bigint): Written => ({ bare: String(value) })
const text = (value: string): Written => ({ text: value })
const digits = (random: Random, count: number): string =>
  Array.from({ length: count }, (_, index) => random(index === 0 ? 9 : 10) + (index === 0 ? 1 : 0)).join('')
const oddNumbers = [
  '-0',
  '0',
  '01',
  '1e3',
  '1E+2',
  '1e400',
  '-1e-400',
  '1.5',
  '.5',
  '5.',
  '+1',
  '0x10',
  '1_0',
  'NaN',
  '-',
  '1e',
  '0.000',
  '1.0',
  '100e-2',
]

function integer(sql: string, bits: number, isSigned: boolean): ColumnType {
  const max = isSigned ? 2n ** BigInt(bits - 1) - 1n : 2n ** BigInt(bits) - 1n
  const min = isSigned ? -max - 1n : 0n
  return {
    sql,
    usual: (random) =>
      bare((rarely(random, 8) && isSigned ? -1n : 1n) * (BigInt(digits(random, 1 + random(18))) % (max + 1n))),
    odd: (random) => {
      const edge = pick(random, [min, max, 0n]) + BigInt(random(3) - 1)
      return pick(random, [
        bare(edge),
        bare(`${edge}`),
        bare(`${edge}.0`),
        bare(pick(random, oddNumbers)),
        text(String(edge)),
        bare(digits(random, 15 + random(25))),
      ])
    },
    read: (written) => {
      if ('text' in written || !/^-?(0|[1-9]\d*)$/.test(written.bare)) return 'unclear'
      const value = BigInt(written.bare)
      if (value < min || value > max) return 'refused'
      return { value: bits === 64 ? String(value) : Number(value) }
    },
  }
}

function floating(sql: string, round: (value: number) => number): ColumnType {
  return {
    sql,
    usual: (random) =>
      bare(
        `${rarely(random, 8) ? '-' : ''}${random(100_000)}${random(2) === 0 ? '' : `.${digits(random, 1 + random(8))}`}`,
      ),
    odd: (random) =>
      pick(random, [
        bare(pick(random, oddNumbers)),
        bare(`${random(10)}.${digits(random, random(30) + 1)}e${random(700) - 350}`),
        bare(digits(random, 1 + random(40))),
        bare(`${digits(random, 9 + random(9))}.${digits(random, 9 + random(9))}`),
        text(pick(random, ['NaN', 'Infinity', '-Infinity', '1.5', 'x'])),
      ]),
    read: (written) => {
      if ('text' in written || !/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(written.bare)) return 'unclear'
      const value = round(Number(written.bare))
      return Number.isFinite(value) ? { value: value + 0 } : 'unclear'
    },
  }
}

function decimal(precision: number, scale: number): ColumnType {
  return {
    sql: `DECIMAL(${precision}, ${scale})`,
    usual: (random) => {
      const whole = digits(random, 1 + random(Math.min(8, precision - scale)))
      return bare(
        `${rarely(random, 8) ? '-' : ''}${whole}${scale === 0 || random(2) === 0 ? '' : `.${digits(random, Math.min(scale, 1 + random(8)))}`}`,
      )
    },
    odd: (random) =>
      pick(random, [
        bare(pick(random, oddNumbers)),
        bare(`${'9'.repeat(precision - scale)}${scale === 0 ? '' : `.${'9'.repeat(scale)}`}`),
        bare(`-${'9'.repeat(precision - scale)}.${'9'.repeat(scale)}5`),
        bare(`${digits(random, 1 + random(40))}.${digits(random, 1 + random(40))}`),
        text(digits(random, 3)),
        bare(`${random(1000)}e${random(60) - 30}`),
      ]),
    read: (written) => {
      const source = 'text' in written ? written.text : written.bare
      const found = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?$/.exec(source)
      if (found === null) return 'unclear'
      const [, sign = '', whole = '', fraction = ''] = found
      const kept = BigInt(`${whole}${fraction.slice(0, scale).padEnd(scale, '0')}`)
      // half away from zero
      const units = kept + (fraction.charCodeAt(scale) >= 53 ? 1n : 0n)
      if (units >= 10n ** BigInt(precision)) return 'refused'
      const all = String(units).padStart(scale + 1, '0')
      const shown = scale === 0 ? all : `${all.slice(0, -scale)}.${all.slice(-scale)}`
      return { value: units === 0n ? shown : `${sign}${shown}` }
    },
  }
}

const boolean: ColumnType = {
  sql: 'BOOLEAN',
  usual: (random) => bare(pick(random, ['true', 'false'])),
  odd: (random) => pick(random, [bare('True'), bare('tru'), bare('1'), bare('truefalse'), text('true'), text('')]),
  read: (written) =>
    'bare' in written && /^(true|false)$/.test(written.bare) ? { value: written.bare === 'true' } : 'unclear',
}

const pieces = [
  'a',
  'B',
  ' ',
  'é',
  '😀',
  '语',
  ',',
  ';',
  '"',
  '\\',
  '/',
  '\n',
  '\r',
  '\t',
  '\b',
  '\u0001',
  '\u007f',
  '\u2028',
  '\ufeff',
  '\ufffd',
  '{',
  '}',
  ':',
  '0',
]

const varchar: ColumnType = {
  sql: 'VARCHAR',
  usual: (random) =>
    text(
      pick(random, [
        '',
        'x',
        'plain',
        'twelve bytes',
        'thirteen byte',
        'a text of more than sixteen bytes',
        'Grüße',
        'a'.repeat(random(90)),
      ]),
    ),
  odd: (random) => {
    if (rarely(random, 30)) return text('long'.repeat(random(60_000)))
    if (rarely(random, 30)) return bare(pick(random, ['1', 'true', 'x', '{}', '[]']))
    return text(Array.from({ length: random(40) }, () => pick(random, pieces)).join(''))
  },
  read: (written) => {
    if ('bare' in written) return 'unclear'
    return written.text.includes('\0') || !written.text.isWellFormed() ? 'refused' : { value: written.text }
  },
}

const bytea: ColumnType = {
  sql: 'BYTEA',
  usual: (random) => text(Buffer.from(Array.from({ length: random(20) }, () => random(256))).toString('base64')),
  odd: (random) => text(pick(random, ['A', 'AA', 'AAA', 'AAA=', 'A=AA', '====', 'AAA*', 'AA\n==', '////', '++++'])),
  read: (written) => {
    if ('bare' in written) return 'unclear'
    const bytes = Buffer.from(written.text, 'base64')
    return bytes.toString('base64') === written.text ? { value: written.text } : 'unclear'
  },
}

const two = (value: number): string => String(value).padStart(2, '0')
const dateOf = (random: Random): string =>
  `${pick(random, ['2026', '1999', '0001', '9999', '2024'])}-${two(1 + random(12))}-${two(1 + random(28))}`
const timeOf = (random: Random): string =>
  `${two(random(24))}:${two(random(60))}:${two(random(60))}${pick(random, ['', '', '.5', '.345', '.123456', '.000', '.999999'])}`
const oddTimes = [
  '2026-02-30',
  '2024-02-29',
  '2023-02-29T00:00:00',
  '2026-13-01T00:00:00',
  '2026-01-01T24:00:00',
  '2026-01-01T23:59:60',
  '2026-01-01T00:00',
  '2026-01-01',
  '2026-01-01T00:00:00.1234567',
  '2026-01-01T00:00:00+24:00',
  '0000-01-01T00:00:00',
  '10000-01-01T00:00:00',
  ' 2026-01-01T00:00:00',
  '2026-01-01T00:00:00 ',
  '9999-12-31T23:59:59.999999-01:00',
  '0001-01-01T00:00:00+01:00',
  '24:00:00',
  '23:59:59.9999999',
  'now',
  '',
  '12:34',
  '2026-01-01t00:00:00z',
  '2026-01-01T00:00:00.',
]

function shownTime(time: string): string {
  return time.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')
}

function instant(sql: string, suffix: string): ColumnType {
  return {
    sql,
    usual: (random) =>
      text(
        `${rarely(random, 6) ? dateOf(random) : '2026-01-02'}${rarely(random, 20) ? ' ' : 'T'}${timeOf(random)}${pick(random, ['', '', 'Z'])}`,
      ),
    odd: (random) =>
      pick(random, [
        text(pick(random, oddTimes)),
        text(`${dateOf(random)}T${timeOf(random)}${pick(random, ['+', '-'])}${two(random(15))}:${two(random(60))}`),
        bare(random(2 ** 31)),
      ]),
    read: (written) => {
      if ('bare' in written) return 'unclear'
      const found =
        /^(\d{4}-\d\d-\d\d)[T ]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(\.\d{1,6})?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)?$/.exec(
          written.text,
        )
      if (found === null) return 'unclear'
      const [, date = '', time = '', fraction = '', zone = 'Z'] = found
      const whole = new Date(`${date}T${time}Z`)
      if (Number.isNaN(whole.getTime()) || whole.toISOString().slice(0, 10) !== date) return 'refused'
      const shifted = new Date(`${date}T${time}${zone === '' ? 'Z' : zone}`)
      const year = shifted.getUTCFullYear()
      if (year < 1 || year > 9999) return 'unclear'
      return { value: `${shownTime(`${shifted.toISOString().slice(0, 19)}${fraction}`)}${suffix}` }
    },
  }
}

const date: ColumnType = {
  sql: 'DATE',
  usual: (random) => text(dateOf(random)),
  odd: (random) => text(pick(random, oddTimes)),
  read: (written) =>
    'text' in written &&
    /^\d{4}-\d\d-(0[1-9]|1\d|2[0-8])$/.test(written.text) &&
    !/^0000|-00-|-1[3-9]-|-[2-9]\d-/.test(written.text)
      ? { value: written.text }
      : 'unclear',
}

const time: ColumnType = {
  sql: 'TIME',
  usual: (random) => text(timeOf(random)),
  odd: (random) => text(pick(random, oddTimes)),
  read: (written) =>
    'text' in written && /^([01]\d|2[0-3])(:[0-5]\d){2}(\.\d{1,6})?$/.test(written.text)
      ? { value: shownTime(written.text) }
      : 'unclear',
}

const interval: ColumnType = {
  sql: 'INTERVAL',
  usual: (random) => text(`${random(30)} days`),
  odd: (random) => text(pick(random, ['', '1 month', 'P1DT2H', '1-2', 'x', '999999999999 days', '-00:00:00.5'])),
  read: () => 'unclear',
}

/** Types that the WebAssembly tier has a straight way for come often. */
export const columnTypes: readonly ColumnType[] = [
  integer('BIGINT', 64, true),
  varchar,
  floating('DOUBLE', (value) => value),
  instant('TIMESTAMP', ''),
  boolean,
  decimal(10, 2),
  integer('INTEGER', 32, true),
  integer('SMALLINT', 16, true),
  integer('TINYINT UNSIGNED', 8, false),
  integer('BIGINT UNSIGNED', 64, false),
  floating('REAL', Math.fround),
  decimal(38, 10),
  decimal(18, 18),
  decimal(38, 0),
  instant('TIMESTAMPTZ', 'Z'),
  date,
  time,
  bytea,
  interval,
]
export const straightTypes = columnTypes.slice(0, 15)
