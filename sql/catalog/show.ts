import { must } from '../base/assert.ts'
import { didYouMean } from '../base/did-you-mean.ts'
import { SqlError } from '../base/diagnostic.ts'
import { unknownObject } from '../messages/raise.ts'
import type { ObjectKind, Statement } from '../plan/statement.ts'
import type { Catalog } from './catalog.ts'
import type { Listing } from './listing.ts'
import { kindLabel, type CatalogObject, type ObjectName } from './object.ts'

type Show = Statement & { readonly kind: 'show' }

/** A function, as the planner and the compiler know it. */
export interface FunctionName {
  readonly name: string
  readonly kind: 'scalar' | 'aggregate'
  /** Into the query's own code, or run by DataFusion's module, a batch at a time. */
  readonly runs: 'compiled' | 'evaluated'
}

/** SHOW .. in the order of creation, functions by name. Errors: `unknown_object` for SHOW CREATE. */
export function showListing(statement: Show, catalog: Catalog, functions: readonly FunctionName[]): Listing {
  const { what } = statement
  switch (what) {
    case 'sources':
      return list(catalog, ['source'])
    case 'streams':
      return list(catalog, ['stream'])
    case 'materialized_views':
      return list(catalog, ['materialized_view'])
    case 'sinks':
      return list(catalog, ['sink'])
    case 'queries':
      return queries(catalog)
    case 'functions':
      return {
        columns: ['name', 'kind', 'runs'],
        rows: functions.toSorted(byName).map(({ name, kind, runs }) => [name, kind, runs]),
      }
    case 'create': {
      const named = { name: must(statement.name, 'the name of SHOW CREATE'), span: statement.nameSpan }
      const { name, text } = knownObject(catalog, named)
      return { columns: ['name', 'statement'], rows: [[name, text]] }
    }
  }
}

function byName(a: FunctionName, b: FunctionName): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}

function list(catalog: Catalog, kinds: readonly ObjectKind[]): Listing {
  const objects = [...catalog.objects.values()].filter(({ kind }) => kinds.includes(kind))
  return {
    columns: ['name', 'connector', 'reads'],
    rows: objects.map((each) => [each.name, connectorOf(each), readsOf(each)]),
  }
}

/** Everything that runs. */
function queries(catalog: Catalog): Listing {
  const running = [...catalog.objects.values()].filter(({ kind }) => kind !== 'source')
  const rows = running.map((each) => [each.name, kindLabel(each.kind), readsOf(each), each.text])
  return { columns: ['name', 'kind', 'reads', 'statement'], rows }
}

function connectorOf(object: CatalogObject): string | null {
  return 'connector' in object ? (object.connector?.name ?? null) : null
}

function readsOf({ reads }: CatalogObject): string | null {
  return reads.length === 0 ? null : reads.join(', ')
}

/** Any object, sinks included. Errors: `unknown_object`. */
export function knownObject(catalog: Catalog, { name, span }: ObjectName): CatalogObject {
  const object = catalog.objects.get(name)
  if (object) return object
  const hint = didYouMean(name, catalog.objects.keys()) ?? 'SHOW SOURCES, SHOW STREAMS and SHOW SINKS list what exists'
  throw new SqlError([unknownObject({ kind: 'object', name }, { span, hint })])
}
