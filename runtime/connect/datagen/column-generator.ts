import { SqlError } from '../../../sql/base/diagnostic.ts'
import { typeMismatch } from '../../../sql/messages/raise.ts'
import { physicalType, typeName } from '../../../sql/types/sql-type.ts'
import type { ConnectorColumn } from '../connector.ts'
import { draw, type Draws, drawFraction } from '../nexmark/random.ts'
import type { OptionReader } from '../option-reader.ts'

/**
 * How one column's values come about. `value(n)` is a whole number of the column's physical units (days,
 * microseconds, units of the decimal's last digit), a double, a truth value as 0 or 1, or NaN for NULL. Texts are
 * written by `write`.
 */
export interface ColumnGenerator {
  readonly kind: 'number' | 'text' | 'now'
  readonly nullRate: number
  value(n: number, draws: Draws): number
  write(bytes: Uint8Array, at: number, draw: { readonly n: number; readonly draws: Draws }): number
}

const kinds = ['random', 'sequence', 'now'] as const
const textBytesDefault = 16
export const textBytesMax = 4096
const safe = Number.MAX_SAFE_INTEGER

/** Reads `'col.kind'` and its companions: `start`, `step` (sequence), `min`, `max`, `length` (random), `null_rate`. */
export function planColumnGenerator(column: ConnectorColumn, options: OptionReader): ColumnGenerator {
  const key = (option: string): string => `${column.name.toLowerCase()}.${option}`
  const kind = options.choice(key('kind'), kinds, 'random')
  const nullRate = options.number(key('null_rate'), { min: 0, max: 1, otherwise: 0 })
  if (nullRate > 0 && !column.nullable) options.contradict(key('null_rate'), 'the column is NOT NULL')
  const scale = unitsPerOption(column)
  const refuseText = (): number => 0
  if (kind === 'now') {
    if (column.type.kind !== 'timestamp' && column.type.kind !== 'timestamptz')
      options.refuse(key('kind'), 'random or sequence: only timestamps can be now')
    return { kind: 'now', nullRate, value: refuseText, write: refuseText }
  }
  if (column.type.kind === 'varchar' || column.type.kind === 'bytea')
    return textGenerator(column, { options, kind, nullRate })
  if (column.type.kind === 'interval' || column.type.kind === 'null') {
    throw new SqlError([
      typeMismatch(
        { detail: `datagen cannot make ${typeName(column.type)} for column ${column.name}` },
        { span: column.span, hint: 'declare another type, or make the column from others: name TYPE AS expression' },
      ),
    ])
  }
  const [min, max] = valueRange(column)
  if (kind === 'sequence') {
    const start = scale.parse(options, key('start'), scale.startDefault)
    const step = options.number(key('step'), { min: -safe, max: safe, otherwise: 1 }) * scale.stepUnits
    // past the end of the type it starts again at the other end
    const value = (n: number): number => {
      const next = start + n * step
      return !scale.whole || (next >= min && next <= max) ? next : min + modulo(next - min, max - min + 1)
    }
    return { kind: 'number', nullRate, value, write: refuseText }
  }
  const low = scale.parse(options, key('min'), scale.whole ? Math.max(min, scale.minDefault) : 0)
  const high = scale.parse(options, key('max'), scale.whole ? Math.min(max, scale.maxDefault) : 1)
  if (low > high || low < min || high > max)
    options.refuse(options.has(key('max')) ? key('max') : key('min'), 'a range within the type, min before max')
  const value = (_n: number, draws: Draws): number => {
    const fraction = drawFraction(draws) + drawFraction(draws) / 4_294_967_296
    return scale.whole ? Math.min(high, low + Math.floor(fraction * (high - low + 1))) : low + fraction * (high - low)
  }
  return { kind: 'number', nullRate, value, write: refuseText }
}

interface ValueScale {
  readonly whole: boolean
  readonly startDefault: number
  readonly minDefault: number
  readonly maxDefault: number
  readonly stepUnits: number
  parse(options: OptionReader, key: string, otherwise: number): number
}

const yearDays = 365

/** What numbers in options mean for the column's type: `step` of a timestamp is in seconds, of a date in days; `start`, `min` and `max` of both are dates. */
function unitsPerOption({ type }: ConnectorColumn): ValueScale {
  const micros = 1_000_000
  const base = { whole: true, startDefault: 0, minDefault: 0, maxDefault: safe, stepUnits: 1 }
  const plain = (options: OptionReader, key: string, otherwise: number): number =>
    options.number(key, { min: -safe, max: safe, otherwise })
  const instant =
    (unitMillis: number, unitsPerMilli: number) =>
    (options: OptionReader, key: string, otherwise: number): number => {
      const text = options.text(key)
      if (text === undefined) return otherwise
      const millis = Date.parse(/[zZ]|[+-]\d\d:\d\d$/.test(text) || /^\d{4}-\d\d-\d\d$/.test(text) ? text : `${text}Z`)
      return Number.isNaN(millis)
        ? options.refuse(key, 'a date such as 2026-01-01 or 2026-01-01T00:00:00Z')
        : Math.floor(millis / unitMillis) * unitsPerMilli
    }
  switch (type.kind) {
    case 'timestamp':
    case 'timestamptz': {
      const start = Date.UTC(2026, 0, 1) * 1000
      return {
        ...base,
        startDefault: start,
        minDefault: start,
        maxDefault: start + yearDays * 86_400 * micros,
        stepUnits: micros,
        parse: instant(1, 1000),
      }
    }
    case 'date': {
      const start = Date.UTC(2026, 0, 1) / 86_400_000
      return {
        ...base,
        startDefault: start,
        minDefault: start,
        maxDefault: start + yearDays,
        parse: instant(86_400_000, 1),
      }
    }
    case 'time':
      return { ...base, maxDefault: 86_400 * micros - 1, stepUnits: micros, parse: plain }
    case 'decimal': {
      const units = 10 ** type.scale
      return {
        ...base,
        stepUnits: units,
        parse: (options, key, otherwise) => (options.has(key) ? Math.round(plain(options, key, 0) * units) : otherwise),
      }
    }
    case 'real':
    case 'double':
      return { ...base, whole: false, parse: plain }
    default:
      return { ...base, parse: (options, key, otherwise) => options.integer(key, { min: -safe, max: safe, otherwise }) }
  }
}

/** Inclusive range of the physical value, within 2^53. */
function valueRange({ type }: ConnectorColumn): readonly [min: number, max: number] {
  if (type.kind === 'decimal') {
    const max = Math.min(10 ** type.precision - 1, safe)
    return [-max, max]
  }
  if (type.kind === 'time') return [0, 86_400_000_000 - 1]
  switch (physicalType(type)) {
    case 'i1':
      return [0, 1]
    case 'i8':
      return [-128, 127]
    case 'u8':
      return [0, 255]
    case 'i16':
      return [-32_768, 32_767]
    case 'u16':
      return [0, 65_535]
    case 'i32':
      return [-2_147_483_648, 2_147_483_647]
    case 'u32':
      return [0, 4_294_967_295]
    case 'u64':
      return [0, safe]
    default:
      return [-safe, safe]
  }
}

function textGenerator(
  column: ConnectorColumn,
  { options, kind, nullRate }: { options: OptionReader; kind: 'random' | 'sequence'; nullRate: number },
): ColumnGenerator {
  const name = column.name.toLowerCase()
  const value = (): number => 0
  if (kind === 'sequence') {
    const start = options.integer(`${name}.start`, { min: 0, max: safe, otherwise: 0 })
    const step = options.integer(`${name}.step`, { min: 0, max: safe, otherwise: 1 })
    const write: ColumnGenerator['write'] = (bytes, at, { n }) => {
      const text = String(start + n * step)
      for (let index = 0; index < text.length; index++) bytes[at + index] = text.charCodeAt(index)
      return at + text.length
    }
    return { kind: 'text', nullRate, value, write }
  }
  const length = options.integer(`${name}.length`, { min: 0, max: textBytesMax, otherwise: textBytesDefault })
  const write: ColumnGenerator['write'] = (bytes, at, { draws }) => {
    for (let index = 0; index < length; index++) bytes[at + index] = 97 + ((draw(draws) >>> 8) % 26)
    return at + length
  }
  return { kind: 'text', nullRate, value, write }
}

function modulo(value: number, span: number): number {
  return value - Math.floor(value / span) * span
}
