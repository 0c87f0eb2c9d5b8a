import { queryOptions, sourceOptions } from '../../../sql/catalog/engine-options.ts'
import type { ConnectorClause, SinkObject, SourceObject } from '../../../sql/catalog/object.ts'
import type { Span } from '../../../sql/base/span.ts'
import type { FormatClause } from '../../../sql/plan/statement.ts'
import { planSink, planSource, type ConnectorWorld } from '../../connect/connectors.ts'
import type { ConnectorDeclaration, ConnectorColumn, SinkConnector, SourceConnector } from '../../connect/connector.ts'
import { OptionReader } from '../../connect/option-reader.ts'

/** The connector of a source; null for those that are fed by INSERT and the API. Errors: those of its options and its format. */
export function planSourceConnector(
  object: SourceObject,
  world: ConnectorWorld,
  nameSpan: Span,
): SourceConnector | null {
  const { connector, definitions } = object
  if (connector === null) return null
  const columns = definitions.filter((column) => column.computed === undefined)
  const declaration = declare(object, { connector, columns, nameSpan, kind: 'source' })
  const planned = planSource(declaration, world)
  declaration.options.finish()
  return planned
}

/** The connector of a sink. Errors: those of its options and its format. */
export function planSinkConnector(
  object: Pick<SinkObject, 'name' | 'columns' | 'connector' | 'format'>,
  world: ConnectorWorld,
  nameSpan: Span,
): SinkConnector {
  const declaration = declare(object, { connector: object.connector, columns: object.columns, nameSpan, kind: 'sink' })
  const planned = planSink(declaration, world)
  declaration.options.finish()
  return planned
}

interface DeclarationParts {
  readonly connector: ConnectorClause
  readonly columns: readonly ConnectorColumn[]
  readonly nameSpan: Span
  readonly kind: 'source' | 'sink'
}

function declare(
  { name, format }: { readonly name: string; readonly format: FormatClause | null },
  { connector, columns, nameSpan, kind }: DeclarationParts,
): ConnectorDeclaration {
  const chosen = { key: 'connector', value: connector.name, span: connector.nameSpan, valueSpan: connector.nameSpan }
  const options = new OptionReader([chosen, ...connector.options], `${kind} ${name}`, nameSpan)
  // The engine's own options have been taken out; asking for them makes them known to "did you mean".
  for (const key of Object.keys(kind === 'source' ? sourceOptions : queryOptions)) options.text(key)
  return {
    name,
    nameSpan,
    columns,
    options,
    format: format === null ? undefined : formatDeclaration(format),
  }
}

function formatDeclaration(format: FormatClause): ConnectorDeclaration['format'] {
  const { name, options, span } = format
  return { name, options: new OptionReader(options, `FORMAT ${name.toUpperCase()}`, span), span }
}
