import type { CsvDialect, OutputFormat } from '../../../runtime/abi/format.ts'
import { doubleText, floatText } from '../../../runtime/library/number/double-text.ts'
import type { Interval } from '../../../sql/plan/logical-plan.ts'
import type { SqlType } from '../../../sql/types/sql-type.ts'
import type { Cell } from '../expressions/cells.ts'

/** What encoders write, by strings. */
export interface ReferenceColumn {
  readonly name: string
  readonly type: SqlType
}

export interface ReferenceRows {
  readonly columns: readonly ReferenceColumn[]
  readonly rows: readonly (readonly Cell[])[]
  /** null: the rows have none */
  readonly weights: readonly number[] | null
}

export function referenceText(rows: ReferenceRows, format: OutputFormat): string {
  return format.kind === 'csv' ? csvText(rows, format) : jsonText(rows, format)
}

function csvText(
  { columns, rows, weights }: ReferenceRows,
  { csv, changelog }: OutputFormat & { kind: 'csv' },
): string {
  const delimiter = String.fromCharCode(csv.delimiter)
  const isWeighted = changelog === 'weight' || weights !== null
  return rows
    .map((row, index) => {
      const fields = columns.map(({ type }, at) => {
        const value = row[at] ?? null
        return value === null ? csv.nullText : csvField(plainText(type, value), csv)
      })
      return `${[...fields, ...(isWeighted ? [String(weights?.[index] ?? 1)] : [])].join(delimiter)}\n`
    })
    .join('')
}

function csvField(text: string, { delimiter, quote, escape, nullText }: CsvDialect): string {
  const [between, around, before] = [delimiter, quote, escape].map((byte) => String.fromCharCode(byte)) as [
    string,
    string,
    string,
  ]
  const isQuoted =
    text === nullText ||
    text.startsWith(' ') ||
    text.endsWith(' ') ||
    [between, around, '\n', '\r'].some((each) => text.includes(each))
  if (!isQuoted) return text
  const escaped = [...text].map((each) => (each === around || each === before ? before + each : each))
  return `${around}${escaped.join('')}${around}`
}

function jsonText({ columns, rows, weights }: ReferenceRows, format: OutputFormat & { kind: 'json' }): string {
  return rows
    .map((row, index) => {
      const members = columns.map(
        ({ name, type }, at) => `${JSON.stringify(name)}:${jsonValue(type, row[at] ?? null, format)}`,
      )
      const weight = weights?.[index] ?? 1
      if (format.changelog === 'weight') return `{${[...members, `"$weight":${weight}`].join(',')}}\n`
      if (format.changelog === 'auto' && weights === null) return `{${members.join(',')}}\n`
      const kind = weight > 0 ? 'insert' : 'delete'
      return `{"${kind}":{${members.join(',')}}}\n`.repeat(Math.abs(weight))
    })
    .join('')
}

const texts = new Set(['bytea', 'date', 'time', 'timestamp', 'timestamptz', 'interval'])

function jsonValue(type: SqlType, value: Cell, format: OutputFormat & { kind: 'json' }): string {
  if (value === null) return 'null'
  if (type.kind === 'varchar') return jsonString(value as string)
  const isText =
    texts.has(type.kind) ||
    (type.kind === 'decimal' && format.decimalAsText) ||
    ((type.kind === 'bigint' || type.kind === 'ubigint') && format.bigintAsText) ||
    (typeof value === 'number' && !Number.isFinite(value))
  const text = plainText(type, value)
  return isText ? `"${text}"` : text
}

/** As JSON.stringify: it has the same short escapes. */
function jsonString(value: string): string {
  return JSON.stringify(value)
}

/** Of a value that is not NULL: no quotes, no escapes. */
function plainText(type: SqlType, value: Cell): string {
  switch (type.kind) {
    case 'varchar':
      return value as string
    case 'bytea':
      return Buffer.from((value as string).slice(1), 'hex').toString('base64')
    case 'real':
      return floatText(value as number)
    case 'double':
      return doubleText(value as number)
    case 'decimal':
      return decimalText(value as bigint, type.scale)
    case 'date':
      return dateText(value as bigint)
    case 'time':
      return timeText(value as bigint)
    case 'timestamp':
    case 'timestamptz': {
      const days = floorDivided(value as bigint, dayMicros)
      const zone = type.kind === 'timestamptz' ? 'Z' : ''
      return `${dateText(days)}T${timeText((value as bigint) - days * dayMicros)}${zone}`
    }
    case 'interval':
      return intervalText(value as Interval)
    default:
      return String(value)
  }
}

const dayMicros = 86_400_000_000n

function floorDivided(value: bigint, divisor: bigint): bigint {
  return value >= 0n ? value / divisor : -((-value + divisor - 1n) / divisor)
}

function decimalText(value: bigint, scale: number): string {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0')
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
  return value < 0n ? `-${text}` : text
}

function dateText(days: bigint): string {
  return new Date(Number(days) * 86_400_000).toISOString().slice(0, 10)
}

function timeText(micros: bigint): string {
  const seconds = new Date(Number(micros / 1_000_000n) * 1000).toISOString().slice(11, 19)
  const fraction = String(micros % 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '')
  return fraction === '' ? seconds : `${seconds}.${fraction}`
}

function intervalText({ months, days, micros }: Interval): string {
  const part = (value: number | bigint, unit: string): string => (BigInt(value) === 0n ? '' : `${value}${unit}`)
  const time = BigInt(micros)
  const date = part(Math.trunc(months / 12), 'Y') + part(months % 12, 'M') + part(days, 'D')
  const rest = time % 60_000_000n
  const size = rest < 0n ? -rest : rest
  const seconds = `${rest < 0n ? '-' : ''}${decimalText(size, 6).replace(/\.?0+$/, '')}S`
  const clock = part(time / 3_600_000_000n, 'H') + part((time / 60_000_000n) % 60n, 'M') + (rest === 0n ? '' : seconds)
  if (date + clock === '') return 'PT0S'
  return `P${date}${clock === '' ? '' : `T${clock}`}`
}
