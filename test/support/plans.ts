import type { Span } from '../../sql/base/span.ts'
import { emptyCatalog, createObject, type Catalog } from '../../sql/catalog/catalog.ts'
import type { CatalogObject, SourceObject, StreamFacts } from '../../sql/catalog/object.ts'
import { noInterval } from '../../sql/plan/interval.ts'
import type { AggregateCall, Column, Expression, Interval, LogicalPlan } from '../../sql/plan/logical-plan.ts'
import type { EmitPolicy, Query, WatermarkClause } from '../../sql/plan/statement.ts'
import { parseTypeName, type SqlType } from '../../sql/types/sql-type.ts'

/** Builders of plans by hand, for tests of the compiler that need no planner. */

export const span: Span = { start: 0, end: 1, line: 1, column: 1 }

export function type(name: string): SqlType {
  const parsed = parseTypeName(name)
  if (!parsed) throw new Error(`no type ${name}`)
  return parsed
}

/** `columns('k BIGINT', 'ts TIMESTAMP')`: NOT NULL unless the type ends in `?`. */
export function columns(...declarations: readonly string[]): readonly Column[] {
  return declarations.map((declaration) => {
    const [name = '', ...rest] = declaration.split(' ')
    const typeText = rest.join(' ')
    return { name, type: type(typeText.replace('?', '')), nullable: typeText.endsWith('?') }
  })
}

export function source(name: string, schema: readonly Column[], watermarkColumn?: number): SourceObject {
  return {
    kind: 'source',
    name,
    columns: schema,
    definitions: schema.map((column) => ({ ...column, span })),
    primaryKey: [],
    watermark: watermarkColumn === undefined ? null : { column: watermarkColumn, processingTime: false, span },
    text: `CREATE SOURCE ${name} (..)`,
    reads: [],
    onError: 'fail',
    connector: null,
    format: null,
    maxAheadMicros: undefined,
  }
}

/** WATERMARK FOR the TIMESTAMP column of that index, or for what is `lag` before it. */
export function watermarkOn(index: number, lag?: Expression): WatermarkClause {
  const facts = { type: { kind: 'timestamp' }, nullable: false } as const
  const time: Expression = { kind: 'column', index, ...facts }
  const expression: Expression =
    lag === undefined ? time : { kind: 'binary', operator: 'subtract', left: time, right: lag, ...facts }
  return { column: index, processingTime: false, span, expression }
}

export function stream(name: string, schema: readonly Column[], facts: Partial<StreamFacts> = {}): CatalogObject {
  const plan: LogicalPlan = { kind: 'values', rows: [], schema }
  return {
    kind: 'stream',
    name,
    columns: schema,
    text: `CREATE STREAM ${name} AS ..`,
    reads: [],
    onError: 'fail',
    query: query(plan),
    facts: { mode: { kind: 'append' }, watermarks: [], uniqueKeys: [], ...facts },
  }
}

export function catalogOf(...objects: readonly CatalogObject[]): Catalog {
  return objects.reduce(
    (catalog, object) => createObject(catalog, object, { orReplace: false, ifNotExists: false }).catalog,
    emptyCatalog,
  )
}

export function scan(object: CatalogObject, only: readonly number[] = [...object.columns.keys()]): LogicalPlan {
  const schema = only.flatMap((index) => object.columns[index] ?? [])
  return { kind: 'scan', object: object.name, columns: only, schema, span }
}

export function column(input: LogicalPlan, index: number): Expression {
  const { type: columnType, nullable } = input.schema[index] ?? { type: type('NULL'), nullable: true }
  return { kind: 'column', index, type: columnType, nullable }
}

export function bigint(value: number): Expression {
  return { kind: 'literal', type: type('BIGINT'), nullable: false, value: String(value) }
}

export function seconds(count: number): Interval {
  return { ...noInterval, micros: String(count * 1_000_000) }
}

export function interval(value: Interval): Expression {
  return { kind: 'literal', type: type('INTERVAL'), nullable: false, value }
}

export function call(name: string, resultType: string, ...parameters: readonly Expression[]): Expression {
  return { kind: 'call', name, arguments: parameters, type: type(resultType), nullable: false, span }
}

export function binary(
  operator: (Expression & { readonly kind: 'binary' })['operator'],
  left: Expression,
  right: Expression,
): Expression {
  const truth = ['greater', 'less', 'equal', 'and', 'or'].includes(operator)
  return { kind: 'binary', operator, left, right, type: truth ? type('BOOLEAN') : left.type, nullable: false }
}

export function filter(input: LogicalPlan, predicate: Expression): LogicalPlan {
  return { kind: 'filter', input, predicate, schema: input.schema, span }
}

export function project(input: LogicalPlan, named: Readonly<Record<string, Expression>>): LogicalPlan {
  const schema = Object.entries(named).map(([name, expression]) => ({
    name,
    type: expression.type,
    nullable: expression.nullable,
  }))
  return { kind: 'project', input, expressions: Object.values(named), schema, span }
}

export function aggregateCall(name: string, resultType: string, ...parameters: readonly Expression[]): AggregateCall {
  return {
    name,
    arguments: parameters,
    distinct: false,
    filter: null,
    orderBy: [],
    ignoreNulls: false,
    type: type(resultType),
    nullable: false,
    span,
  }
}

export const countStar = aggregateCall('count', 'BIGINT')

export function aggregate(
  input: LogicalPlan,
  groups: Readonly<Record<string, Expression>>,
  aggregates: Readonly<Record<string, AggregateCall>>,
): LogicalPlan {
  const outputs = [...Object.entries(groups), ...Object.entries(aggregates)]
  const schema = outputs.map(([name, output]) => ({ name, type: output.type, nullable: output.nullable }))
  return {
    kind: 'aggregate',
    input,
    groups: Object.values(groups),
    aggregates: Object.values(aggregates),
    schema,
    span,
  }
}

export function windowTable(input: LogicalPlan, timeColumn: number, size: Interval): LogicalPlan {
  const time = column(input, timeColumn)
  const added = columns('window_start TIMESTAMP', 'window_end TIMESTAMP', 'window_time TIMESTAMP')
  const window = { window: 'tumble', time, size, offset: noInterval, span } as const
  return { kind: 'window_table', input, window, schema: [...input.schema, ...added], span }
}

export function union(...inputs: readonly LogicalPlan[]): LogicalPlan {
  return { kind: 'union', inputs, schema: inputs[0]?.schema ?? [], span }
}

export function query(plan: LogicalPlan, emit: EmitPolicy['kind'] = 'default', lateness?: Interval): Query {
  return {
    plan,
    emit: emit === 'default' ? { kind: emit } : { kind: emit, span },
    lateness: lateness && { interval: lateness, span },
    span,
  }
}
