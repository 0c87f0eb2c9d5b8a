import { describe, expect, it } from 'vitest'
import type { Expression, LogicalPlan } from '../../sql/plan/logical-plan.ts'
import {
  aggregate,
  aggregateCall,
  bigint,
  binary,
  call,
  catalogOf,
  column,
  columns,
  countStar,
  filter,
  project,
  query,
  scan,
  seconds,
  source,
  stream,
  union,
  windowTable,
} from '../../test/support/plans.ts'
import { compileQuery } from '../compile.ts'
import type { Pipeline } from './pipeline.ts'

const bid = source('bid', columns('auction BIGINT', 'price BIGINT', 'ts TIMESTAMP'), 2)
const changing = stream('changing', bid.columns, { mode: { kind: 'retract' } })
const catalog = catalogOf(bid, changing)

/** Functions whose names start with `slow` go to the evaluator. */
function pipelinesOf(plan: LogicalPlan, emit: 'default' | 'changes' = 'default'): readonly Pipeline[] {
  const isNative = ({ name }: { readonly name: string }): boolean => !name.startsWith('slow')
  return compileQuery(query(plan, emit), catalog, { settings: { unbounded_state: 'allow' }, isNative }).pipelines
}

function shape({ id, input, steps, terminal }: Pipeline): string {
  const from = input.kind === 'pipelines' ? input.ids.join('+') : input.kind
  const after = 'after' in terminal ? terminal.after.map(({ kind }) => ` > ${kind}`).join('') : ''
  return `${id}: ${from} > ${[...steps, terminal].map(({ kind }) => kind).join(' > ')}${after}`
}

const slow = (...parameters: readonly Expression[]): Expression => call('slow', 'BIGINT', ...parameters)
const plus = (left: Expression, right: Expression): Expression => binary('add', left, right)

describe('cutting', () => {
  const input = scan(bid)

  it('keeps what is before and behind an aggregate in its pipeline', () => {
    const kept = filter(input, binary('greater', column(input, 1), bigint(1)))
    const grouped = aggregate(kept, { auction: column(kept, 0) }, { n: countStar })
    const having = filter(grouped, binary('greater', column(grouped, 1), bigint(1)))
    const shown = project(having, { n: column(having, 1) })
    expect(pipelinesOf(shown).map(shape)).toEqual(['0: object > filter > aggregate > filter > project'])
  })

  it('starts a new pipeline at the next breaker, and gives it the edge of what comes in', () => {
    const inner = aggregate(input, { auction: column(input, 0) }, { n: countStar })
    const outer = aggregate(inner, {}, { total: aggregateCall('sum', 'BIGINT', column(inner, 1)) })
    const [first, second] = pipelinesOf(outer)
    expect([first, second].map((each) => each && shape(each))).toEqual(['0: object > aggregate', '1: 0 > aggregate'])
    expect(second?.inputEdge).toEqual(first?.outputEdge)
    expect(second?.inputEdge.mode.kind).toBe('retract')
  })

  it('lets the inputs of a union write the layout of the union', () => {
    const [first, second, third] = pipelinesOf(union(input, scan(changing)))
    expect([first, second, third].map((each) => each && shape(each))).toEqual([
      '0: object > output',
      '1: object > output',
      '2: 0+1 > output',
    ])
    expect(first?.inputEdge.mode.kind).toBe('append')
    expect(first?.outputEdge.mode.kind).toBe('retract')
  })

  it('computes window columns in a projection before rows are held', () => {
    const [only] = pipelinesOf(windowTable(input, 2, seconds(10)))
    expect(only && shape(only)).toBe('0: object > project > window_hold')
    const [step] = only?.steps ?? []
    expect(
      step?.kind === 'project' && step.expressions.map((each) => ('name' in each ? each.name : each.kind)),
    ).toEqual(['column', 'column', 'column', 'tumble', 'window_end', 'binary'])
  })
})

describe('calls of the evaluator', () => {
  const input = scan(bid)
  const [auction, price] = [column(input, 0), column(input, 1)]

  it('leave with computed arguments and come back as columns', () => {
    const [first, second] = pipelinesOf(project(input, { a: plus(slow(plus(price, bigint(1)), bigint(7)), auction) }))
    expect([first, second].map((each) => each && shape(each))).toEqual([
      '0: object > project > evaluate',
      '1: 0 > project'.concat(' > output'),
    ])
    expect(first?.terminal).toMatchObject({
      calls: [{ name: 'slow', arguments: [{ kind: 'column', index: 3 }, { kind: 'literal' }] }],
    })
    expect(first?.outputEdge.schema.map(({ name }) => name)).toEqual(['auction', 'price', 'ts', 'argument', 'slow'])
    expect(second?.steps[0]).toMatchObject({
      expressions: [{ kind: 'binary', left: { kind: 'column', index: 4 }, right: { kind: 'column', index: 0 } }],
    })
  })

  it('need no projection when their arguments are columns', () => {
    expect(pipelinesOf(project(input, { a: slow(price) })).map(shape)).toEqual([
      '0: object > evaluate',
      '1: 0 > project > output',
    ])
  })

  it('go in order when one is the argument of another', () => {
    const pipelines = pipelinesOf(project(input, { a: slow(slow(price)), b: slow(auction) }))
    expect(pipelines.map(shape)).toEqual([
      '0: object > evaluate',
      '1: 0 > project > evaluate',
      '2: 1 > project > output',
    ])
    expect(pipelines[1]?.steps[0]).toMatchObject({
      expressions: [{ index: 0 }, { index: 1 }, { index: 2 }, { kind: 'column', index: 3 }],
    })
    expect(pipelines[1]?.outputEdge.schema).toHaveLength(6)
  })

  it('leave no columns behind a filter, and may stand in aggregates', () => {
    const kept = filter(input, binary('greater', slow(price), bigint(1)))
    const filtered = pipelinesOf(kept)
    expect(filtered.map(shape)).toEqual(['0: object > evaluate', '1: 0 > filter > project > output'])
    expect(filtered[1]?.outputEdge.schema).toEqual(kept.schema)
    const grouped = pipelinesOf(
      aggregate(input, { k: slow(price) }, { s: aggregateCall('sum', 'BIGINT', slow(auction)) }),
    )
    expect(grouped.map(shape)).toEqual(['0: object > evaluate', '1: 0 > aggregate'])
    expect(grouped[1]?.terminal).toMatchObject({
      node: { groups: [{ expression: { index: 3 } }], aggregates: [{ arguments: [{ index: 4 }] }] },
    })
  })

  it('behind an aggregate start a pipeline of their own', () => {
    const grouped = aggregate(input, { auction }, { n: countStar })
    expect(pipelinesOf(project(grouped, { a: slow(column(grouped, 1)) })).map(shape)).toEqual([
      '0: object > aggregate',
      '1: 0 > evaluate',
      '2: 1 > project > output',
    ])
  })

  it('compute arguments only where CASE, COALESCE, AND and OR would use the result', () => {
    const when = binary('greater', price, bigint(0))
    const guarded = (expression: Expression): unknown => {
      const [step] = pipelinesOf(project(input, { a: expression }))[0]?.steps ?? []
      return step?.kind === 'project' ? step.expressions[3] : undefined
    }
    const argument = plus(price, bigint(1))
    const chosen: Expression = {
      kind: 'case',
      branches: [{ when, then: slow(argument) }],
      otherwise: null,
      type: price.type,
      nullable: true,
    }
    expect(guarded(chosen)).toMatchObject({ kind: 'case', branches: [{ when, then: argument }], otherwise: null })
    expect(guarded({ ...chosen, branches: [{ when, then: price }], otherwise: slow(argument) })).toMatchObject({
      branches: [{ when: { operator: 'is_not_true', operand: when } }],
    })
    expect(guarded(call('coalesce', 'BIGINT', price, slow(argument)))).toMatchObject({
      branches: [{ when: { operator: 'is_null', operand: price } }],
    })
    expect(guarded(binary('and', when, binary('equal', slow(argument), price)))).toMatchObject({
      branches: [{ when: { operator: 'is_not_false', operand: when } }],
    })
    expect(guarded(binary('or', when, binary('equal', slow(argument), price)))).toMatchObject({
      branches: [{ when: { operator: 'is_not_true', operand: when } }],
    })
    expect(guarded(slow(argument))).toEqual(argument)
  })
})
