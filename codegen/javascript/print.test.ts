import { parseExpressionAt } from 'acorn'
import { describe, expect, it } from 'vitest'
import { both, choose, either, expressionStatement, infix, literal, NameMint, not } from './nodes.ts'
import type { Js } from './nodes.ts'
import { printStatements } from './print.ts'

const infixes = '| ^ & === !== < <= > >= << >> >>> + - * / %'.split(' ')
const names = new NameMint()
const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((role) => names.mint(role)) as [Js, Js, Js, Js]

type Join = (left: Js, right: Js) => Js

const joins: readonly Join[] = [
  ...infixes.map(
    (operator): Join =>
      (left, right) =>
        infix(operator, left, right),
  ),
  both,
  either,
  (left, right) => choose(left, right, c),
  (left, right) => choose(a, left, right),
  (left) => not(left),
]

/** What the text means, as far as these expressions go. */
function shape(node: unknown): unknown {
  const { type, name, raw, operator, left, right, argument, test, consequent, alternate } = node as Record<
    string,
    unknown
  >
  const parts = [left, right, argument, test, consequent, alternate].filter((part) => part !== undefined)
  return [type, name ?? raw ?? operator ?? '', ...parts.map(shape)]
}

describe('printStatements', () => {
  it('sets parentheses so that every two operators mean what the tree says', () => {
    for (const outer of joins) {
      for (const inner of joins) {
        for (const tree of [outer(inner(a, b), d), outer(d, inner(a, b)), outer(literal(1), inner(inner(a, b), c))]) {
          const { source } = printStatements([expressionStatement(tree)])
          expect(shape(parseExpressionAt(source, 0, { ecmaVersion: 'latest' })), source).toEqual(shape(tree))
        }
      }
    }
  })

  it('sets none where they are not needed', () => {
    const sum = infix('+', infix('*', a, b), c)
    const { source } = printStatements([expressionStatement(both(infix('<', sum, d), either(a, b)))])
    expect(source).toBe('a_1 * b_2 + c_3 < d_4 && (a_1 || b_2);\n')
  })
})
