import type { OrderMemory } from '../../../runtime/abi/state.ts'
import { must } from '../../../sql/base/assert.ts'
import type { Expression as SqlExpression } from '../../../sql/plan/logical-plan.ts'
import type { SqlType } from '../../../sql/types/sql-type.ts'
import { binary, constI32, constI64, library, load } from '../../kernel/build.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { KeyField } from '../operators/key.ts'
import { keyField, loadKey, makeKey } from '../operators/key.ts'
import { findOrInsert } from '../operators/probe.ts'
import type { StateField, StateOrderKey } from '../operators/state-layout.ts'
import { StateLayout } from '../operators/state-layout.ts'
import { expressionKey } from '../expression-key.ts'
import type { Value } from '../value.ts'
import type { Accumulator, AccumulatorInput, OrderKey, UpdateContext } from './accumulator.ts'

/**
 * The rows of each group in an order, so that an aggregate that shows the first of them can forget rows: a table of (group row, value, order keys) ->
 * how often, kept in order by the library (order_add). Rows that show the same are one row of this table; of those, the one that gives the place is
 * the first to arrive where the first is shown, the last where the last is.
 */
interface OrderedRows {
  readonly sideTable: number
  readonly group: KeyField
  readonly columns: readonly OrderedColumn[]
  /** i64 */
  readonly times: StateField
  /** i64, what ties are decided by. */
  readonly arrival: StateField
  /** Of the group: the root of the order, the row that is shown, and how many rows have arrived. */
  readonly root: StateField
  readonly shown: StateField
  readonly arrivals: StateField
}

interface OrderedColumn {
  readonly expression: SqlExpression
  readonly field: KeyField
}

export interface OrderedSpec {
  readonly argument: SqlExpression
  /** The row to show is the first by these keys (of those, by arrival). */
  readonly orderBy: readonly OrderKey[]
  readonly ties: 'first' | 'last'
  /** Brings the value of the shown row to where results are read. */
  readonly show: (context: UpdateContext, value: Value) => void
}

export function orderedRows(
  input: Pick<AccumulatorInput, 'layout' | 'sideTables'>,
  spec: OrderedSpec,
): Pick<Accumulator, 'update' | 'retract'> {
  const rows = layOut(input, spec)
  return {
    update: (context) => add(context, rows, spec),
    retract: (context) => takeOut(context, rows, spec),
  }
}

function layOut(
  { layout, sideTables }: Pick<AccumulatorInput, 'layout' | 'sideTables'>,
  { argument, orderBy, ties }: OrderedSpec,
): OrderedRows {
  const table = new StateLayout()
  const group = keyField(table, { type: { kind: 'integer' }, nullable: false })
  const expressions = new Map(
    [argument, ...orderBy.map((key) => key.expression)].map((each) => [expressionKey(each), each]),
  )
  const columns = [...expressions.values()].map((expression): OrderedColumn => ({
    expression,
    field: keyField(table, expression, 'bits'),
  }))
  const [times, arrival] = [table.accumulator('times', 'i64'), table.accumulator('arrival', 'i64')]
  const link = (role: string): StateField => table.accumulator(role, 'i32')
  const byArrival = {
    field: arrival,
    memory: 'i64',
    bit: null,
    descending: ties === 'last',
    nullsFirst: false,
  } as const
  table.ordered({
    links: { left: link('left'), right: link('right'), parent: link('parent') },
    keys: [...orderBy.map((key) => stateOrderKey(columns, key)), byArrival],
  })
  return {
    sideTable: sideTables.add(table.finish()),
    group,
    columns,
    times,
    arrival,
    root: layout.accumulator('root', 'i32'),
    shown: layout.accumulator('shown', 'i32'),
    arrivals: layout.accumulator('arrivals', 'i64'),
  }
}

function stateOrderKey(
  columns: readonly OrderedColumn[],
  { expression, descending, nullsFirst }: OrderKey,
): StateOrderKey {
  const { field } = columnOf(columns, expression)
  return { field: field.field, memory: orderMemory(field), bit: field.bit, descending, nullsFirst }
}

function columnOf(columns: readonly OrderedColumn[], expression: SqlExpression): OrderedColumn {
  const key = expressionKey(expression)
  return must(
    columns.find((column) => expressionKey(column.expression) === key),
    'a column of the ordered rows',
  )
}

function orderMemory({ type, field }: { readonly type: SqlType; readonly field: StateField }): OrderMemory {
  if (type.kind === 'ubigint') return 'u64'
  return field.memory === 'wide' ? 'i64' : field.memory
}

function add(context: UpdateContext, rows: OrderedRows, spec: OrderedSpec): void {
  const { lowering, row } = context
  const { builder } = lowering
  const entry = findEntry(context, rows, spec)
  const times = changeTimes(context, { entry, times: rows.times }, 1n)
  const arrivals = binary('add', load('i64', row, { offset: rows.arrivals.offset }), constI64(1n))
  builder.store('i64', { address: row, offset: rows.arrivals.offset }, arrivals)
  const place = (): void => {
    builder.store(
      'i64',
      { address: entry, offset: rows.arrival.offset },
      load('i64', row, { offset: rows.arrivals.offset }),
    )
    showFirst(context, { rows, spec, first: linked(context, rows, { change: 'order_add', entry }) })
  }
  if (spec.ties === 'first') {
    builder.if(binary('eq', times, constI64(1n)), place)
    return
  }
  builder.if(binary('gt_s', times, constI64(0n)), () => {
    builder.if(binary('gt_s', times, constI64(1n)), () => void linked(context, rows, { change: 'order_remove', entry }))
    place()
  })
}

function takeOut(context: UpdateContext, rows: OrderedRows, spec: OrderedSpec): void {
  const { builder } = context.lowering
  const entry = findEntry(context, rows, spec)
  const times = changeTimes(context, { entry, times: rows.times }, -1n)
  builder.if(binary('eq', times, constI64(0n)), () => {
    showFirst(context, { rows, spec, first: linked(context, rows, { change: 'order_remove', entry }) })
    builder.do('table_remove', [context.sideTable(rows.sideTable).header, entry])
  })
}

function findEntry(context: UpdateContext, rows: OrderedRows, { argument, orderBy }: OrderedSpec): Expression {
  const { builder } = context.lowering
  const group: Value = { type: { kind: 'integer' }, value: context.row, valid: null }
  const orderValues = context.orderKeys()
  const values = new Map(orderBy.map((key, index) => [expressionKey(key.expression), orderValues[index]]))
  const keys = rows.columns.map(({ expression, field }) => {
    const value = expression === argument ? context.argument() : must(values.get(expressionKey(expression)))
    return makeKey(builder, field, { value, direct: null })
  })
  return findOrInsert(builder, context.sideTable(rows.sideTable), {
    keys: [makeKey(builder, rows.group, { value: group, direct: null }), ...keys],
    removes: true,
    onInsert: () => undefined,
  })
}

/** What `times` is now. */
function changeTimes(
  { lowering: { builder } }: UpdateContext,
  { entry, times }: { readonly entry: Expression; readonly times: StateField },
  step: bigint,
): Expression {
  const { offset } = times
  const changed = builder.let('times', binary('add', load('i64', entry, { offset }), constI64(step)))
  builder.store('i64', { address: entry, offset }, changed)
  return changed
}

/** The first row afterwards. */
function linked(
  { lowering: { builder }, row, sideTable }: UpdateContext,
  rows: OrderedRows,
  { change, entry }: { readonly change: 'order_add' | 'order_remove'; readonly entry: Expression },
): Expression {
  const root = binary('add', row, constI32(rows.root.offset))
  return builder.let('first', library(change, [sideTable(rows.sideTable).header, root, entry]))
}

function showFirst(
  context: UpdateContext,
  { rows, spec, first }: { readonly rows: OrderedRows; readonly spec: OrderedSpec; readonly first: Expression },
): void {
  const { lowering, row } = context
  const { builder } = lowering
  const { offset } = rows.shown
  builder.if(binary('ne', first, load('i32', row, { offset })), () => {
    builder.store('i32', { address: row, offset }, first)
    builder.if(binary('ne', first, constI32(0)), () => {
      spec.show(context, loadKey(builder, first, columnOf(rows.columns, spec.argument).field))
    })
  })
}
