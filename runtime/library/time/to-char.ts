import { civilOf, dayOfMicros, daysOf, microsOfDay } from './civil.ts'

/** Text of a timestamp by a template: with a `%` a strftime format, else PostgreSQL's (`YYYY-MM-DD HH24:MI:SS`). Null: not understood. */
export function formatTimestamp(micros: bigint, format: string): string | null {
  const fields = fieldsOf(micros)
  return format.includes('%') ? strftime(fields, format) : template(fields, format)
}

const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

function fieldsOf(
  micros: bigint,
): Readonly<
  Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'micros' | 'weekday' | 'dayOfYear', number>
> {
  const days = dayOfMicros(micros)
  const clock = microsOfDay(micros, days)
  const { year, month, day } = civilOf(days)
  return {
    year,
    month,
    day,
    hour: Math.floor(clock / 3_600_000_000),
    minute: Math.floor(clock / 60_000_000) % 60,
    second: Math.floor(clock / 1_000_000) % 60,
    micros: clock % 1_000_000,
    weekday: (((days + 4) % 7) + 7) % 7,
    dayOfYear: days - daysOf(year, 1, 1) + 1,
  }
}

type Fields = ReturnType<typeof fieldsOf>
type Printer = (fields: Fields) => string

const pad = (value: number, width: number): string => String(value).padStart(width, '0')
const half = (hour: number): number => (hour % 12 === 0 ? 12 : hour % 12)
const monthName = ({ month }: Fields): string => monthNames[month - 1]!
const dayName = ({ weekday }: Fields): string => dayNames[weekday]!

const strftimeFields: Readonly<Record<string, Printer>> = {
  Y: ({ year }) => pad(year, 4),
  y: ({ year }) => pad(year % 100, 2),
  m: ({ month }) => pad(month, 2),
  d: ({ day }) => pad(day, 2),
  e: ({ day }) => String(day).padStart(2, ' '),
  j: ({ dayOfYear }) => pad(dayOfYear, 3),
  H: ({ hour }) => pad(hour, 2),
  I: ({ hour }) => pad(half(hour), 2),
  M: ({ minute }) => pad(minute, 2),
  S: ({ second }) => pad(second, 2),
  f: ({ micros }) => pad(micros, 6),
  p: ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
  B: monthName,
  b: (fields) => monthName(fields).slice(0, 3),
  A: dayName,
  a: (fields) => dayName(fields).slice(0, 3),
  w: ({ weekday }) => String(weekday),
  u: ({ weekday }) => String(weekday === 0 ? 7 : weekday),
  F: (fields) => `${pad(fields.year, 4)}-${pad(fields.month, 2)}-${pad(fields.day, 2)}`,
  T: (fields) => `${pad(fields.hour, 2)}:${pad(fields.minute, 2)}:${pad(fields.second, 2)}`,
  R: (fields) => `${pad(fields.hour, 2)}:${pad(fields.minute, 2)}`,
  '%': () => '%',
}

function strftime(fields: Fields, format: string): string | null {
  let isKnown = true
  const text = format.replaceAll(/%(.?)/gsu, (_, letter: string) => {
    const printer = strftimeFields[letter]
    isKnown &&= printer !== undefined
    return printer?.(fields) ?? ''
  })
  return isKnown ? text : null
}

/** Longest first: the first that fits is taken. Case of names follows the template's. */
const templateFields: readonly (readonly [string, Printer])[] = [
  ['YYYY', ({ year }) => pad(year, 4)],
  ['HH24', ({ hour }) => pad(hour, 2)],
  ['HH12', ({ hour }) => pad(half(hour), 2)],
  ['Month', (fields) => monthName(fields).padEnd(9)],
  ['MONTH', (fields) => monthName(fields).toUpperCase().padEnd(9)],
  ['month', (fields) => monthName(fields).toLowerCase().padEnd(9)],
  ['DDD', ({ dayOfYear }) => pad(dayOfYear, 3)],
  ['Day', (fields) => dayName(fields).padEnd(9)],
  ['DAY', (fields) => dayName(fields).toUpperCase().padEnd(9)],
  ['day', (fields) => dayName(fields).toLowerCase().padEnd(9)],
  ['Mon', (fields) => monthName(fields).slice(0, 3)],
  ['MON', (fields) => monthName(fields).slice(0, 3).toUpperCase()],
  ['mon', (fields) => monthName(fields).slice(0, 3).toLowerCase()],
  ['YYY', ({ year }) => pad(year % 1000, 3)],
  ['Dy', (fields) => dayName(fields).slice(0, 3)],
  ['DY', (fields) => dayName(fields).slice(0, 3).toUpperCase()],
  ['dy', (fields) => dayName(fields).slice(0, 3).toLowerCase()],
  ['AM', ({ hour }) => (hour < 12 ? 'AM' : 'PM')],
  ['PM', ({ hour }) => (hour < 12 ? 'AM' : 'PM')],
  ['am', ({ hour }) => (hour < 12 ? 'am' : 'pm')],
  ['pm', ({ hour }) => (hour < 12 ? 'am' : 'pm')],
  ['YY', ({ year }) => pad(year % 100, 2)],
  ['MM', ({ month }) => pad(month, 2)],
  ['DD', ({ day }) => pad(day, 2)],
  ['HH', ({ hour }) => pad(half(hour), 2)],
  ['MI', ({ minute }) => pad(minute, 2)],
  ['SS', ({ second }) => pad(second, 2)],
  ['MS', ({ micros }) => pad(Math.floor(micros / 1000), 3)],
  ['US', ({ micros }) => pad(micros, 6)],
  ['Q', ({ month }) => String(Math.floor((month + 2) / 3))],
  ['D', ({ weekday }) => String(weekday + 1)],
]

const literalPattern = /^(?:"([^"]*)"|([^A-Za-z"]))/u

function template(fields: Fields, format: string): string | null {
  let text = ''
  let rest = format
  while (rest !== '') {
    const literal = literalPattern.exec(rest)
    const field = literal
      ? undefined
      : templateFields.find(
          ([name]) =>
            rest.startsWith(name) ||
            (name === name.toUpperCase() && !isCased(name) && rest.toUpperCase().startsWith(name)),
        )
    if (!literal && !field) return null
    text += literal ? (literal[1] ?? literal[2] ?? '') : field![1](fields)
    rest = rest.slice(literal ? literal[0].length : field![0].length)
  }
  return text
}

/** Templates whose own case says that of the result. */
function isCased(name: string): boolean {
  return ['MONTH', 'DAY', 'MON', 'DY', 'AM', 'PM'].includes(name)
}
