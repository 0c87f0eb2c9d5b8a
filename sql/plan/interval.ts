import type { Interval } from './logical-plan.ts'

export const noInterval: Interval = { months: 0, days: 0, micros: '0' }

const microsPerDay = 86_400_000_000n
/** Months differ; promises must hold for every one. */
const daysPerMonth = { min: 28n, max: 31n }

/** Exact length, or null where it has months and so depends on the calendar. */
export function fixedMicros({ months, days, micros }: Interval): bigint | null {
  return months === 0 ? BigInt(days) * microsPerDay + BigInt(micros) : null
}

/** 1970-01-01 moved by the interval, in microseconds: what windows with this offset are aligned at. */
export function alignmentMicros({ months, days, micros }: Interval): bigint {
  const monthStart = BigInt(Date.UTC(1970, months, 1)) * 1000n
  return monthStart + BigInt(days) * microsPerDay + BigInt(micros)
}

/** The longest time that an interval of non-negative parts can cover. */
export function microsMax({ months, days, micros }: Interval): bigint {
  return (BigInt(months) * daysPerMonth.max + BigInt(days)) * microsPerDay + BigInt(micros)
}

/** The shortest time that an interval of non-negative parts can cover. */
export function microsMin({ months, days, micros }: Interval): bigint {
  return (BigInt(months) * daysPerMonth.min + BigInt(days)) * microsPerDay + BigInt(micros)
}

export function sameInterval(a: Interval, b: Interval): boolean {
  return a.months === b.months && a.days === b.days && BigInt(a.micros) === BigInt(b.micros)
}

const units: readonly (readonly [name: string, micros: bigint])[] = [
  ['day', microsPerDay],
  ['hour', 3_600_000_000n],
  ['minute', 60_000_000n],
  ['second', 1_000_000n],
  ['millisecond', 1000n],
  ['microsecond', 1n],
]

/** For people: `1 day 30 minutes`, `2 months`, `-5 seconds`, `0 seconds`. */
export function intervalText({ months, days, micros }: Interval): string {
  const parts = [
    ...(months === 0 ? [] : [count(BigInt(months), 'month')]),
    ...(days === 0 ? [] : [count(BigInt(days), 'day')]),
    ...(BigInt(micros) === 0n ? [] : [microsText(BigInt(micros))]),
  ]
  return parts.length === 0 ? '0 seconds' : parts.join(' ')
}

/** For people: `10 seconds`, `1 hour 30 minutes`. */
export function microsText(micros: bigint): string {
  if (micros === 0n) return '0 seconds'
  const parts: string[] = []
  let rest = micros < 0n ? -micros : micros
  for (const [name, unit] of units) {
    if (rest >= unit) parts.push(count(rest / unit, name))
    rest %= unit
  }
  return (micros < 0n ? '-' : '') + parts.join(' ')
}

function count(value: bigint, unit: string): string {
  return `${value} ${unit}${value === 1n || value === -1n ? '' : 's'}`
}
