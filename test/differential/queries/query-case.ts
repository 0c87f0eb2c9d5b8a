import fc from 'fast-check'
import type { ColumnType } from './column-types.ts'
import { columnTypes, timestampType } from './column-types.ts'

export interface TableColumn {
  readonly name: string
  readonly type: ColumnType
  readonly nullable: boolean
}

/** One case: a table, its rows in order of arrival, a query over it and how the input is cut into batches. Column 0 is the event time. */
export interface QueryCase {
  readonly columns: readonly TableColumn[]
  readonly rows: readonly (readonly (string | null)[])[]
  readonly query: GroupQuery
  readonly cuts: readonly number[]
  /** A second GROUP BY over the changes of the first; cases that were kept before there was one have none. */
  readonly outer?: OuterQuery | null
}

/** Over the output columns of the inner query, by their place among its keys and aggregates (the window column is never one). */
export interface OuterQuery {
  readonly key: number | null
  readonly aggregates: readonly { readonly name: 'min' | 'max' | 'count'; readonly column: number }[]
}

export interface GroupQuery {
  readonly keys: readonly number[]
  readonly aggregates: readonly Aggregate[]
  readonly where: Predicate | null
  readonly havingCountAbove: number | null
  readonly window: TumbleWindow | null
}

export interface TumbleWindow {
  readonly sizeSeconds: number
  readonly delaySeconds: number
  readonly emit: 'on window close' | 'changes'
  /** Cases that were kept before there was any have none. */
  readonly latenessSeconds?: number
}

export interface Aggregate {
  readonly name: string
  readonly column: number | null
  readonly distinct: boolean
  readonly filter: Predicate | null
}

export type Predicate =
  | { readonly kind: 'compare'; readonly column: number; readonly operator: string; readonly text: string }
  | { readonly kind: 'is_null'; readonly column: number; readonly negated: boolean }
  | { readonly kind: 'and' | 'or'; readonly left: Predicate; readonly right: Predicate }
  | { readonly kind: 'not'; readonly operand: Predicate }

const families: Readonly<Record<string, readonly ColumnType['family'][]>> = {
  count: ['integer', 'decimal', 'float', 'text', 'boolean', 'date', 'timestamp'],
  min: ['integer', 'decimal', 'float', 'text', 'date', 'timestamp'],
  max: ['integer', 'decimal', 'float', 'text', 'date', 'timestamp'],
  sum: ['integer', 'decimal', 'float'],
  avg: ['integer', 'float'],
  bool_and: ['boolean'],
  bool_or: ['boolean'],
}

const columnArbitrary = (index: number): fc.Arbitrary<TableColumn> =>
  fc.record({ name: fc.constant(`c${index}`), type: fc.constantFrom(...columnTypes), nullable: fc.boolean() })

const columnsArbitrary = fc
  .integer({ min: 1, max: 5 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => columnArbitrary(index))))
  .map((columns): readonly TableColumn[] => [{ name: 'ts', type: timestampType, nullable: false }, ...columns])

function rowArbitrary(columns: readonly TableColumn[]): fc.Arbitrary<readonly (string | null)[]> {
  return fc.tuple(
    ...columns.map(({ type, nullable }) => (nullable ? fc.option(type.text, { freq: 4, nil: null }) : type.text)),
  )
}

function predicateArbitrary(columns: readonly TableColumn[]): fc.Arbitrary<Predicate> {
  const column = fc.nat({ max: columns.length - 1 })
  return fc.letrec<{ predicate: Predicate }>((tie) => ({
    predicate: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'predicate' },
      column.chain((index) =>
        fc.record({
          kind: fc.constant('compare' as const),
          column: fc.constant(index),
          operator: fc.constantFrom('=', '<>', '<', '<=', '>', '>=', 'IS DISTINCT FROM'),
          text: (columns[index] as TableColumn).type.text,
        }),
      ),
      fc.record({ kind: fc.constant('is_null' as const), column, negated: fc.boolean() }),
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        left: tie('predicate'),
        right: tie('predicate'),
      }),
      fc.record({ kind: fc.constant('not' as const), operand: tie('predicate') }),
    ),
  })).predicate
}

function aggregateArbitrary(columns: readonly TableColumn[]): fc.Arbitrary<Aggregate> {
  const filter = fc.option(predicateArbitrary(columns), { freq: 4, nil: null })
  const choices = Object.entries(families).flatMap(([name, allowed]) =>
    columns.flatMap((column, index) => (allowed.includes(column.type.family) ? [{ name, column: index }] : [])),
  )
  const calls = fc.constantFrom(...choices)
  return fc.oneof(
    fc.record({ name: fc.constant('count'), column: fc.constant(null), distinct: fc.constant(false), filter }),
    fc.tuple(calls, fc.boolean(), filter).map(([call, distinct, condition]): Aggregate => ({
      ...call,
      distinct: distinct && call.name === 'count',
      filter: condition,
    })),
  )
}

function queryArbitrary(columns: readonly TableColumn[]): fc.Arbitrary<GroupQuery> {
  return fc.record({
    keys: fc.uniqueArray(fc.integer({ min: 1, max: columns.length - 1 }), { maxLength: 2 }),
    aggregates: fc.array(aggregateArbitrary(columns), { minLength: 1, maxLength: 4 }),
    where: fc.option(predicateArbitrary(columns), { freq: 2, nil: null }),
    havingCountAbove: fc.option(fc.integer({ min: 0, max: 3 }), { freq: 4, nil: null }),
    window: fc.option(
      fc.record({
        sizeSeconds: fc.constantFrom(1, 7, 10, 60),
        delaySeconds: fc.constantFrom(0, 5, 30),
        emit: fc.constantFrom('on window close' as const, 'changes' as const),
        latenessSeconds: fc.constantFrom(0, 0, 15),
      }),
      { freq: 2, nil: null },
    ),
  })
}

/** Extremes are those that DuckDB has, too: not of booleans. Rows that are final do not change, so that their queries have no outer one. */
function outerArbitrary(columns: readonly TableColumn[], query: GroupQuery): fc.Arbitrary<OuterQuery | null> {
  const isBoolean = (column: number): boolean => columns[column]?.type.family === 'boolean'
  const usable = [
    ...query.keys.map((key, index) => ({ index, isKey: true, usable: !isBoolean(key) })),
    ...query.aggregates.map(({ name }, index) => ({
      index: query.keys.length + index,
      isKey: false,
      usable: !name.startsWith('bool_'),
    })),
  ].filter((column) => column.usable)
  if (query.window?.emit === 'on window close' || usable.length === 0) return fc.constant(null)
  const keys = usable.filter(({ isKey }) => isKey).map(({ index }) => index)
  return fc.option(
    fc.record({
      key: fc.constantFrom(null, ...keys),
      aggregates: fc.array(
        fc.record({
          name: fc.constantFrom('min' as const, 'max' as const, 'count' as const),
          column: fc.constantFrom(...usable.map(({ index }) => index)),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    }),
    { freq: 2, nil: null },
  )
}

export const queryCases: fc.Arbitrary<QueryCase> = columnsArbitrary.chain((columns) =>
  queryArbitrary(columns).chain((query) =>
    fc.record({
      columns: fc.constant(columns),
      rows: fc.array(rowArbitrary(columns), { maxLength: 60 }),
      query: fc.constant(query),
      cuts: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 }),
      outer: outerArbitrary(columns, query),
    }),
  ),
)
