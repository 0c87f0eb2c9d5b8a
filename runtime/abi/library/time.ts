import { fallible, maker, pure, type LibrarySignature } from './signature.ts'

/**
 * Dates are days, timestamps microseconds since 1970, years 1 to 9999 (beyond: datetime_overflow). Units are numbers of
 * runtime/abi/time-unit.ts. TIMESTAMPTZ is computed in UTC.
 */
export const timeSignatures = {
  /** time_unit(name) -> the unit's number; invalid_argument */
  time_unit: fallible(['i32'], 'i32'),
  /** day_part(unit, days): a field of the calendar */
  day_part: pure(['i32', 'i32'], 'i32'),
  /** day_truncate(unit, days): first day of the week, month, .. millennium */
  day_truncate: fallible(['i32', 'i32'], 'i32'),
  /** day_add_months(days, months): the day clamped to the month's last; outside of the calendar some day that is not in it */
  day_add_months: pure(['i32', 'i32'], 'i32'),
  /** timestamp_truncate(unit, micros) */
  timestamp_truncate: fallible(['i32', 'i64'], 'i64'),
  /** timestamp_part(unit, micros): whole numbers */
  timestamp_part: fallible(['i32', 'i64'], 'i64'),
  /** timestamp_add(micros, interval): months first (the day clamped to the month's), then days, then micros */
  timestamp_add: fallible(['i64', 'i32'], 'i64'),
  /** timestamp_subtract(micros, interval) */
  timestamp_subtract: fallible(['i64', 'i32'], 'i64'),
  /** timestamp_bin(interval, micros, origin); calendar months allowed, not both months and the rest; invalid_argument */
  timestamp_bin: fallible(['i32', 'i64', 'i64'], 'i64'),
  /** timestamp_window_months(micros, months, offset): start of the window of that many calendar months, aligned at 1970-01-01 plus the interval `offset` */
  timestamp_window_months: fallible(['i64', 'i32', 'i32'], 'i64'),
  /** make_date(year, month, day) -> days */
  make_date: fallible(['i32', 'i32', 'i32'], 'i32'),
  /** make_time(hour, minute, second) -> micros */
  make_time: fallible(['i32', 'i32', 'i32'], 'i64'),
  /** last_day(days): last day of the month */
  last_day: pure(['i32'], 'i32'),
  /** time_add(micros of the day, interval): wraps at midnight, months and days do not count */
  time_add: pure(['i64', 'i32'], 'i64'),
  time_subtract: pure(['i64', 'i32'], 'i64'),
  /** timestamp_difference(a, b, out): days and micros of a - b */
  timestamp_difference: maker(['i64', 'i64', 'i32']),
  /** timestamp_from_f64(seconds): half to even micros */
  timestamp_from_f64: fallible(['f64'], 'i64'),
  /** timestamp_to_char(micros, format, out), PostgreSQL template or chrono (%) format; invalid_argument */
  timestamp_to_char: fallible(['i64', 'i32', 'i32'], null),

  interval_compare: pure(['i32', 'i32'], 'i32'),
  interval_hash: pure(['i32'], 'i32'),
  /** interval_add(a, b, out), numeric_overflow; likewise the others */
  interval_add: fallible(['i32', 'i32', 'i32'], null),
  interval_subtract: fallible(['i32', 'i32', 'i32'], null),
  interval_negate: fallible(['i32', 'i32'], null),
  /** interval_multiply(interval, factor, out): parts of a month become days, parts of a day micros */
  interval_multiply: fallible(['i32', 'f64', 'i32'], null),
  /** interval_divide(interval, divisor, out): division_by_zero */
  interval_divide: fallible(['i32', 'f64', 'i32'], null),
  /** interval_part(unit, interval) */
  interval_part: fallible(['i32', 'i32'], 'i64'),
} as const satisfies Record<string, LibrarySignature>
