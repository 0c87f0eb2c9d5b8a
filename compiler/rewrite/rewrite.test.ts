import { describe, expect, it } from 'vitest'
import type { LogicalPlan } from '../../sql/plan/logical-plan.ts'
import {
  bigint,
  binary,
  column,
  columns,
  filter,
  project,
  scan,
  seconds,
  source,
  type,
  union,
  windowTable,
} from '../../test/support/plans.ts'
import { rewritePlan } from './rewrite.ts'

const bid = source('bid', columns('auction BIGINT', 'price BIGINT', 'ts TIMESTAMP'), 2)
const input = scan(bid)
const twice = binary('multiply', column(input, 1), bigint(2))

describe('rewritePlan', () => {
  it('gives the same object when no rule applies', () => {
    const plan = project(filter(input, binary('greater', column(input, 1), bigint(1))), { p: column(input, 1) })
    expect(rewritePlan(plan)).toBe(plan)
  })

  it('drops a filter on TRUE, not one on another constant', () => {
    const literal = (value: boolean | null): LogicalPlan =>
      filter(input, { kind: 'literal', type: type('BOOLEAN'), nullable: value === null, value })
    expect(rewritePlan(literal(true))).toBe(input)
    expect(rewritePlan(literal(false)).kind).toBe('filter')
    expect(rewritePlan(literal(null)).kind).toBe('filter')
  })

  it('drops a projection of all columns in order, not one that renames or swaps', () => {
    const all = { auction: column(input, 0), price: column(input, 1), ts: column(input, 2) }
    expect(rewritePlan(project(input, all))).toBe(input)
    expect(rewritePlan(project(input, { ...all, ts: column(input, 1) })).kind).toBe('project')
    expect(
      rewritePlan(project(input, { a: column(input, 0), price: column(input, 1), ts: column(input, 2) })).kind,
    ).toBe('project')
  })

  it('merges projections, but computes nothing twice', () => {
    const inner = project(input, { double: twice, auction: column(input, 0) })
    const once = rewritePlan(project(inner, { d: column(inner, 0), a: column(inner, 1), b: column(inner, 1) }))
    expect(once).toMatchObject({
      kind: 'project',
      input: { kind: 'scan' },
      expressions: [twice, { index: 0 }, { index: 0 }],
    })
    const repeated = project(inner, { d: binary('add', column(inner, 0), column(inner, 0)) })
    expect(rewritePlan(repeated)).toBe(repeated)
  })

  it('flattens unions', () => {
    expect(rewritePlan(union(union(input, input), input))).toMatchObject({
      kind: 'union',
      inputs: [input, input, input],
    })
  })

  it('filters before a projection that picks columns, not before one that computes', () => {
    const picked = project(input, { ts: column(input, 2), five: bigint(5), price: column(input, 1) })
    const pushed = rewritePlan(filter(picked, binary('greater', column(picked, 2), column(picked, 1))))
    expect(pushed).toMatchObject({
      kind: 'project',
      input: { kind: 'filter', predicate: { left: { index: 1 }, right: { value: '5' } }, input: { kind: 'scan' } },
    })
    const computed = project(input, { double: twice, price: column(input, 1) })
    const kept = filter(computed, binary('greater', column(computed, 1), bigint(1)))
    expect(rewritePlan(kept)).toBe(kept)
  })

  it('filters before a window unless the filter looks at it', () => {
    const table = windowTable(input, 2, seconds(10))
    expect(rewritePlan(filter(table, binary('greater', column(table, 1), bigint(1))))).toMatchObject({
      kind: 'window_table',
      input: { kind: 'filter', input: { kind: 'scan' } },
    })
    const late = filter(table, binary('greater', column(table, 3), column(table, 2)))
    expect(rewritePlan(late)).toBe(late)
  })
})
