import type { IntervalParts } from './interval.ts'

/**
 * Text of intervals, as PostgreSQL takes it: `1 year 2 mons 3 days 04:05:06.7`, `-1 day`, `1.5 hours`, `1-2` (years and months),
 * `.. ago`, and ISO 8601 durations. Null for anything else. A fraction of a month is counted in days of 30 a month, of a day in micros.
 */
export function parseInterval(text: string): IntervalParts | null {
  if (/^-?P/i.test(text)) return parseIso(text)
  const ago = /\s+ago$/i.test(text)
  const rest = ago ? text.replace(/\s+ago$/i, '') : text
  const tokens = (rest.match(tokenPattern) ?? []).map((token) => token.replaceAll(/\s/g, ''))
  // Tokens must be all of the text.
  if (tokens.length === 0 || tokens.join('') !== rest.replaceAll(/\s/g, '')) return null
  const sum = sumTokens(tokens)
  if (sum === null) return null
  return ago ? scale(sum, -1) : sum
}

const tokenPattern = /[+-]?\s*\d+:\d+(?::\d+(?:\.\d*)?)?|[+-]?\d+-\d+|[+-]?\s*(?:\d+\.?\d*|\.\d+)|[a-zµ]+/gi

/** In twelfths, 30ths and so on exactly: [months, days, micros] of one. */
const units: Readonly<Record<string, readonly [months: number, days: number, micros: number]>> = {
  microsecond: [0, 0, 1],
  millisecond: [0, 0, 1000],
  second: [0, 0, 1_000_000],
  minute: [0, 0, 60_000_000],
  hour: [0, 0, 3_600_000_000],
  day: [0, 1, 0],
  week: [0, 7, 0],
  month: [1, 0, 0],
  quarter: [3, 0, 0],
  year: [12, 0, 0],
  decade: [120, 0, 0],
  century: [1200, 0, 0],
  millennium: [12_000, 0, 0],
}

const abbreviations: Readonly<Record<string, string>> = {
  us: 'microsecond',
  usec: 'microsecond',
  usecs: 'microsecond',
  ms: 'millisecond',
  msec: 'millisecond',
  msecs: 'millisecond',
  s: 'second',
  sec: 'second',
  secs: 'second',
  m: 'minute',
  min: 'minute',
  mins: 'minute',
  h: 'hour',
  hr: 'hour',
  hrs: 'hour',
  d: 'day',
  w: 'week',
  mon: 'month',
  mons: 'month',
  y: 'year',
  yr: 'year',
  yrs: 'year',
  dec: 'decade',
  decs: 'decade',
  c: 'century',
  cent: 'century',
  centuries: 'century',
  mil: 'millennium',
  mils: 'millennium',
  millennia: 'millennium',
}

function unitOf(name: string): readonly [number, number, number] | undefined {
  const plain = name.toLowerCase()
  return units[abbreviations[plain] ?? plain] ?? units[plain.replace(/s$/, '')]
}

const none: IntervalParts = { months: 0, days: 0, micros: 0n }

function sumTokens(tokens: readonly string[]): IntervalParts | null {
  let sum = none
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as string
    if (token.includes(':')) {
      sum = plus(sum, clock(token))
    } else if (/^[+-]?\d+-\d+$/.test(token)) {
      const [years = 0, months = 0] = token.replace(/^[+-]/, '').split('-').map(Number)
      sum = plus(sum, { ...none, months: (years * 12 + months) * (token.startsWith('-') ? -1 : 1) })
    } else {
      // A number of no unit is one of seconds, at the end.
      const next = tokens[at + 1]
      const unit = next === undefined ? units['second'] : unitOf(next)
      if (!/^[+-]?[\d.]+$/.test(token) || unit === undefined) return null
      sum = plus(sum, times(token, unit))
      at += 1
    }
  }
  return sum
}

function clock(token: string): IntervalParts {
  const [hours = '0', minutes = '0', seconds = '0'] = token.replace(/^[+-]/, '').split(':')
  const micros = BigInt(hours) * 3_600_000_000n + BigInt(minutes) * 60_000_000n + decimalMicros(seconds)
  return { ...none, micros: token.startsWith('-') ? -micros : micros }
}

/** Seconds of decimal text as micros, rounded half away. */
function decimalMicros(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.')
  const rounded = (fraction[6] ?? '0') >= '5' ? 1n : 0n
  return BigInt(whole || '0') * 1_000_000n + BigInt(fraction.slice(0, 6).padEnd(6, '0')) + rounded
}

function times(text: string, [months, days, micros]: readonly [number, number, number]): IntervalParts {
  const value = Number(text)
  const whole = Math.trunc(value)
  const fraction = value - whole
  const monthsOfFraction = fraction * months
  const wholeMonths = Math.trunc(round(monthsOfFraction))
  const daysOfFraction = round(fraction * days + (monthsOfFraction - wholeMonths) * 30)
  const wholeDays = Math.trunc(daysOfFraction)
  const rest = Math.round(fraction * micros + round(daysOfFraction - wholeDays) * 86_400_000_000)
  return {
    months: whole * months + wholeMonths,
    days: whole * days + wholeDays,
    micros: BigInt(whole) * BigInt(micros) + BigInt(rest),
  }
}

/** Six digits: what binary fractions leave behind is not meant. */
function round(value: number): number {
  return Math.round(value * 1e6) / 1e6
}

function parseIso(text: string): IntervalParts | null {
  const parts =
    /^(-?)P(?:([+-]?[\d.]+)Y)?(?:([+-]?[\d.]+)M)?(?:([+-]?[\d.]+)W)?(?:([+-]?[\d.]+)D)?(?:T(?:([+-]?[\d.]+)H)?(?:([+-]?[\d.]+)M)?(?:([+-]?[\d.]+)S)?)?$/i.exec(
      text,
    )
  if (!parts || !/\d/.test(text)) return null
  const names = ['year', 'month', 'week', 'day', 'hour', 'minute', 'second']
  let sum = none
  for (const [index, name] of names.entries()) {
    const value = parts[index + 2]
    if (value !== undefined) sum = plus(sum, times(value, units[name]!))
  }
  return scale(sum, parts[1] === '-' ? -1 : 1)
}

function plus(a: IntervalParts, b: IntervalParts): IntervalParts {
  return { months: a.months + b.months, days: a.days + b.days, micros: a.micros + b.micros }
}

function scale({ months, days, micros }: IntervalParts, sign: 1 | -1): IntervalParts {
  return { months: months * sign + 0, days: days * sign + 0, micros: micros * BigInt(sign) }
}
