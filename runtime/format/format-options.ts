import { SqlError } from '../../sql/base/diagnostic.ts'
import { unknownFormat, unsupportedFeature } from '../../sql/messages/raise.ts'
import type { ChangelogForm, CsvDialect, InputFormat, OutputFormat, TimestampFormat } from '../abi/format.ts'
import type { ConnectorDeclaration, ConnectorFormat } from '../connect/connector.ts'
import type { OptionReader } from '../connect/option-reader.ts'

const timestampFormats = [
  'rfc3339',
  'epoch_seconds',
  'epoch_millis',
  'epoch_micros',
  'epoch_nanos',
] as const satisfies readonly TimestampFormat[]
const lineBytesDefault = 64 << 20
const lineBytesLeast = 1 << 10
const lineBytesMost = 512 << 20
const known = ['json', 'csv']

/** FORMAT of a source; JSON when there is none. Takes all its options, and refuses what is left. */
export function parseInputFormat({ format }: ConnectorDeclaration): InputFormat {
  if (format === undefined) return { kind: 'json', timestampFormat: 'rfc3339', lineBytesMax: lineBytesDefault }
  const { options } = format
  const kind = formatKind(format)
  const timestampFormat = options.choice('timestamp_format', timestampFormats, 'rfc3339')
  const lineBytesMax = options.integer('max_line_bytes', {
    min: lineBytesLeast,
    max: lineBytesMost,
    otherwise: lineBytesDefault,
  })
  const result: InputFormat =
    kind === 'json'
      ? { kind, timestampFormat, lineBytesMax }
      : { kind, timestampFormat, lineBytesMax, csv: parseCsvDialect(options, { header: true }) }
  options.finish()
  return result
}

/** FORMAT of a sink; JSON when there is none. */
export function parseOutputFormat({ format }: ConnectorDeclaration): OutputFormat {
  if (format === undefined) return { kind: 'json', changelog: 'auto', decimalAsText: false, bigintAsText: false }
  const { options } = format
  const kind = formatKind(format)
  const changelog = options.choice(
    'changelog',
    ['auto', 'insert_delete', 'weight', 'upsert'] as const satisfies readonly ChangelogForm[],
    'auto',
  )
  if (kind === 'csv' && (changelog === 'insert_delete' || changelog === 'upsert'))
    options.contradict('changelog', 'CSV has no nested objects; use weight')
  const result: OutputFormat =
    kind === 'json'
      ? { kind, changelog, decimalAsText: asText(options, 'decimal'), bigintAsText: asText(options, 'bigint') }
      : { kind, changelog, csv: parseCsvDialect(options, { header: true }) }
  options.finish()
  return result
}

/** A JSON line says whether its row comes or goes; a CSV line only does with a weight, which changes its columns and so must be asked for. */
export function takesChanges({ kind, changelog }: OutputFormat): boolean {
  return kind === 'json' || changelog === 'weight'
}

function asText(options: OptionReader, key: string): boolean {
  return options.choice(key, ['number', 'string'], 'number') === 'string'
}

function formatKind({ name, span }: ConnectorFormat): 'json' | 'csv' {
  const kind = name.toLowerCase()
  if (kind === 'json' || kind === 'csv') return kind
  if (kind === 'arrow' || kind === 'debezium')
    throw new SqlError([
      unsupportedFeature({ feature: `FORMAT ${name.toUpperCase()}` }, { span, hint: 'formats so far: JSON, CSV' }),
    ])
  throw new SqlError([unknownFormat({ name }, { span, hint: `formats: ${known.join(', ').toUpperCase()}` })])
}

function parseCsvDialect(options: OptionReader, defaults: { header: boolean }): CsvDialect {
  const header = options.flag('header', defaults.header)
  const delimiter = oneByte(options, 'delimiter', ',')
  const quote = oneByte(options, 'quote', '"')
  const escape = oneByte(options, 'escape', String.fromCharCode(quote))
  const nullText = options.text('null') ?? ''
  if (delimiter === quote) options.contradict('delimiter', 'delimiter and quote must differ')
  if (/[\r\n]/.test(nullText)) options.refuse('null', 'text without line breaks')
  for (const [what, byte] of Object.entries({ delimiter, quote }))
    if (nullText.includes(String.fromCharCode(byte)))
      options.contradict('null', `the text for NULL has the ${what} in it`)
  return { header, delimiter, quote, escape, nullText }
}

function oneByte(options: OptionReader, key: string, otherwise: string): number {
  const text = options.text(key) ?? otherwise
  const value = text === '\\t' ? '\t' : text
  const code = value.length === 1 ? value.charCodeAt(0) : -1
  if (code < 1 || code > 127 || code === 10 || code === 13)
    options.refuse(key, 'one ASCII character that is not a line break')
  return code
}
