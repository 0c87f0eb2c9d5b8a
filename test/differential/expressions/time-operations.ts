import { call, literal } from '../../support/expressions/build.ts'
import { infix, native } from './operation.ts'
import type { Operation } from './operation.ts'
const units = [
  'microsecond',
  'millisecond',
  'second',
  'minute',
  'hour',
  'day',
  'week',
  'month',
  'quarter',
  'year',
  'decade',
  'century',
  'millennium',
]
const fields = [
  'second',
  'minute',
  'hour',
  'day',
  'week',
  'month',
  'quarter',
  'year',
  'decade',
  'century',
  'millennium',
  'dow',
  'isodow',
  'doy',
  'isoyear',
  'microsecond',
  'millisecond',
]
const time: Operation[] = [
  infix('add', ['TIMESTAMP', 'INTERVAL', 'TIMESTAMP'], { fallible: true, sql: (x, y) => `(${x} + ${y})` }),
  infix('subtract', ['TIMESTAMP', 'INTERVAL', 'TIMESTAMP'], { fallible: true, sql: (x, y) => `(${x} - ${y})` }),
  infix('add', ['DATE', 'INTERVAL', 'TIMESTAMP'], { fallible: true, sql: (x, y) => `(${x} + ${y})` }),
  infix('add', ['DATE', 'INTEGER', 'DATE'], { fallible: true, sql: (x, y) => `(${x} + ${y})` }),
  infix('subtract', ['DATE', 'DATE', 'BIGINT'], { sql: (x, y) => `(${x} - ${y})` }),
  infix('subtract', ['TIMESTAMP', 'TIMESTAMP', 'INTERVAL'], { sql: (x, y) => `(${x} - ${y})` }),
  infix('add', ['INTERVAL', 'INTERVAL', 'INTERVAL'], { fallible: true, sql: (x, y) => `(${x} + ${y})` }),
  infix('multiply', ['INTERVAL', 'INTEGER', 'INTERVAL'], { fallible: true, sql: (x, y) => `(${x} * ${y})` }),
  ...units.map((unit): Operation => ({
    name: `date_trunc ${unit}`,
    arguments: ['TIMESTAMP'],
    result: 'TIMESTAMP',
    make: (x) => call('date_trunc', 'TIMESTAMP', literal('VARCHAR', unit), x),
    sql: (x) => `date_trunc('${unit}', ${x})`,
    fallible: true,
  })),
  ...fields.flatMap((unit): Operation[] =>
    ['TIMESTAMP', 'DATE'].map((type) => ({
      name: `date_part ${unit}`,
      arguments: [type],
      result: 'BIGINT',
      make: (x) => call('date_part', 'BIGINT', literal('VARCHAR', unit), x),
      sql: (x) => `CAST(date_part('${unit}', ${x}) AS BIGINT)`,
    })),
  ),
  native('make_date', [['BIGINT', 'BIGINT', 'BIGINT'], 'DATE'], { fallible: true }),
  {
    ...native('date_bin', [['TIMESTAMP'], 'TIMESTAMP'], { fallible: true }),
    make: (x) => call('date_bin', 'TIMESTAMP', literal('INTERVAL', { months: 0, days: 0, micros: '900000000' }), x),
    sql: (x) => `time_bucket(INTERVAL 15 MINUTE, ${x}, TIMESTAMP '1970-01-01')`,
  },
  {
    ...native('date_bin', [['TIMESTAMP'], 'TIMESTAMP'], { fallible: true }),
    make: (x) =>
      call(
        'date_bin',
        'TIMESTAMP',
        literal('INTERVAL', { months: 5, days: 0, micros: '0' }),
        x,
        literal('TIMESTAMP', '0'),
      ),
    sql: (x) => `time_bucket(INTERVAL 5 MONTH, ${x}, TIMESTAMP '1970-01-01')`,
  },
  native('to_timestamp_micros', [['BIGINT'], 'TIMESTAMP'], { fallible: true, sql: null }),
  native('to_timestamp_seconds', [['BIGINT'], 'TIMESTAMP'], { fallible: true, sql: null }),
  native('last_day', [['DATE'], 'DATE'], { fallible: true }),
  {
    ...native('to_char', [['TIMESTAMP'], 'VARCHAR'], { fallible: true }),
    make: (x) => call('to_char', 'VARCHAR', x, literal('VARCHAR', '%Y-%m-%d %H:%M:%S %j %a %b %p %I')),
    sql: (x) => `strftime(${x}, '%Y-%m-%d %H:%M:%S %j %a %b %p %I')`,
  },
]

export const timeOperations: readonly Operation[] = [...time]
