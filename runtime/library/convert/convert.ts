import type { convertSignatures } from '../../abi/library/convert.ts'
import type { LibraryContext } from '../context.ts'
import { setFault } from '../context.ts'
import { read } from '../decimal/cell.ts'
import { writeChecked } from '../decimal/cell.ts'
import { shortPowers } from '../decimal/cell.ts'
import type { Implementations } from '../../abi/library/implementation.ts'
import { doubleText, floatText } from '../number/double-text.ts'
import { toDouble, toI64, toU64, toUnscaled, trimmedText } from '../number/parse.ts'
import { parseInterval } from '../time/parse-interval.ts'
import { parseDate, parseTime, parseTimestamp } from '../time/parse.ts'
import type { Parsed } from '../time/parse.ts'
import { readInterval, writeInterval } from '../time/interval.ts'
import { intervalText, writeDate, writeTime, writeTimestamp } from '../time/print.ts'
import { textOf, writeAscii } from '../view/view.ts'
import { parseBytea, writeHex } from './bytea.ts'
import { decimalText, writeInteger } from './digits.ts'

/** CAST to and from text, bound to one memory. */
export function convertLibrary(m: LibraryContext): Implementations<typeof convertSignatures> {
  return { ...printers(m), ...parsers(m) }
}

type Convert = Implementations<typeof convertSignatures>

function printers(m: LibraryContext): Pick<Convert, Extract<keyof Convert, `${string}_to_text`>> {
  return {
    boolean_to_text: (value, out) => writeAscii(m, out, value ? 'true' : 'false'),
    i64_to_text: (value, out) => writeInteger(m, value, out),
    u64_to_text: (value, out) => writeAscii(m, out, String(BigInt.asUintN(64, value))),
    f64_to_text: (value, out) => writeAscii(m, out, doubleText(value)),
    f32_to_text: (value, out) => writeAscii(m, out, floatText(value)),
    decimal_to_text: (value, scale, out) => writeAscii(m, out, decimalText(read(m, value), scale)),
    decimal64_to_text: (value, scale, out) => writeAscii(m, out, decimalText(value, scale)),
    date_to_text: (days, out) => writeDate(m, days, out),
    time_to_text: (micros, out) => writeTime(m, micros, out),
    timestamp_to_text: (micros, out) => writeTimestamp(m, micros, out, ''),
    timestamptz_to_text: (micros, out) => writeTimestamp(m, micros, out, '+00'),
    interval_to_text: (interval, out) => writeAscii(m, out, intervalText(readInterval(m, interval))),
    bytea_to_text: (bytes, out) => writeHex(m, bytes, out),
  }
}

function parsers(m: LibraryContext): Pick<Convert, Extract<keyof Convert, `text_to_${string}`>> {
  return {
    text_to_boolean: (text) => toBoolean(m, text),
    text_to_i64: (text) => toI64(m, text),
    text_to_u64: (text) => toU64(m, text),
    text_to_f64: (text) => toDouble(m, text, (x) => x),
    text_to_f32: (text) => toDouble(m, text, Math.fround),
    text_to_decimal: (text, scale, precision, out) => {
      const value = toUnscaled(m, text, scale)
      if (value !== null) writeChecked(m, value, { precision, out })
    },
    text_to_decimal64: (text, scale, precision) => toShort(m, text, { scale, precision }),
    text_to_date: (text) => taken(m, parseDate(trimmedText(m, text)), 0),
    text_to_time: (text) => taken(m, parseTime(trimmedText(m, text)), 0n),
    text_to_timestamp: (text) => taken(m, parseTimestamp(trimmedText(m, text)), 0n),
    text_to_interval: (text, out) => {
      const interval = parseInterval(trimmedText(m, text))
      if (interval === null) setFault(m, 'invalid_cast')
      else writeInterval(m, out, interval)
    },
    text_to_bytea: (text, out) => parseBytea(m, textOf(m, text), out),
  }
}

function taken<T>(m: LibraryContext, parsed: Parsed<T>, otherwise: T): T {
  setFault(m, 'fault' in parsed ? parsed.fault : 'none')
  return 'fault' in parsed ? otherwise : parsed.value
}

function toShort(
  m: LibraryContext,
  text: number,
  { scale, precision }: { readonly scale: number; readonly precision: number },
): bigint {
  const value = toUnscaled(m, text, scale)
  if (value === null) return 0n
  const limit = shortPowers[precision]!
  const fits = value < limit && value > -limit
  setFault(m, fits ? 'none' : 'numeric_overflow')
  return fits ? value : 0n
}

const truths: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'tru', 'tr', 't', 'yes', 'ye', 'y', 'on', '1'].map((text): [string, boolean] => [text, true]),
  ...['false', 'fals', 'fal', 'fa', 'f', 'no', 'n', 'off', 'of', '0'].map((text): [string, boolean] => [text, false]),
])

/** As PostgreSQL: true, yes, on, 1 and their opposites, in any case, shortened as long as they stay unambiguous. */
function toBoolean(m: LibraryContext, text: number): boolean {
  const value = truths.get(trimmedText(m, text).toLowerCase())
  setFault(m, value === undefined ? 'invalid_cast' : 'none')
  return value ?? false
}
