/**
 * Texts of values at the edges of the engine. They are exact: what is written here can be pushed back unchanged.
 */

/** `2026-01-01T00:00:05.123456`, with as many fraction digits as needed; years 1 to 9999. */
export function timestampText(micros: bigint): string {
  const seconds = floorDivide(micros, 1_000_000n)
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}${fractionText(Number(micros - seconds * 1_000_000n))}`
}

/** `13:45:30.123456`, micros since midnight. */
export function timeText(micros: bigint): string {
  return timestampText(micros).slice(11)
}

/** `2026-01-01`, days since 1970-01-01. */
export function dateText(days: number): string {
  return new Date(days * 86_400_000).toISOString().slice(0, 10)
}

/** Digits of an unscaled decimal with its point: (12345n, 2) is `123.45`. */
export function decimalText(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0')
  const sign = unscaled < 0n ? '-' : ''
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

/**
 * Micros since 1970-01-01 of RFC 3339 text: a date, or date and time separated by `T` or a space, with at most six
 * fraction digits that count and an optional zone, which is converted to UTC. Undefined for anything else, and outside years 1 to 9999.
 */
export function parseTimestamp(text: string): bigint | undefined {
  const match = timestampPattern.exec(text)
  if (match === null) return undefined
  const [, date = '', hour = '0', minute = '0', second = '0', fraction = '', zone = ''] = match
  const day = Date.parse(`${date}T00:00:00Z`)
  // Date.parse takes the 31st of every month and rolls it over.
  if (Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== date || date.startsWith('0000'))
    return undefined
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const seconds =
    BigInt(day) / 1000n + BigInt(Number(hour) * 3600 + Number(minute) * 60 + Number(second) - zoneSeconds(zone))
  return seconds * 1_000_000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'))
}

const timestampPattern =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s?([Zz]|[+-]\d{2}(?::?\d{2})?)?)?$/

function zoneSeconds(zone: string): number {
  if (zone === '' || zone === 'Z' || zone === 'z') return 0
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0')
  const seconds = Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2)) * 60
  return zone.startsWith('-') ? -seconds : seconds
}

/** Days since 1970-01-01 of `YYYY-MM-DD`, or undefined. */
export function parseDate(text: string): number | undefined {
  const micros = /^\d{4}-\d{2}-\d{2}$/.test(text) ? parseTimestamp(text) : undefined
  return micros === undefined ? undefined : Number(micros / 86_400_000_000n)
}

/** Micros since midnight of `HH:MM[:SS[.ffffff]]`, or undefined. */
export function parseTime(text: string): bigint | undefined {
  return /^\d{2}:\d{2}/.test(text) ? parseTimestamp(`1970-01-01T${text}`) : undefined
}

/** The unscaled value of decimal text at this scale; undefined where the text is no number or has digits beyond the scale. */
export function parseDecimal(text: string, scale: number): bigint | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text)
  if (match === null) return undefined
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  if (whole === '' && fraction === '') return undefined
  const shift = scale - fraction.length + Number(exponent)
  const digits = BigInt(whole + fraction)
  const divisor = shift < 0 ? 10n ** BigInt(-shift) : 1n
  if (digits % divisor !== 0n) return undefined
  const magnitude = shift < 0 ? digits / divisor : digits * 10n ** BigInt(shift)
  return sign === '-' ? -magnitude : magnitude
}

function fractionText(micros: number): string {
  return micros === 0 ? '' : `.${String(micros).padStart(6, '0').replace(/0+$/, '')}`
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by
  return value < 0n && quotient * by !== value ? quotient - 1n : quotient
}
