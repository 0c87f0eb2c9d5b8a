import type { Aggregate, Predicate, QueryCase, TableColumn } from './query-case.ts'

/** The same query in both dialects. */
export type Dialect = 'millrace' | 'duckdb'

export interface OutputColumn {
  readonly name: string
  readonly role: 'key' | 'window' | 'exact' | 'float'
}

export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

export function literal(text: string | null, type: string): string {
  return text === null ? `CAST(NULL AS ${type})` : `CAST(${quote(text)} AS ${type})`
}

function typeIn(column: TableColumn, dialect: Dialect): string {
  return dialect === 'duckdb' ? column.type.duckdb : column.type.sql
}

export function predicateText(predicate: Predicate, columns: readonly TableColumn[], dialect: Dialect): string {
  switch (predicate.kind) {
    case 'compare': {
      const column = columns[predicate.column] as TableColumn
      return `(${column.name} ${predicate.operator} ${literal(predicate.text, typeIn(column, dialect))})`
    }
    case 'is_null':
      return `(${(columns[predicate.column] as TableColumn).name} IS ${predicate.negated ? 'NOT ' : ''}NULL)`
    case 'not':
      return `(NOT ${predicateText(predicate.operand, columns, dialect)})`
    case 'and':
    case 'or':
      return `(${predicateText(predicate.left, columns, dialect)} ${predicate.kind.toUpperCase()} ${predicateText(predicate.right, columns, dialect)})`
  }
}

function aggregateText(aggregate: Aggregate, columns: readonly TableColumn[], dialect: Dialect): string {
  const argument = aggregate.column === null ? '*' : (columns[aggregate.column] as TableColumn).name
  const filter = aggregate.filter === null ? '' : ` FILTER (WHERE ${predicateText(aggregate.filter, columns, dialect)})`
  return `${aggregate.name}(${aggregate.distinct ? 'DISTINCT ' : ''}${argument})${filter}`
}

function isFloat(aggregate: Aggregate, columns: readonly TableColumn[]): boolean {
  const family = aggregate.column === null ? 'integer' : (columns[aggregate.column] as TableColumn).type.family
  return aggregate.name === 'avg' || (aggregate.name === 'sum' && family === 'float')
}

/** What the query shows in the end. */
export function outputColumns(testCase: QueryCase): readonly OutputColumn[] {
  const { outer, query } = testCase
  const inner = innerColumns(testCase)
  if (!outer) return inner
  const ofInner = inner.slice(query.window === null ? 0 : 1)
  return [
    ...(outer.key === null ? [] : [{ name: 'g', role: 'key' } as const]),
    ...outer.aggregates.map(({ name, column }, index): OutputColumn => ({
      name: `b${index}`,
      role: name !== 'count' && ofInner[column]?.role === 'float' ? 'float' : 'exact',
    })),
  ]
}

function innerColumns({ query, columns }: QueryCase): readonly OutputColumn[] {
  return [
    ...(query.window === null ? [] : [{ name: 'w', role: 'window' } as const]),
    ...query.keys.map((_, index) => ({ name: `k${index}`, role: 'key' }) as const),
    ...query.aggregates.map((aggregate, index): OutputColumn => ({
      name: `a${index}`,
      role: isFloat(aggregate, columns) ? 'float' : 'exact',
    })),
  ]
}

export function selectText(testCase: QueryCase, dialect: Dialect): string {
  const { outer, query } = testCase
  if (!outer) return innerText(testCase, dialect)
  const names = innerColumns(testCase)
    .slice(query.window === null ? 0 : 1)
    .map(({ name }) => name)
  const items = [
    ...(outer.key === null ? [] : [`${names[outer.key]} AS g`]),
    ...outer.aggregates.map(({ name, column }, index) => `${name}(${names[column]}) AS b${index}`),
  ]
  const groupBy = outer.key === null ? '' : ` GROUP BY ${names[outer.key]}`
  return `SELECT ${items.join(', ')} FROM (${innerText(testCase, dialect)}) AS i${groupBy}`
}

function innerText(testCase: QueryCase, dialect: Dialect): string {
  const { query, columns } = testCase
  const windowStart =
    query.window === null
      ? null
      : dialect === 'duckdb'
        ? `time_bucket(INTERVAL '${query.window.sizeSeconds}' SECOND, ts, TIMESTAMP '1970-01-01')`
        : `TUMBLE(ts, INTERVAL '${query.window.sizeSeconds}' SECOND)`
  const keys = query.keys.map((key) => (columns[key] as TableColumn).name)
  const groups = [...(windowStart === null ? [] : [windowStart]), ...keys]
  const items = [
    ...(windowStart === null ? [] : [`${windowStart} AS w`]),
    ...keys.map((key, index) => `${key} AS k${index}`),
    ...query.aggregates.map((aggregate, index) => `${aggregateText(aggregate, columns, dialect)} AS a${index}`),
  ]
  const where = query.where === null ? '' : ` WHERE ${predicateText(query.where, columns, dialect)}`
  const groupBy = groups.length === 0 ? '' : ` GROUP BY ${groups.join(', ')}`
  const having = query.havingCountAbove === null ? '' : ` HAVING count(*) > ${query.havingCountAbove}`
  return `SELECT ${items.join(', ')} FROM t${where}${groupBy}${having}`
}
