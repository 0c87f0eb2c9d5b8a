import { describe, expect, it } from 'vitest'
import { SqlError } from '../../sql/base/diagnostic.ts'
import type { Diagnostic } from '../../sql/base/diagnostic.ts'
import type { LogicalPlan } from '../../sql/plan/logical-plan.ts'
import type { Query } from '../../sql/plan/statement.ts'
import {
  aggregate,
  aggregateCall,
  binary,
  bigint,
  call,
  catalogOf,
  column,
  columns,
  countStar,
  filter,
  interval,
  project,
  query,
  scan,
  seconds,
  source,
  stream,
  union,
  windowTable,
} from '../../test/support/plans.ts'
import { compileQuery, type CompileOptions } from '../compile.ts'
import type { StreamNode } from './stream-plan.ts'

const bidColumns = columns('auction BIGINT', 'price BIGINT', 'ts TIMESTAMP')
const bid = source('bid', bidColumns, 2)
const plain = source('plain', bidColumns)
const changing = stream('changing', bidColumns, {
  mode: { kind: 'retract' },
  watermarks: [{ column: 2, lagMicros: '0' }],
})
const catalog = catalogOf(bid, plain, changing)

const options: CompileOptions = { settings: { unbounded_state: 'allow' }, isNative: () => true }

function lowered(asked: Query, more: Partial<CompileOptions> = {}): StreamNode {
  return compileQuery(asked, catalog, { ...options, ...more }).stream
}

function refusal(asked: Query, more: Partial<CompileOptions> = {}): Diagnostic {
  try {
    lowered(asked, more)
  } catch (error) {
    if (error instanceof SqlError && error.diagnostics[0]) return error.diagnostics[0]
    throw error
  }
  throw new Error('nothing was refused')
}

const tumble = (input: LogicalPlan, size = 10) =>
  call('tumble', 'TIMESTAMP', column(input, 2), interval(seconds(size)), interval(seconds(0)))

function perWindow(input: LogicalPlan): LogicalPlan {
  return aggregate(input, { window_start: tumble(input), auction: column(input, 0) }, { n: countStar })
}

type Aggregate = StreamNode & { readonly kind: 'aggregate' }

describe('sources', () => {
  it('append, and promise what their watermark says of the columns that are read', () => {
    expect(lowered(query(scan(bid, [2, 0]))).edge).toMatchObject({
      mode: { kind: 'append' },
      watermarks: [{ column: 0, lagMicros: '0' }],
    })
    expect(lowered(query(scan(bid, [0]))).edge.watermarks).toEqual([])
  })

  it('give streams what the catalog knows of them', () => {
    expect(lowered(query(scan(changing, [2]))).edge).toMatchObject({
      mode: { kind: 'retract' },
      watermarks: [{ column: 0, lagMicros: '0' }],
    })
  })
})

describe('projections', () => {
  it('move the promise with a column that a constant is added to or taken from', () => {
    const input = scan(bid)
    const moved = project(input, {
      later: binary('add', column(input, 2), interval(seconds(5))),
      earlier: binary('subtract', column(input, 2), interval(seconds(5))),
    })
    expect(lowered(query(moved)).edge.watermarks).toEqual([
      { column: 0, lagMicros: '-5000000' },
      { column: 1, lagMicros: '5000000' },
    ])
  })
})

describe('windowed aggregates', () => {
  it('close with the watermark by default: rows append, and the state is freed', () => {
    const node = lowered(query(perWindow(scan(bid)))) as Aggregate
    expect(node).toMatchObject({
      kind: 'aggregate',
      emit: 'on_window_close',
      state: { kind: 'watermark', column: 2 },
      groups: [{ kind: 'window_start' }, { kind: 'key' }],
      window: { lagMicros: '0', latenessMicros: '0' },
      edge: { mode: { kind: 'append' }, uniqueKeys: [[0, 1]], partitioning: [1] },
    })
    expect(node.edge.watermarks).toEqual([{ column: 0, lagMicros: '9999999' }])
  })

  it('change under EMIT CHANGES, and without a watermark', () => {
    expect(lowered(query(perWindow(scan(bid)), 'changes'))).toMatchObject({
      emit: 'changes',
      edge: { mode: { kind: 'retract' } },
      state: { kind: 'watermark' },
    })
    expect(lowered(query(perWindow(scan(plain))))).toMatchObject({
      emit: 'changes',
      window: { lagMicros: null },
      state: { kind: 'unbounded', by: 'number of windows' },
    })
  })

  it('cannot close without a watermark', () => {
    expect(refusal(query(perWindow(scan(plain)), 'on_window_close'))).toMatchObject({
      code: 'watermark_required',
      message: 'EMIT ON WINDOW CLOSE needs a watermark on ts',
    })
  })

  it('refuse EMIT ON WINDOW CLOSE where there is no window', () => {
    const input = scan(bid)
    const grouped = aggregate(input, { auction: column(input, 0) }, { n: countStar })
    expect(refusal(query(grouped, 'on_window_close')).code).toBe('window_required')
    expect(refusal(query(input, 'on_window_close')).code).toBe('window_required')
  })

  it('recognise the columns of a window table through filters and projections, and carry the time along', () => {
    const table = windowTable(scan(bid), 2, seconds(10))
    const kept = filter(table, binary('greater', column(table, 4), column(table, 2)))
    const narrow = project(kept, { auction: column(kept, 0), end: column(kept, 4), start: column(kept, 3) })
    const grouped = aggregate(
      narrow,
      { start: column(narrow, 2), auction: column(narrow, 0), end: column(narrow, 1) },
      { n: countStar },
    )
    const node = lowered(query(grouped)) as Aggregate
    expect(node.groups.map(({ kind }) => kind)).toEqual(['window_start', 'key', 'window_end'])
    expect(node.window?.time).toMatchObject({ kind: 'column', index: 1 })
    expect(node.input.edge.schema.map(({ name }) => name)).toEqual(['auction', 'ts'])
    expect(node.input).toMatchObject({ kind: 'project', input: { kind: 'filter', input: { kind: 'scan' } } })
    expect(JSON.stringify(node.input)).toContain('"window_end"')
    expect(node.edge.watermarks).toEqual([
      { column: 0, lagMicros: '9999999' },
      { column: 2, lagMicros: '-1' },
    ])
  })

  it('recognise DISTINCT over window columns', () => {
    const table = windowTable(scan(bid, [0, 1, 2]), 2, seconds(10))
    const narrow = project(table, { time: column(table, 5), auction: column(table, 0) })
    const node = lowered(query({ kind: 'distinct', input: narrow, schema: narrow.schema })) as Aggregate
    expect(node.groups.map(({ kind }) => kind)).toEqual(['window_time', 'key'])
    expect(node.aggregates).toEqual([])
    expect(node.edge.watermarks).toEqual([{ column: 0, lagMicros: '0' }])
  })

  it('can be windowed again over windowed rows, and close at the same watermark', () => {
    const inner = perWindow(scan(bid))
    const grouped = aggregate(
      inner,
      { start: column(inner, 0) },
      { most: aggregateCall('max', 'BIGINT', column(inner, 2)) },
    )
    const node = lowered(query(grouped)) as Aggregate
    expect(node).toMatchObject({
      emit: 'on_window_close',
      window: { lagMicros: '0' },
      groups: [{ kind: 'window_start' }],
    })
    expect(node.input).toMatchObject({ kind: 'aggregate', emit: 'on_window_close' })
  })

  it('weaken their promise by the lateness that is allowed', () => {
    const node = lowered(query(perWindow(scan(bid)), 'changes', seconds(60))) as Aggregate
    expect(node.window?.latenessMicros).toBe('60000000')
    expect(node.edge.watermarks).toEqual([{ column: 0, lagMicros: '69999999' }])
  })

  it('refuse two windows in one grouping', () => {
    const input = scan(bid)
    const grouped = aggregate(input, { a: tumble(input, 10), b: tumble(input, 20) }, { n: countStar })
    expect(refusal(query(grouped)).code).toBe('unsupported_feature')
  })

  it('refuse sizes that are no sizes', () => {
    const input = scan(bid)
    const grouped = aggregate(input, { a: tumble(input, 0) }, { n: countStar })
    expect(refusal(query(grouped))).toMatchObject({ code: 'invalid_window', span: { line: 1 } })
  })
})

describe('ALLOW LATENESS', () => {
  it('is refused where a closed window would have to be taken back', () => {
    const asked = query(perWindow(scan(bid)), 'default', seconds(5))
    expect(lowered(asked)).toMatchObject({ emit: 'close_then_changes', edge: { mode: { kind: 'retract' } } })
    expect(lowered(query(perWindow(scan(bid)), 'default', seconds(0)))).toMatchObject({
      emit: 'on_window_close',
      edge: { mode: { kind: 'append' } },
    })
    expect(refusal(asked, { sink: { name: 'out', takesChanges: false } }).code).toBe('sink_change_mode')
  })

  it('is refused without a window and without a watermark', () => {
    expect(refusal(query(scan(bid), 'default', seconds(5))).code).toBe('window_required')
    expect(refusal(query(perWindow(scan(plain)), 'changes', seconds(5))).code).toBe('watermark_required')
  })
})

describe('aggregates without window', () => {
  const input = scan(bid, [0, 1])
  const grouped = aggregate(input, { auction: column(input, 0) }, { n: countStar })

  it('change, keep a group for ever, and are unique by their keys', () => {
    expect(lowered(query(grouped))).toMatchObject({
      emit: 'changes',
      edge: { mode: { kind: 'retract' }, uniqueKeys: [[0]], watermarks: [] },
      state: { kind: 'unbounded', by: 'number of different auction' },
    })
    expect(lowered(query(aggregate(input, {}, { n: countStar })))).toMatchObject({
      state: { kind: 'constant' },
      edge: { uniqueKeys: [[]] },
    })
  })

  it('follow the setting unbounded_state', () => {
    const warned = compileQuery(query(grouped), catalog, { ...options, settings: { unbounded_state: 'warn' } })
    expect(warned.warnings.map(({ code }) => code)).toEqual(['unbounded_state'])
    expect(refusal(query(grouped), { settings: { unbounded_state: 'error' } })).toMatchObject({
      code: 'unbounded_state',
      message: 'the state of GROUP BY auction has no bound',
    })
    expect(lowered(query(perWindow(scan(bid))), { settings: { unbounded_state: 'error' } }).kind).toBe('aggregate')
  })

  it('take changing input, with state for each value where one must be found again', () => {
    const rows = scan(changing)
    const over = (name: string): StreamNode =>
      lowered(query(aggregate(rows, {}, { result: aggregateCall(name, 'BIGINT', column(rows, 1)) })))
    for (const name of ['count', 'sum', 'avg', 'bool_and', 'stddev', 'var_pop'])
      expect(over(name).state).toEqual({ kind: 'constant' })
    for (const name of ['min', 'max', 'first_value', 'last_value'])
      expect(over(name).state).toMatchObject({ kind: 'unbounded' })
  })

  it('order FIRST_VALUE and LAST_VALUE by event time, carried along when nothing else reads it', () => {
    const narrow = filter(scan(bid, [1]), binary('greater', column(scan(bid, [1]), 0), bigint(5)))
    const last = aggregateCall('last_value', 'BIGINT', column(narrow, 0))
    const node = lowered(query(aggregate(narrow, {}, { last }))) as Aggregate
    expect(node.aggregates[0]?.orderBy).toMatchObject([{ expression: { kind: 'column', index: 1 }, descending: false }])
    expect(node.input.edge.schema.map(({ name }) => name)).toEqual(['price', 'ts'])
    const arrival = scan(plain, [1])
    const unordered = lowered(query(aggregate(arrival, {}, { last }))) as Aggregate
    expect(unordered.aggregates[0]?.orderBy).toEqual([])
  })

  it('refuse ORDER BY and IGNORE NULLS where they would be ignored', () => {
    const orderBy = [{ expression: column(input, 0), descending: false, nullsFirst: false }]
    const sum = aggregateCall('sum', 'BIGINT', column(input, 1))
    expect(refusal(query(aggregate(input, {}, { s: { ...sum, orderBy } }))).code).toBe('unsupported_feature')
    expect(refusal(query(aggregate(input, {}, { s: { ...sum, ignoreNulls: true } }))).code).toBe('unsupported_feature')
    expect(refusal(query(aggregate(input, {}, { s: { ...sum, name: 'sun' } }))).hint).toBe('did you mean "sum"?')
  })
})

describe('window tables without aggregate', () => {
  it('hold rows until their window closes, or only add the columns under EMIT CHANGES', () => {
    const table = windowTable(scan(bid), 2, seconds(10))
    const held = lowered(query(table))
    expect(held).toMatchObject({
      kind: 'window_hold',
      startColumn: 3,
      endColumn: 4,
      state: { kind: 'watermark', column: 2 },
      input: { kind: 'window_assign' },
    })
    expect(held.edge.watermarks).toEqual([
      { column: 2, lagMicros: '10000000' },
      { column: 3, lagMicros: '9999999' },
      { column: 4, lagMicros: '-1' },
      { column: 5, lagMicros: '0' },
    ])
    expect(lowered(query(table, 'changes')).kind).toBe('window_assign')
  })

  it('do not make an aggregate over all rows wait for them', () => {
    const table = windowTable(scan(bid), 2, seconds(10))
    const node = lowered(query(aggregate(table, {}, { n: countStar }))) as Aggregate
    expect(node.input.kind).toBe('window_assign')
  })

  it('cannot hold rows that change', () => {
    expect(refusal(query(windowTable(scan(changing), 2, seconds(10)))).code).toBe('unsupported_feature')
  })
})

describe('unions', () => {
  it('keep the promises that all inputs give, with the greatest lag, and change when one changes', () => {
    const moved = project(scan(bid), {
      a: column(scan(bid), 0),
      p: column(scan(bid), 1),
      ts: binary('subtract', column(scan(bid), 2), interval(seconds(5))),
    })
    expect(lowered(query(union(scan(bid), moved))).edge).toMatchObject({
      mode: { kind: 'append' },
      watermarks: [{ column: 2, lagMicros: '5000000' }],
    })
    expect(lowered(query(union(scan(bid), scan(plain)))).edge.watermarks).toEqual([])
    expect(lowered(query(union(scan(bid), scan(changing)))).edge.mode.kind).toBe('retract')
  })
})

describe('sinks', () => {
  it('that only append refuse changing rows', () => {
    const input = scan(bid, [0])
    const grouped = aggregate(input, { auction: column(input, 0) }, { n: countStar })
    const sink = { name: 'out', takesChanges: false, hint: "use changelog = 'weight'" }
    expect(refusal(query(grouped), { sink })).toMatchObject({
      code: 'sink_change_mode',
      hint: "use changelog = 'weight'",
    })
    expect(lowered(query(grouped), { sink: { ...sink, takesChanges: true } }).kind).toBe('aggregate')
    expect(lowered(query(perWindow(scan(bid))), { sink }).kind).toBe('aggregate')
  })
})
