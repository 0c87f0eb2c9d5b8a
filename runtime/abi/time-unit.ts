/** Numbers of the units that date_trunc, date_part and their like name. */
export const timeUnits = {
  microsecond: 0,
  millisecond: 1,
  second: 2,
  minute: 3,
  hour: 4,
  day: 5,
  week: 6,
  month: 7,
  quarter: 8,
  year: 9,
  decade: 10,
  century: 11,
  millennium: 12,
  /** Sunday is 0 */
  dow: 13,
  /** Monday is 1, Sunday 7 */
  isodow: 14,
  doy: 15,
  epoch: 16,
  isoyear: 17,
  nanosecond: 18,
} as const

export type TimeUnit = keyof typeof timeUnits

/** Years 1 to 9999, the range of dates and timestamps. */
export const dayMin = -719_162
export const dayMax = 2_932_896
export const microsPerDay = 86_400_000_000n
export const timestampMin = BigInt(dayMin) * microsPerDay
export const timestampMax = BigInt(dayMax + 1) * microsPerDay - 1n

/** The unit that text names, in any spelling that PostgreSQL takes; null where it names none. */
export function unitNamed(name: string): TimeUnit | null {
  const plain = name.trim().toLowerCase()
  const spelled = spellings[plain] ?? plain.replace(/s$/, '')
  return spelled in timeUnits ? (spelled as TimeUnit) : null
}

const spellings: Readonly<Record<string, TimeUnit>> = {
  us: 'microsecond',
  usec: 'microsecond',
  usecs: 'microsecond',
  useconds: 'microsecond',
  ms: 'millisecond',
  msec: 'millisecond',
  msecs: 'millisecond',
  mseconds: 'millisecond',
  sec: 'second',
  secs: 'second',
  s: 'second',
  min: 'minute',
  mins: 'minute',
  m: 'minute',
  h: 'hour',
  hr: 'hour',
  hrs: 'hour',
  d: 'day',
  w: 'week',
  mon: 'month',
  mons: 'month',
  qtr: 'quarter',
  y: 'year',
  yr: 'year',
  yrs: 'year',
  dec: 'decade',
  decs: 'decade',
  centuries: 'century',
  cent: 'century',
  millennia: 'millennium',
  mil: 'millennium',
  mils: 'millennium',
  doy: 'doy',
  dow: 'dow',
  isodow: 'isodow',
  ns: 'nanosecond',
}
