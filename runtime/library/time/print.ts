import type { IntervalParts } from './interval.ts'
import { civilOf, dayOfMicros, microsOfDay } from './civil.ts'

/** Text of dates and times: ISO order, as many digits of the fraction as needed. */
const two = (value: number): string => (value < 10 ? `0${value}` : String(value))

export function dateText(day: number): string {
  const { year, month, day: dayOfMonth } = civilOf(day)
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(dayOfMonth)}`
}

/** Micros since midnight. */
export function clockText(micros: number): string {
  const seconds = Math.floor(micros / 1_000_000)
  const fraction = micros - seconds * 1_000_000
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return fraction === 0 ? clock : `${clock}.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`
}

export function timestampText(micros: bigint): string {
  const day = dayOfMicros(micros)
  return `${dateText(day)} ${clockText(microsOfDay(micros, day))}`
}

/** As PostgreSQL: `1 year 2 mons 3 days 04:05:06.7`; parts that are zero are left out. */
export function intervalText({ months, days, micros }: IntervalParts): string {
  const years = Math.trunc(months / 12)
  const parts: string[] = []
  const add = (value: number, unit: string): void => {
    if (value === 0) return
    // After a negative part a positive one says its sign.
    const sign = value > 0 && parts.at(-1)?.startsWith('-') ? '+' : ''
    parts.push(`${sign}${value} ${unit}${value === 1 ? '' : 's'}`)
  }
  add(years, 'year')
  add(months % 12, 'mon')
  add(days, 'day')
  if (micros !== 0n || parts.length === 0) {
    const sign = micros < 0n ? '-' : parts.at(-1)?.startsWith('-') ? '+' : ''
    parts.push(sign + durationText(micros < 0n ? -micros : micros))
  }
  return parts.join(' ')
}

/** Hours may be more than a day has. */
function durationText(micros: bigint): string {
  const hours = micros / 3_600_000_000n
  const rest = clockText(Number(micros % 3_600_000_000n)).slice(2)
  return String(hours).padStart(2, '0') + rest
}
