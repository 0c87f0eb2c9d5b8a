import type { LibraryContext } from '../context.ts'
import { inlineMax, writeView } from '../view/view.ts'
import type { IntervalParts } from './interval.ts'
import { civilOf, dayOfMicros, microsOfDay } from './civil.ts'

/** Text of dates and times: ISO order, as many digits of the fraction as needed. Written as digits, not as strings. */
const zero = 0x30
const dateLength = 10

function putDigits(m: LibraryContext, at: number, value: number, count: number): void {
  let rest = value
  for (let index = at + count - 1; index >= at; index--) {
    const tens = (rest / 10) | 0
    m.u8[index] = zero + rest - tens * 10
    rest = tens
  }
}

function putDate(m: LibraryContext, at: number, days: number): void {
  const { year, month, day } = civilOf(days)
  putDigits(m, at, year, 4)
  m.u8[at + 4] = 0x2d
  putDigits(m, at + 5, month, 2)
  m.u8[at + 7] = 0x2d
  putDigits(m, at + 8, day, 2)
}

/** Digits that the fraction of a second needs, 0 to 6. */
function fractionDigits(fraction: number): number {
  let count = fraction === 0 ? 0 : 6
  for (let rest = fraction; count > 0 && rest % 10 === 0; rest /= 10) count -= 1
  return count
}

function clockLength(fraction: number): number {
  const digits = fractionDigits(fraction)
  return digits === 0 ? 8 : 9 + digits
}

/** `seconds` since midnight. */
function putClock(m: LibraryContext, at: number, seconds: number, fraction: number): void {
  putDigits(m, at, (seconds / 3600) | 0, 2)
  m.u8[at + 2] = 0x3a
  putDigits(m, at + 3, ((seconds / 60) | 0) % 60, 2)
  m.u8[at + 5] = 0x3a
  putDigits(m, at + 6, seconds % 60, 2)
  const digits = fractionDigits(fraction)
  if (digits === 0) return
  m.u8[at + 8] = 0x2e
  let shown = fraction
  for (let left = 6 - digits; left > 0; left--) shown = (shown / 10) | 0
  putDigits(m, at + 9, shown, digits)
}

function room(m: LibraryContext, out: number, length: number): number {
  return length <= inlineMax ? out + 4 : m.allocate(length)
}

export function writeDate(m: LibraryContext, days: number, out: number): void {
  putDate(m, out + 4, days)
  writeView(m, out, out + 4, dateLength)
}

export function writeTime(m: LibraryContext, micros: bigint, out: number): void {
  const clock = Number(micros)
  const seconds = Math.floor(clock / 1_000_000)
  const fraction = clock - seconds * 1_000_000
  const length = clockLength(fraction)
  const at = room(m, out, length)
  putClock(m, at, seconds, fraction)
  writeView(m, out, at, length)
}

/** `zone` is put behind: '' or `+00`. */
export function writeTimestamp(m: LibraryContext, micros: bigint, out: number, zone: '' | '+00'): void {
  const days = dayOfMicros(micros)
  const clock = microsOfDay(micros, days)
  const seconds = Math.floor(clock / 1_000_000)
  const fraction = clock - seconds * 1_000_000
  const length = dateLength + 1 + clockLength(fraction)
  const at = m.allocate(length + zone.length)
  putDate(m, at, days)
  m.u8[at + dateLength] = 0x20
  putClock(m, at + dateLength + 1, seconds, fraction)
  for (let index = 0; index < zone.length; index++) m.u8[at + length + index] = zone.charCodeAt(index)
  writeView(m, out, at, length + zone.length)
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
  const two = (value: bigint): string => String(value).padStart(2, '0')
  const fraction = String(micros % 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '')
  const clock = `${two(micros / 3_600_000_000n)}:${two((micros / 60_000_000n) % 60n)}:${two((micros / 1_000_000n) % 60n)}`
  return fraction === '' ? clock : `${clock}.${fraction}`
}
