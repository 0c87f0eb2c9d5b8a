import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dayMax, dayMin, timestampMax, timestampMin, timeUnits } from '../../abi/time-unit.ts'
import type { TimeUnit } from '../../abi/time-unit.ts'
import { createLibraryBench } from '../../../test/support/expressions/library-bench.ts'
import { civilOf, daysOf } from './civil.ts'

const { library, view, made, fault, interval, cell, parts, reset } = createLibraryBench()

const days = fc.oneof(
  fc.integer({ min: dayMin, max: dayMax }),
  fc.integer({ min: -800, max: 800 }),
  fc.constantFrom(dayMin, dayMax, 0, -1),
)
const instants = fc.oneof(
  fc.bigInt({ min: timestampMin, max: timestampMax }),
  fc.bigInt({ min: -200_000_000_000n, max: 200_000_000_000n }),
  fc.constantFrom(timestampMin, timestampMax, 0n, -1n),
)

const check = <T extends unknown[]>(property: fc.IPropertyWithHooks<T>): void => {
  fc.assert(property, { numRuns: 3000 })
  reset()
}

/** The text of an instant by JavaScript's calendar; micros added by hand. */
function isoText(micros: bigint): string {
  const millis = Number(micros / 1000n) - (micros % 1000n < 0n ? 1 : 0)
  const rest = String(((micros % 1000n) + 1000n) % 1000n).padStart(3, '0')
  const iso = new Date(millis).toISOString()
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}${rest}`
    .replace(/\.?0+$/, (zeros) => (zeros.startsWith('.') ? '' : zeros))
    .replace(/(\.\d*?)0+$/, '$1')
}

describe('the calendar, against JavaScript dates', () => {
  it('days and civil dates are inverse and agree with Date', () => {
    check(
      fc.property(days, (day) => {
        const { year, month, day: dayOfMonth } = civilOf(day)
        const date = new Date(day * 86_400_000)
        expect([year, month, dayOfMonth]).toEqual([date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()])
        expect(daysOf(year, month, dayOfMonth)).toBe(day)
      }),
    )
  })

  it('text of timestamps reads back, in every spelling', () => {
    check(
      fc.property(instants, (micros) => {
        const text = made((out) => library.timestamp_to_text(micros, out))
        expect(text).toBe(isoText(micros))
        for (const spelling of [text, text.replace(' ', 'T'), `${text}Z`, `  ${text}+00:00 `]) {
          expect(library.text_to_timestamp(view(spelling))).toBe(micros)
          expect(fault()).toBe('none')
        }
      }),
    )
  })

  it('an offset is converted to UTC; what is no time is refused', () => {
    const parse = (text: string): bigint | string => {
      const value = library.text_to_timestamp(view(text))
      return fault() === 'none' ? value : fault()
    }
    expect(parse('1970-01-01 01:00:00+01')).toBe(0n)
    expect(parse('1970-01-01T00:00:00.5-0130')).toBe(5_400_500_000n)
    expect(parse('1970-01-02')).toBe(86_400_000_000n)
    expect(parse('1970-01-01 00:00:00.1234567')).toBe(123_457n)
    expect(['2026-02-30', '2026-13-01', '10000-01-01', '0000-01-01', '2026-01-01 25:00'].map(parse)).toEqual(
      Array.from({ length: 5 }, () => 'datetime_overflow'),
    )
    expect(['', 'x', '2026', '2026-01-01 12', '2026-01-01x', '2026-01-01 10:00:00 PST'].map(parse)).toEqual(
      Array.from({ length: 6 }, () => 'invalid_cast'),
    )
  })

  it('truncation gives the start of the unit that holds the instant', () => {
    const units: TimeUnit[] = ['second', 'minute', 'hour', 'day', 'month', 'quarter', 'year']
    check(
      fc.property(instants, fc.constantFrom(...units), (micros, unit) => {
        const date = new Date(Number(micros / 1_000_000n) * 1000 - (micros % 1_000_000n < 0n ? 1000 : 0))
        const fields = [
          date.getUTCFullYear(),
          date.getUTCMonth(),
          date.getUTCDate(),
          date.getUTCHours(),
          date.getUTCMinutes(),
          date.getUTCSeconds(),
        ] as const
        const kept = { year: 1, quarter: 2, month: 2, day: 3, hour: 4, minute: 5, second: 6 }[unit as 'year']
        const [year, month, ...rest] = [...fields.slice(0, kept), ...[0, 0, 1, 0, 0, 0].slice(kept)] as [
          number,
          number,
          ...number[],
        ]
        const expected = new Date(0)
        expected.setUTCFullYear(year, unit === 'quarter' ? month - (month % 3) : month, rest[0])
        expected.setUTCHours(rest[1] as number, rest[2], rest[3])
        expect(library.timestamp_truncate(timeUnits[unit], micros)).toBe(BigInt(expected.getTime()) * 1000n)
      }),
    )
  })

  it('fields agree with Temporal', () => {
    check(
      fc.property(instants, (micros) => {
        const part = (unit: TimeUnit): number => Number(library.timestamp_part(timeUnits[unit], micros))
        const at = Temporal.Instant.fromEpochNanoseconds(micros * 1000n).toZonedDateTimeISO('UTC')
        expect(part('isodow')).toBe(at.dayOfWeek)
        expect(part('doy')).toBe(at.dayOfYear)
        expect([part('week'), part('isoyear')]).toEqual([at.weekOfYear, at.yearOfWeek])
        expect([part('hour'), part('minute'), part('second')]).toEqual([at.hour, at.minute, at.second])
        expect(part('microsecond')).toBe(at.second * 1_000_000 + at.millisecond * 1000 + at.microsecond)
      }),
    )
  })

  it('months are added as Temporal adds them, the day clamped', () => {
    check(
      fc.property(
        instants,
        fc.integer({ min: -3000, max: 3000 }),
        fc.integer({ min: -1000, max: 1000 }),
        (micros, months, more) => {
          const by = interval({ months, days: more, micros: '5' })
          const moved = library.timestamp_add(micros, by)
          const isIn = fault() === 'none'
          const expected = Temporal.Instant.fromEpochNanoseconds(micros * 1000n)
            .toZonedDateTimeISO('UTC')
            .add({ months })
            .add({ days: more })
            .add({ microseconds: 5 })
          const wanted = expected.epochNanoseconds / 1000n
          expect(isIn ? moved : fault()).toBe(
            wanted >= timestampMin && wanted <= timestampMax ? wanted : 'datetime_overflow',
          )
        },
      ),
    )
  })

  it('windows of months start at multiples, before and after 1970', () => {
    check(
      fc.property(instants, fc.integer({ min: 1, max: 30 }), (micros, months) => {
        const start = library.timestamp_window_months(micros, months, interval({ months: 0, days: 0, micros: '0' }))
        if (fault() !== 'none') return
        const at = Temporal.Instant.fromEpochNanoseconds(start * 1000n).toZonedDateTimeISO('UTC')
        const index = (at.year - 1970) * 12 + at.month - 1
        expect([index % months === 0, at.day, start % 86_400_000_000n]).toEqual([true, 1, 0n])
        expect(start <= micros).toBe(true)
        expect(at.add({ months }).epochNanoseconds / 1000n > micros).toBe(true)
      }),
    )
  })
})

describe('intervals', () => {
  const text = (value: { months?: number; days?: number; micros?: string }): string =>
    made((out) => library.interval_to_text(interval({ months: 0, days: 0, micros: '0', ...value }), out))
  const parse = (value: string): unknown => {
    const out = cell()
    library.text_to_interval(view(value), out)
    return fault() === 'none' ? parts(out) : fault()
  }

  it('print as PostgreSQL prints them', () => {
    expect(text({})).toBe('00:00:00')
    expect(text({ months: 14, days: 3, micros: '14706700000' })).toBe('1 year 2 mons 3 days 04:05:06.7')
    expect(text({ months: -1, days: 1 })).toBe('-1 mons +1 day')
    expect(text({ days: -1, micros: '7380000000' })).toBe('-1 days +02:03:00')
    expect(text({ micros: '-360000000001' })).toBe('-100:00:00.000001')
  })

  it('parse what they print, and other spellings', () => {
    check(
      fc.property(
        fc.integer({ min: -40_000, max: 40_000 }),
        fc.integer({ min: -1e6, max: 1e6 }),
        fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
        (months, days, micros) => {
          const value = { months, days, micros: String(micros) }
          expect(parse(text(value))).toEqual(value)
        },
      ),
    )
    const of = (months: number, days: number, micros: string): unknown => ({ months, days, micros })
    expect(parse('1.5 months')).toEqual(of(1, 15, '0'))
    expect(parse('2 weeks 1 hr ago')).toEqual(of(0, -14, '-3600000000'))
    expect(parse('1-2')).toEqual(of(14, 0, '0'))
    expect(parse('P1Y2M3DT4H5M6.5S')).toEqual(of(14, 3, '14706500000'))
    expect(parse('10')).toEqual(of(0, 0, '10000000'))
    expect(['', 'x', '1 lightyear', '1 day x', '--1 day'].map(parse)).toEqual(
      Array.from({ length: 5 }, () => 'invalid_cast'),
    )
  })

  it('compare with 30-day months, scale into smaller units', () => {
    const [month, thirty] = [
      interval({ months: 1, days: 0, micros: '0' }),
      interval({ months: 0, days: 30, micros: '0' }),
    ]
    expect(library.interval_compare(month, thirty)).toBe(0)
    expect(library.interval_hash(month)).toBe(library.interval_hash(thirty))
    const out = cell()
    library.interval_divide(interval({ months: 1, days: 1, micros: '0' }), 2, out)
    expect(parts(out)).toEqual({ months: 0, days: 15, micros: '43200000000' })
    library.interval_divide(month, 0, out)
    expect(fault()).toBe('division_by_zero')
  })
})
