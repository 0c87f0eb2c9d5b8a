import { define } from './scalar-function.ts'

/** Dates and times. TIMESTAMPTZ is computed in UTC. */
export const timeFunctions = [
  define('date_trunc', {
    aliases: ['datetrunc'],
    summary: 'down to a unit',
    overloads: [
      ['text', 'timestamp'],
      ['text', 'date'],
    ],
    fallible: true,
    monotone: true,
  }),
  define('date_part', {
    aliases: ['datepart', 'extract'],
    summary: 'one field, as a number',
    overloads: [
      ['literal', 'timestamp'],
      ['literal', 'date'],
      ['literal', 'time'],
      ['literal', 'interval'],
    ],
    fallible: true,
  }),
  define('date_bin', {
    summary: 'down to a multiple of an interval, counted from an origin',
    overloads: [
      ['interval', 'timestamp'],
      ['interval', 'timestamp', 'timestamp'],
    ],
    fallible: true,
  }),
  define('make_date', {
    summary: 'a date of year, month and day',
    overloads: [['integer', 'integer', 'integer']],
    fallible: true,
  }),
  define('make_time', {
    summary: 'a time of hour, minute and second',
    overloads: [['integer', 'integer', 'integer']],
    fallible: true,
  }),
  define('to_date', { summary: 'text as a date', overloads: [['text']], fallible: true }),
  define('to_timestamp', {
    summary: 'text, or seconds since 1970, as a timestamp',
    overloads: [['text'], ['integer'], ['double'], ['timestamp'], ['date']],
    fallible: true,
  }),
  define('to_timestamp_seconds', {
    summary: 'text, or seconds since 1970, as a timestamp',
    overloads: [['text'], ['integer'], ['timestamp']],
    fallible: true,
  }),
  define('to_timestamp_millis', {
    summary: 'text, or milliseconds since 1970, as a timestamp',
    overloads: [['text'], ['integer'], ['timestamp']],
    fallible: true,
  }),
  define('to_timestamp_micros', {
    summary: 'text, or microseconds since 1970, as a timestamp',
    overloads: [['text'], ['integer'], ['timestamp']],
    fallible: true,
  }),
  define('from_unixtime', { summary: 'seconds since 1970 as a timestamp', overloads: [['integer']], fallible: true }),
  define('to_unixtime', { summary: 'whole seconds since 1970', overloads: [['timestamp'], ['date']] }),
  define('to_char', {
    aliases: ['date_format'],
    summary: 'text by a PostgreSQL template or a % format',
    overloads: [
      ['timestamp', 'text'],
      ['date', 'text'],
    ],
    fallible: true,
  }),
  define('last_day', { summary: 'last day of the month', overloads: [['date']] }),
  define('tumble', {
    summary: 'start of the tumbling window',
    overloads: [
      ['timestamp', 'interval'],
      ['timestamp', 'interval', 'interval'],
    ],
    fallible: true,
    monotone: true,
  }),
  define('window_end', {
    summary: 'end of the tumbling window',
    overloads: [
      ['timestamp', 'interval'],
      ['timestamp', 'interval', 'interval'],
    ],
    fallible: true,
    monotone: true,
  }),
]
