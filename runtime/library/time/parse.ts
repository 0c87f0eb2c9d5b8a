import { dayMax, dayMin, timestampMax, timestampMin } from '../../abi/time-unit.ts'
import { daysInMonth, daysOf, instant } from './civil.ts'

/** Text of dates and times, trimmed. A fault's name says what is wrong with it. */
export type Parsed<T> = { readonly value: T } | { readonly fault: 'invalid_cast' | 'datetime_overflow' }

const invalid = { fault: 'invalid_cast' } as const
const overflow = { fault: 'datetime_overflow' } as const

const datePattern = /^(\d{4,6})-(\d{1,2})-(\d{1,2})$/
const clockPattern = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d*))?)?$/
const timestampPattern =
  /^(\d{4,6}-\d{1,2}-\d{1,2})(?:(?:[Tt]| +)(\d{1,2}:[\d:.,]+)\s*([Zz]|UTC|GMT|[+-]\d{1,2}(?::?\d{2}(?::?\d{2})?)?)?)?$/i

/** `2026-03-31`: months and days of one digit are taken, too. Text of a timestamp gives its date. */
export function parseDate(text: string): Parsed<number> {
  const parts = datePattern.exec(text)
  if (!parts) {
    const whole = parseTimestamp(text)
    return 'fault' in whole
      ? whole
      : {
          value: Number(
            (whole.value - (((whole.value % 86_400_000_000n) + 86_400_000_000n) % 86_400_000_000n)) / 86_400_000_000n,
          ),
        }
  }
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])]
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return overflow
  const days = daysOf(year, month, day)
  return days >= dayMin && days <= dayMax ? { value: days } : overflow
}

/** Micros since midnight: `13:45`, `13:45:30.123456`. Further digits are rounded. */
function parseClock(text: string): Parsed<number> {
  const parts = clockPattern.exec(text)
  if (!parts) return invalid
  const [hour, minute, second] = [Number(parts[1]), Number(parts[2]), Number(parts[3] ?? 0)]
  if (hour > 23 || minute > 59 || second > 59) return overflow
  return { value: ((hour * 60 + minute) * 60 + second) * 1_000_000 + fractionMicros(parts[4] ?? '') }
}

function fractionMicros(digits: string): number {
  const micros = Number(digits.slice(0, 6).padEnd(6, '0'))
  return (digits[6] ?? '0') >= '5' ? micros + 1 : micros
}

/** Date, or date and time with a `T` or spaces between; an offset (`Z`, `+02`, `+02:00`) is converted to UTC. */
export function parseTimestamp(text: string): Parsed<bigint> {
  const parts = timestampPattern.exec(text)
  if (!parts) return invalid
  const date = parseDate(parts[1] as string)
  if ('fault' in date) return date
  const clock = parts[2] === undefined ? { value: 0 } : parseClock(parts[2])
  if ('fault' in clock) return clock
  const offset = offsetSeconds(parts[3] ?? 'Z')
  if (offset === null) return overflow
  const micros = instant(date.value, clock.value) - BigInt(offset) * 1_000_000n
  return micros >= timestampMin && micros <= timestampMax ? { value: micros } : overflow
}

function offsetSeconds(text: string): number | null {
  if (/^[a-z]/i.test(text)) return 0
  const [hours = '', minutes = '0', seconds = '0'] = text.includes(':')
    ? text.slice(1).split(':')
    : (/^(\d{1,2}?)(\d{2})?(\d{2})?$/.exec(text.slice(1)) ?? []).slice(1).map((part) => part ?? '0')
  const [h, m, s] = [Number(hours), Number(minutes), Number(seconds)]
  if (h > 15 || m > 59 || s > 59) return null
  const size = h * 3600 + m * 60 + s
  return text.startsWith('-') ? -size : size
}

export function parseTime(text: string): Parsed<bigint> {
  const clock = parseClock(text)
  if (!('fault' in clock)) return clock.value < 86_400_000_000 ? { value: BigInt(clock.value) } : overflow
  if (clock.fault === 'datetime_overflow') return clock
  const whole = parseTimestamp(text)
  return 'fault' in whole ? whole : { value: ((whole.value % 86_400_000_000n) + 86_400_000_000n) % 86_400_000_000n }
}
