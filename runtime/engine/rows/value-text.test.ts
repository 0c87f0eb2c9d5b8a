import { describe, expect, it } from 'vitest'
import {
  dateText,
  decimalText,
  parseDate,
  parseDecimal,
  parseTime,
  parseTimestamp,
  timestampText,
  timeText,
} from './value-text.ts'

describe('texts of values', () => {
  it('gives timestamps back as they were written', () => {
    for (const text of [
      '2026-01-01T00:00:05.123456',
      '1969-12-31T23:59:59.999999',
      '0001-01-01T00:00:00',
      '9999-12-31T23:59:59.5',
    ]) {
      expect(timestampText(parseTimestamp(text) ?? 0n)).toBe(text)
    }
    expect(timeText(parseTime('13:45:30.12') ?? 0n)).toBe('13:45:30.12')
    expect(dateText(parseDate('1969-12-31') ?? 0)).toBe('1969-12-31')
  })

  it('converts a zone to UTC', () => {
    expect(parseTimestamp('2026-01-01 02:00:00+02:00')).toBe(parseTimestamp('2026-01-01T00:00:00Z'))
    expect(parseTimestamp('2025-12-31T19:30:00-0430')).toBe(parseTimestamp('2026-01-01'))
  })

  it('refuses what is no instant', () => {
    for (const text of [
      '',
      'now',
      '2026-02-30',
      '2026-13-01',
      '2026-01-01T24:00:00',
      '2026-01-01T00:60:00',
      '0000-01-01',
    ]) {
      expect(parseTimestamp(text)).toBeUndefined()
    }
  })

  it('keeps every digit of decimals and refuses digits beyond the scale', () => {
    expect(decimalText(parseDecimal('-0.05', 2) ?? 0n, 2)).toBe('-0.05')
    expect(decimalText(parseDecimal('12345678901234567890123456789012345.678', 3) ?? 0n, 3)).toBe(
      '12345678901234567890123456789012345.678',
    )
    expect(parseDecimal('1.5e2', 0)).toBe(150n)
    expect(parseDecimal('1.230', 2)).toBe(123n)
    for (const text of ['1.234', '', '.', 'x', '1e']) expect(parseDecimal(text, 2)).toBeUndefined()
  })
})
