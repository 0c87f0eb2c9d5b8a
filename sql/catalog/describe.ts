import { microsText } from '../plan/interval.ts'
import { printExpression, printName } from '../plan/print-expression.ts'
import type { Statement } from '../plan/statement.ts'
import { typeName } from '../types/sql-type.ts'
import { dependentsOf, type Catalog } from './catalog.ts'
import type { Listing } from './listing.ts'
import { kindLabel, type CatalogObject, type SourceObject, type StreamFacts } from './object.ts'
import { printableValue } from './options/secret.ts'
import { knownObject } from './show.ts'

type Describe = Statement & { readonly kind: 'describe' }

/** One row per column; EXTENDED adds what else is known, one row each. Errors: `unknown_object`. */
export function describeListing(statement: Describe, catalog: Catalog): Listing {
  const object = knownObject(catalog, { name: statement.name, span: statement.nameSpan })
  const described = object.columns.map(({ name, type, nullable }, index) => [
    name,
    typeName(type),
    nullable ? 'YES' : 'NO',
    remarkOf(object, index),
  ])
  const extended = statement.extended
    ? propertiesOf(object, catalog).map(([name, value]) => [name, null, null, value])
    : []
  return { columns: ['column', 'type', 'nullable', 'remark'], rows: [...described, ...extended] }
}

function remarkOf(object: CatalogObject, index: number): string | null {
  const remarks = object.kind === 'source' ? sourceRemarks(object, index) : []
  return remarks.length === 0 ? null : remarks.join('; ')
}

function sourceRemarks(source: SourceObject, index: number): readonly string[] {
  const { computed, defaultValue } = source.definitions[index] ?? {}
  return [
    ...(source.primaryKey.includes(index) ? ['PRIMARY KEY NOT ENFORCED'] : []),
    ...(defaultValue ? [`DEFAULT ${printExpression(defaultValue, [])}`] : []),
    ...(computed ? [`AS ${printExpression(computed, source.columns)}`] : []),
    ...(source.watermark?.column === index ? [watermarkText(source)] : []),
  ]
}

function watermarkText({ watermark, columns }: SourceObject): string {
  if (watermark?.processingTime) return 'WATERMARK AS PROCTIME()'
  return watermark?.expression ? `WATERMARK AS ${printExpression(watermark.expression, columns)}` : 'WATERMARK'
}

type Property = readonly [name: string, value: string]

function propertiesOf(object: CatalogObject, catalog: Catalog): readonly Property[] {
  const readers = dependentsOf(catalog, object.name).map(({ name }) => name)
  return [
    ['kind', kindLabel(object.kind)],
    ...('connector' in object && object.connector ? connectorProperties(object.connector) : []),
    ...('format' in object && object.format ? [['format', object.format.name.toUpperCase()] as const] : []),
    ['on_error', object.onError],
    ...('facts' in object
      ? factProperties(
          object.facts,
          object.columns.map(({ name }) => name),
        )
      : []),
    ...(object.reads.length > 0 ? [['reads', object.reads.join(', ')] as const] : []),
    ...(readers.length > 0 ? [['read by', readers.join(', ')] as const] : []),
  ]
}

function connectorProperties({ name, options }: NonNullable<SourceObject['connector']>): readonly Property[] {
  return [['connector', name], ...options.map((option): Property => [option.key, printableValue(option)])]
}

function factProperties({ mode, watermarks, uniqueKeys }: StreamFacts, names: readonly string[]): readonly Property[] {
  const nameOf = (column: number): string => printName(names[column] ?? `#${column}`)
  return [
    ['changes', mode.kind],
    ...watermarks.map(({ column, lagMicros }): Property => [
      'watermark',
      `${nameOf(column)}, lag ${microsText(BigInt(lagMicros))}`,
    ]),
    ...uniqueKeys.map((key): Property => ['unique key', `(${key.map(nameOf).join(', ')})`]),
  ]
}
