import { unreachable } from '../../../sql/base/assert.ts'
import { SqlError } from '../../../sql/base/diagnostic.ts'
import { didYouMean } from '../../../sql/base/did-you-mean.ts'
import type { Catalog } from '../../../sql/catalog/catalog.ts'
import type { CatalogObject } from '../../../sql/catalog/object.ts'
import { unknownObject } from '../../../sql/messages/raise.ts'
import type { Statement } from '../../../sql/plan/statement.ts'
import { typeName } from '../../../sql/types/sql-type.ts'
import type { TextResult } from './planned.ts'

/** DESCRIBE: a row a column; EXTENDED adds what is known of the object as a whole. Error: `unknown_object`. */
export function describeObject(statement: Statement & { readonly kind: 'describe' }, catalog: Catalog): TextResult {
  const object = findObject(catalog, statement)
  const rows = object.columns.map(({ name, type, nullable }) => [name, typeName(type), nullable ? 'YES' : 'NO'])
  return {
    columns: ['column_name', 'data_type', 'is_nullable'],
    rows: statement.extended ? [...rows, ...facts(object).map(([name, value]) => [`# ${name}`, value, null])] : rows,
  }
}

/** SHOW SOURCES and the like: names and what they are connected to. SHOW CREATE: the statement. Error: `unknown_object`. */
export function showObjects(statement: Statement & { readonly kind: 'show' }, catalog: Catalog): TextResult {
  const { what } = statement
  switch (what) {
    case 'sources':
      return list(catalog, 'source', ['name', 'connector'])
    case 'sinks':
      return list(catalog, 'sink', ['name', 'connector'])
    case 'streams':
      return list(catalog, 'stream', ['name', 'reads'])
    case 'materialized_views':
      return list(catalog, 'materialized_view', ['name', 'reads'])
    case 'create': {
      const object = findObject(catalog, statement)
      return { columns: ['name', 'create_statement'], rows: [[object.name, object.text]] }
    }
    case 'queries':
    case 'functions':
      return { columns: [], rows: [] }
    default:
      return unreachable(what)
  }
}

function list(catalog: Catalog, kind: CatalogObject['kind'], columns: readonly string[]): TextResult {
  const objects = [...catalog.objects.values()].filter((object) => object.kind === kind)
  return { columns, rows: objects.map((object) => [object.name, origin(object)]) }
}

function origin(object: CatalogObject): string | null {
  return object.kind === 'source' || object.kind === 'sink' ? (object.connector?.name ?? null) : object.reads.join(', ')
}

function facts(object: CatalogObject): readonly (readonly [string, string])[] {
  const common: readonly (readonly [string, string])[] = [
    ['kind', object.kind.replace('_', ' ')],
    ...(object.reads.length > 0 ? [['reads', object.reads.join(', ')] as const] : []),
    ['on_error', object.onError],
  ]
  switch (object.kind) {
    case 'source': {
      const column = object.watermark === null ? undefined : object.columns[object.watermark.column]
      return [...common, ['connector', object.connector?.name ?? 'none'], ...(column ? [['watermark', column.name] as const] : [])]
    }
    case 'sink':
      return [...common, ['connector', object.connector.name]]
    case 'stream':
    case 'materialized_view':
      return [...common, ['changes', object.facts.mode.kind], ...keys(object)]
    default:
      return unreachable(object)
  }
}

function keys(object: CatalogObject & { readonly kind: 'stream' | 'materialized_view' }): readonly (readonly [string, string])[] {
  return object.facts.uniqueKeys.map((key) => ['unique key', key.map((column) => object.columns[column]?.name ?? '').join(', ')])
}

function findObject(
  catalog: Catalog,
  { name = '', nameSpan }: { readonly name?: string | undefined; readonly nameSpan?: Statement['span'] | undefined },
): CatalogObject {
  const object = catalog.objects.get(name)
  if (object) return object
  const hint = didYouMean(name, catalog.objects.keys())
  throw new SqlError([unknownObject({ kind: 'object', name }, { span: nameSpan, hint })])
}
