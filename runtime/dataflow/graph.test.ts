import { describe, expect, it } from 'vitest'
import { DataflowBench } from '../../test/support/dataflow/dataflow-bench.ts'
import type { Cell } from '../../test/support/expressions/cells.ts'
import {
  aggregate,
  bigint,
  binary,
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
  span,
  stream,
  union,
  watermarkOn,
  windowTable,
} from '../../test/support/plans.ts'
import type { CatalogObject } from '../../sql/catalog/object.ts'
import type { LogicalPlan } from '../../sql/plan/logical-plan.ts'

const schema = columns('k BIGINT', 's VARCHAR?', 'ts TIMESTAMP')
const t = source('t', schema, 2)
const u = source('u', schema, 2)
const watermark = watermarkOn(2)
const long = 'a text that is longer than twelve bytes'

function bench(): DataflowBench {
  const made = new DataflowBench('javascript')
  for (const object of [t, u]) made.addSource(object.name, { definitions: object.definitions, watermark })
  return made
}

function deploy(
  on: DataflowBench,
  [name, plan]: readonly [string, LogicalPlan],
  options: {
    readonly kept?: boolean
    readonly emit?: 'changes'
    readonly others?: readonly CatalogObject[]
    readonly inputs?: 'snapshot'
  } = {},
): void {
  const pipelines = on.compile(query(plan, options.emit ?? 'default'), catalogOf(t, u, ...(options.others ?? [])))
  on.deploy(
    name,
    on.lower(pipelines, options.kept ? 'kept' : 'passed_on'),
    options.inputs ? { inputs: options.inputs } : {},
  )
}

const row = (k: number, ts: number, s: string | null = null): readonly Cell[] => [BigInt(k), s, BigInt(ts)]
const ones = (rows: readonly (readonly Cell[])[]) => rows.map((cells) => ({ row: cells, weight: 1 }))

describe('the graph', () => {
  it('carries rows, watermarks and ends through filters and projections, in order', () => {
    const on = bench()
    const kept = filter(scan(t), binary('greater', column(scan(t), 0), bigint(1)))
    deploy(on, ['q', project(kept, { s: column(kept, 1), k: column(kept, 0) })])
    const out = on.collect('q')
    on.push('t', [row(1, 10), row(2, 20, long), row(3, 5, 'x')])
    on.end('t')
    expect(out.rows).toEqual(
      ones([
        [long, 2n],
        ['x', 3n],
      ]),
    )
    expect(out.watermarks).toEqual([20n])
    expect(out.ended).toBe(true)
  })

  it('joins inputs of UNION ALL with the least watermark, and ends with the last', () => {
    const on = bench()
    const both = union(scan(t), scan(u))
    const counted = aggregate(
      both,
      {
        start: {
          kind: 'call',
          name: 'tumble',
          arguments: [column(both, 2), interval(seconds(1))],
          type: { kind: 'timestamp' },
          nullable: false,
        },
      },
      { n: countStar },
    )
    deploy(on, ['q', counted])
    const out = on.collect('q')
    on.push('t', [row(1, 500_000), row(1, 5_000_000)])
    expect(out.rows).toEqual([])
    // late for t alone, not for the union
    on.push('u', [row(1, 600_000)])
    on.watermark('u', 3_000_000n)
    expect(out.rows).toEqual(ones([[0n, 2n]]))
    on.end('u')
    expect(out.ended).toBe(false)
    on.end('t')
    expect(out.rows.at(-1)).toEqual({ row: [5_000_000n, 1n], weight: 1 })
    expect(out.ended).toBe(true)
  })

  it('holds the rows of a window without an aggregate until it closes', () => {
    const on = bench()
    deploy(on, ['q', windowTable(scan(t), 2, seconds(1))])
    const out = on.collect('q')
    on.push('t', [row(1, 100, long), row(2, 1_200_000), row(3, 1_100_000, 'x')])
    const window = (start: number): readonly Cell[] => [
      BigInt(start),
      BigInt(start + 1_000_000),
      BigInt(start + 999_999),
    ]
    expect(out.rows).toEqual(ones([[...row(1, 100, long), ...window(0)]]))
    on.end('t')
    expect(out.rows.slice(1)).toEqual(
      ones([
        [...row(2, 1_200_000), ...window(1_000_000)],
        [...row(3, 1_100_000, 'x'), ...window(1_000_000)],
      ]),
    )
  })

  it('keeps the rows of a view with their multiplicities', () => {
    const on = bench()
    const plan = project(scan(t), { k: column(scan(t), 0), s: column(scan(t), 1) })
    deploy(on, ['v', plan], { kept: true })
    on.push('t', [row(1, 1, long), row(2, 2), row(1, 3, long)])
    const object = stream('v', plan.schema)
    expect(on.collect('v', { snapshot: true }).rows).toEqual([])
    const late = on.collect('v', { snapshot: true })
    void on.graph.run()
    expect(late.rows).toEqual(
      ones([
        [1n, long],
        [1n, long],
        [2n, null],
      ]),
    )
    on.push('t', [row(4, 4, 'y')])
    expect(late.rows.length).toBe(4)

    // a query that comes later first gets what is there
    deploy(on, ['later', aggregate(scan(object), {}, { n: countStar })], { emit: 'changes', others: [object] })
    const count = on.collect('later')
    on.push('t', [row(5, 5)])
    expect(count.rows.reduce((sum, { row: [n], weight }) => sum + Number(n) * weight, 0)).toBe(5)

    // a snapshot shows final values once and ends
    deploy(on, ['once', aggregate(scan(object), {}, { n: countStar })], {
      emit: 'changes',
      others: [object],
      inputs: 'snapshot',
    })
    const once = on.collect('once')
    void on.graph.run()
    expect(once.rows).toEqual(ones([[5n]]))
    expect(once.ended).toBe(true)
  })

  it('takes rows out of a view when its query changes them', () => {
    const on = bench()
    deploy(on, ['v', aggregate(scan(t), { s: column(scan(t), 1) }, { n: countStar })], { kept: true, emit: 'changes' })
    on.push('t', [row(1, 1, long), row(2, 2, 'b'), row(3, 3, long)], { cut: 1 })
    const now = on.collect('v', { snapshot: true })
    void on.graph.run()
    expect(now.rows).toEqual(
      ones([
        [long, 2n],
        ['b', 1n],
      ]),
    )
    expect(on.graph.metrics().queries[0]?.operators.at(-1)?.groups).toBe(2)
  })

  it('makes VALUES, more rows than a block holds, then ends', () => {
    const on = bench()
    const rows = Array.from({ length: 1500 }, (_, index) => [bigint(index)])
    deploy(on, ['q', { kind: 'values', rows, schema: columns('n BIGINT') }])
    const out = on.collect('q')
    void on.graph.run()
    expect(out.rows).toEqual(ones(rows.map((_, index) => [BigInt(index)])))
    expect(out.ended).toBe(true)
  })

  it('leaves out rows that fail before they touch state, and fails the query when its owner says so', () => {
    const on = bench()
    const inverse = {
      kind: 'binary',
      operator: 'divide',
      left: bigint(12),
      right: column(scan(t), 0),
      type: { kind: 'bigint' },
      nullable: false,
      span,
    } as const
    const plan = aggregate(
      scan(t),
      {},
      {
        n: countStar,
        s: {
          name: 'sum',
          arguments: [inverse],
          distinct: false,
          filter: null,
          orderBy: [],
          ignoreNulls: false,
          type: { kind: 'bigint' },
          nullable: true,
        },
      },
    )
    deploy(on, ['skips', plan], { emit: 'changes' })
    const skips = on.collect('skips')
    const artifact = on.lower(on.compile(query(plan, 'changes'), catalogOf(t, u)))
    on.deploy('fails', artifact, {
      onRowError: ({ site }) => {
        throw new Error(site.code)
      },
    })
    const fails = on.collect('fails')
    on.push('t', [row(3, 1), row(0, 2), row(4, 3)])
    expect(skips.rows.at(-1)).toEqual({ row: [2n, 7n], weight: 1 })
    expect(on.errors.map(({ site, row: index }) => [site.code, index])).toEqual([['division_by_zero', 1]])
    expect(on.failures).toEqual([new Error('division_by_zero')])
    expect(fails.ended).toBe(true)
    on.push('t', [row(1, 4)])
    expect(skips.rows.at(-1)).toEqual({ row: [3n, 19n], weight: 1 })
  })

  it('stops the sources of a slow consumer and no others, and loses nothing', async () => {
    const on = bench()
    deploy(on, ['slow', scan(t)])
    deploy(on, ['free', scan(u)])
    let open: (() => void) | null = null
    let isReady = false
    const slow = on.collect('slow', {
      ready: () => {
        if (isReady) {
          isReady = false
          return true
        }
        return new Promise<void>((resolve) => {
          open = resolve
        })
      },
    })
    const free = on.collect('free')
    on.push('t', [row(1, 1)])
    on.push('u', [row(9, 1)])
    expect([slow.rows.length, free.rows.length]).toEqual([0, 1])
    on.push('u', [row(9, 2)])
    expect(free.rows.length).toBe(2)
    const waiting = on.graph.run()
    expect(waiting).not.toBe(true)
    isReady = true
    ;(open as (() => void) | null)?.()
    await waiting
    expect(on.graph.run()).toBe(true)
    expect(slow.rows).toEqual(ones([row(1, 1)]))
  })

  it('gives all memory of a removed query back', () => {
    const on = bench()
    on.push('t', [row(1, 1, long)])
    const before = on.memory.pages.takenCount
    for (let round = 0; round < 3; round++) {
      deploy(on, ['q', aggregate(scan(t), { s: column(scan(t), 1) }, { n: countStar })], {
        emit: 'changes',
        kept: true,
      })
      const out = on.collect('q', { snapshot: true })
      on.push(
        't',
        Array.from({ length: 3000 }, (_, index) => row(index, index, `${long}${index}`)),
      )
      expect(out.rows.length).toBe(3000)
      on.graph.remove('q')
      expect(on.memory.pages.takenCount).toBe(before)
    }
  })
})
