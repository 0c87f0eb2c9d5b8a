import { describe, expect, it } from 'vitest'
import type { Expression } from '../../sql/plan/logical-plan.ts'
import { ExpressionNumbers, expressionKey } from './expression-key.ts'

const bigint = { type: { kind: 'bigint' }, nullable: false } as const
const text = { type: { kind: 'varchar' }, nullable: false } as const
const truth = { type: { kind: 'boolean' }, nullable: false } as const
const span = (start: number) => ({ start, end: start + 1, line: 1, column: start + 1 })

/** A new tree at every call. */
function column(index: number, start = 0): Expression {
  return { kind: 'column', index, span: span(start), ...bigint }
}

function sum(left: Expression, right: Expression): Expression {
  return { kind: 'binary', operator: 'add', left, right, ...bigint }
}

const word = (value: string): Expression => ({ kind: 'literal', value, ...text })

/** All different from each other. */
const different: readonly Expression[] = [
  column(1),
  { ...column(1), nullable: true },
  { kind: 'column', index: 1, fallible: true, ...bigint },
  { kind: 'column', index: 1, ...text },
  { kind: 'literal', value: '1', ...bigint },
  word('1'),
  word('1" "2'),
  word('first of two that end alike'),
  word('other of two that end alike'),
  { kind: 'literal', value: null, ...bigint },
  sum(column(1), column(2)),
  sum(column(2), column(1)),
  sum(sum(column(1), column(2)), column(3)),
  sum(column(1), sum(column(2), column(3))),
  { kind: 'unary', operator: 'negate', operand: column(1), ...bigint },
  { kind: 'unary', operator: 'bit_not', operand: column(1), ...bigint },
  { kind: 'case', branches: [{ when: column(1), then: column(2) }], otherwise: null, ...bigint },
  { kind: 'case', branches: [{ when: column(1), then: column(2) }], otherwise: column(3), ...bigint },
  { kind: 'in_list', operand: column(1), list: [column(2)], negated: false, ...truth },
  { kind: 'in_list', operand: column(1), list: [column(2)], negated: true, ...truth },
  ...(['like', 'similar'] as const).map((form): Expression => ({
    kind: 'like',
    operand: word('a'),
    pattern: word('b'),
    form,
    escape: '',
    negated: false,
    caseInsensitive: false,
    ...truth,
  })),
  { kind: 'cast', operand: column(1), safe: false, ...text },
  { kind: 'cast', operand: column(1), safe: true, ...text },
  { kind: 'call', name: 'abs', arguments: [column(1)], ...bigint },
  { kind: 'call', name: 'coalesce', arguments: [column(1), column(2)], ...bigint },
]

type Key = (expression: Expression) => string | number

describe.each<readonly [string, () => Key]>([
  ['expressionKey', () => expressionKey],
  ['ExpressionNumbers', () => new ExpressionNumbers().of],
])('%s', (_name, make) => {
  it('tells apart what is different', () => {
    const of = make()
    expect(new Set(different.map((each) => of(each))).size).toBe(different.length)
  })

  it('is the same for equal trees, wherever they stand', () => {
    const of = make()
    expect(of(sum(column(1, 5), column(2, 9)))).toBe(of(sum(column(1, 70), column(2, 80))))
    for (const each of different) expect(of(structuredClone(each))).toBe(of(each))
  })
})
