import { SqlError } from '../base/diagnostic.ts'
import type { Span } from '../base/span.ts'
import { duplicateColumn, invalidOption, missingOption, unsupportedFeature } from '../messages/raise.ts'
import type { Column } from '../plan/logical-plan.ts'
import { objectsRead } from '../plan/plan-tree.ts'
import type { FormatClause, Option, Statement } from '../plan/statement.ts'
import { queryOptions, sourceOptions } from './engine-options.ts'
import type { CatalogObject, ConnectorClause, QueryObject, SinkObject, SourceObject, StreamFacts } from './object.ts'
import type { OnError } from './on-error.ts'
import { readOptions, takeOptions, throwAll } from './options/read-options.ts'
import { RedactedText } from './options/redacted-text.ts'
import { secretSpans } from './options/secret.ts'
import { substituteVariables, type Variables } from './options/variables.ts'

type Create<K extends CatalogObject['kind']> = Statement & { readonly kind: `create_${K}` }

/** What declaring an object needs besides its statement. */
export interface Declaring {
  /** The whole program, which the statement's spans point into. */
  readonly program: string
  readonly variables: Variables
  /** of the setting `on_error` */
  readonly onError: OnError
}

/** Errors: those of options and variables, `duplicate_column`, `unsupported_feature` for PROCTIME. The connector's own options are checked by the connector. */
export function declareSource(statement: Create<'source'>, declaring: Declaring): SourceObject {
  const { name, columns, primaryKey, watermark, span } = statement
  checkNames(columns)
  const { values, rest } = takeOptions(sourceOptions, substituteVariables(statement.options, declaring.variables))
  checkLaterOptions(statement.options, values['watermark.scope'])
  if (!watermark) checkNoTimeOptions(statement.options)
  if (watermark?.processingTime) throw refuseProcessingTime(watermark.span)
  return {
    kind: 'source',
    name,
    columns: columns.map((column) => ({ name: column.name, type: column.type, nullable: column.nullable })),
    definitions: columns,
    primaryKey,
    watermark: watermark ?? null,
    text: printableText(declaring.program, span, everyOption(statement)),
    reads: [],
    onError: values.on_error ?? declaring.onError,
    connector: connectorClause(rest),
    format: formatClause(statement.format, declaring.variables),
    maxAheadMicros: values['watermark.max_ahead'],
  }
}

/** What becomes of the refused rows of a stream or a view. Errors: those of options and variables. */
export function declareOnError(
  { kind, name, options }: Pick<Create<'stream' | 'materialized_view'>, 'kind' | 'name' | 'options'>,
  { variables, onError }: Declaring,
): OnError {
  const owner = `${kind.slice('create_'.length).replace('_', ' ')} ${name}`
  return readOptions(queryOptions, substituteVariables(options, variables), owner).on_error ?? onError
}

/** Errors: those of options and variables, and `duplicate_column`. */
export function declareQuery(
  statement: Create<'stream' | 'materialized_view'>,
  facts: StreamFacts,
  declaring: Declaring,
): QueryObject {
  const { name, query, span } = statement
  const kind = statement.kind === 'create_stream' ? 'stream' : 'materialized_view'
  checkNames(query.plan.schema.map((column) => ({ ...column, span: query.span })))
  return {
    kind,
    name,
    columns: query.plan.schema,
    text: printableText(declaring.program, span, statement.options),
    reads: objectsRead(query.plan),
    onError: declareOnError(statement, declaring),
    query,
    facts,
  }
}

/** Where a sink writes. Errors: those of options and variables, and `missing_option` for a sink without connector. */
export function declareSinkTarget(
  { name, nameSpan, options, format }: Pick<Create<'sink'>, 'name' | 'nameSpan' | 'options' | 'format'>,
  { variables, onError }: Declaring,
): Pick<SinkObject, 'connector' | 'format' | 'onError'> {
  const { values, rest } = takeOptions(queryOptions, substituteVariables(options, variables))
  const connector = connectorClause(rest)
  if (!connector) throw new SqlError([missingOption({ name: 'connector', owner: `sink ${name}` }, { span: nameSpan })])
  return { connector, format: formatClause(format, variables), onError: values.on_error ?? onError }
}

/** Errors: those of `declareSinkTarget`, and `duplicate_column`. */
export function declareSink(statement: Create<'sink'>, declaring: Declaring): SinkObject {
  const { name, query, span } = statement
  checkNames(query.plan.schema.map((column) => ({ ...column, span: query.span })))
  return {
    kind: 'sink',
    name,
    columns: query.plan.schema,
    text: printableText(declaring.program, span, everyOption(statement)),
    reads: objectsRead(query.plan),
    query,
    ...declareSinkTarget(statement, declaring),
  }
}

function printableText(program: string, span: Span, options: readonly Option[]): string {
  return new RedactedText(program, span, secretSpans(options)).text
}

function everyOption({ options, format }: Create<'source' | 'sink'>): readonly Option[] {
  return [...options, ...(format?.options ?? [])]
}

function connectorClause(options: readonly Option[]): ConnectorClause | null {
  const isConnector = ({ key }: Option): boolean => key.toLowerCase() === 'connector'
  const connector = options.find(isConnector)
  if (!connector) {
    const [first] = options
    if (first)
      throw new SqlError([
        missingOption({ name: 'connector', owner: `WITH (${first.key} = ..)` }, { span: first.span }),
      ])
    return null
  }
  const rest = options.filter((option) => option !== connector)
  const twice = rest.find(isConnector)
  if (twice) throw new SqlError([invalidOption({ name: twice.key, reason: 'it is given twice' }, { span: twice.span })])
  return { name: connector.value.toLowerCase(), nameSpan: connector.valueSpan, options: rest }
}

function formatClause(format: FormatClause | undefined, variables: Variables): FormatClause | null {
  return format ? { ...format, options: substituteVariables(format.options, variables) } : null
}

function refuseProcessingTime(span: Span): SqlError {
  const hint = 'declare the watermark on a time that the rows carry: WATERMARK FOR ts AS ts'
  return new SqlError([unsupportedFeature({ feature: 'processing time (PROCTIME)' }, { span, hint })])
}

/** Keys that the language has and this version does not: refused as such, not as unknown ones of the connector. */
const laterOptions: Readonly<Record<string, string>> = {
  'idle.timeout': 'leave it out: a source that is silent holds back the windows of what reads it together with others',
  'alignment.group': 'leave it out: sources run as fast as their slowest reader',
  'alignment.max_drift': 'leave it out: sources run as fast as their slowest reader',
}

function checkLaterOptions(options: readonly Option[], scope: string = 'source'): void {
  const refused = options.flatMap(({ key, span, valueSpan }) => {
    const hint = laterOptions[key.toLowerCase()]
    if (hint !== undefined) return [unsupportedFeature({ feature: `option ${key}` }, { span, hint })]
    if (key.toLowerCase() !== 'watermark.scope' || scope === 'source') return []
    const whole = "use 'source': the watermark is that of all rows of the source"
    return [unsupportedFeature({ feature: `watermark.scope = '${scope}'` }, { span: valueSpan, hint: whole })]
  })
  throwAll(refused)
}

/** Options about event time mean nothing where there is none. */
function checkNoTimeOptions(options: readonly Option[]): void {
  const timed = options.find(({ key }) => key.toLowerCase().startsWith('watermark.'))
  if (timed) {
    throw new SqlError([
      invalidOption({ name: timed.key, reason: 'the source has no WATERMARK' }, { span: timed.span }),
    ])
  }
}

function checkNames(columns: readonly (Column & { readonly span: Statement['span'] })[]): void {
  const seen = new Set<string>()
  for (const { name, span } of columns) {
    if (seen.has(name)) throw new SqlError([duplicateColumn({ name }, { span })])
    seen.add(name)
  }
}
