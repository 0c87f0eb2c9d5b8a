import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { randomModule } from '../../test/support/kernel/random-module.ts'
import { InternalError } from '../../sql/base/diagnostic.ts'
import { findParsedProblem } from '../../test/support/kernel/parse-check.ts'
import { checkSource } from './check.ts'
import { constDeclaration, literal, markComment, NameMint, returnExports } from './nodes.ts'
import type { JsStatement, Name } from './nodes.ts'
import { printStatements } from './print.ts'
import { emitUnit } from './unit.ts'

const hostile = [
  'x"y',
  "x'y",
  'a*/b',
  'a\nb',
  'a\u2028b',
  '${a}',
  '`',
  '__proto__',
  'constructor',
  'in',
  'a b',
  'a;b',
  '',
  'é',
  'A',
  'a-b',
  'a.b',
  'a[0]',
]

describe('checkSource', () => {
  it('accepts what the back end emits', () => {
    const tapes = fc.sample(fc.array(fc.nat({ max: 0xffff }), { minLength: 300, maxLength: 900, size: 'max' }), {
      numRuns: 60,
      seed: 3,
    })
    for (const tape of tapes) {
      const { source } = emitUnit(randomModule(tape))
      expect(() => checkSource(source)).not.toThrow()
      expect(findParsedProblem(source)).toBeNull()
    }
  })

  it.each([
    ['a string', 'const a_1 = "x"'],
    ['a template', 'const a_1 = `x`'],
    ['a regular expression', 'const a_1 = /x/'],
    ['a name that was not minted', 'const process = 1'],
    ['a global', 'const a_1 = globalThis'],
    ['a global called', 'eval(1)'],
    ['a constructor', 'const a_1 = new Array(1)'],
    ['this', 'const a_1 = this'],
    ['a function expression', 'const a_1 = function () {}'],
    ['an arrow function', 'const a_1 = () => 1'],
    ['a class', 'class a_1 {}'],
    ['a property of a number', 'const a_1 = 1; const b_2 = a_1.constructor'],
    ['a computed property of a variable', 'const a_1 = 1; const b_2 = a_1[0]'],
    ['a property of a view', 'const i32 = memory.i32; const a_1 = i32.buffer'],
    ['another view', 'const i32 = memory.memory'],
    ['a view by another name', 'const i64 = memory.i32'],
    ['an unknown library function', 'const a_1 = library.constructor'],
    ['a computed library function', 'const a_1 = library[0]'],
    ['the library itself', 'const a_1 = library'],
    ['a computed constant', 'const b_1 = 0; const a_1 = constants[b_1]'],
    ['another function of Math', 'const a_1 = Math.random()'],
    ['Math itself', 'const a_1 = Math'],
    ['another method of BigInt', 'const a_1 = BigInt.prototype'],
    ['a method call', 'const a_1 = 1; a_1.toString()'],
    ['an optional call', 'const a_1 = 1; a_1?.()'],
    ['an assignment to a global', 'a = 1'],
    ['a compound assignment', 'let a_1 = 1; a_1 += 1'],
    ['var', 'var a_1 = 1'],
    ['destructuring', 'const { a_1 } = 1'],
    ['throw', 'throw 1'],
    ['try', 'try { } catch { }'],
    ['with', 'with (1) { }'],
    ['debugger', 'debugger'],
    ['a do loop', 'do { } while (true)'],
    ['switch', 'switch (1) { }'],
    ['a declaration without value', 'let a_1'],
    ['in', 'const a_1 = 1 in 2'],
    ['typeof', 'const a_1 = typeof 1'],
    ['a directive', '"use strict"'],
    ['an async function', 'async function a_1() {}'],
    ['a generator', 'function* a_1() {}'],
    ['a default parameter', 'function a_1(b_2 = 1) {}'],
    ['a computed export', 'const a_1 = 1; return { [a_1]: a_1 }'],
    ['an exported method', 'return { run() {} }'],
    ['a spread', 'const a_1 = 1; return { ...a_1 }'],
    ['a block comment', '/* unit a */'],
    ['a comment with other signs', '// unit a; b'],
    ['another comment', '// hello'],
    ['an HTML comment', '<!-- unit; a'],
  ])('refuses %s', (_what, source) => {
    expect(() => checkSource(source)).toThrow(InternalError)
    expect(findParsedProblem(source)).not.toBeNull()
    expect(() => checkSource(source)).toThrow(InternalError)
  })

  it.each([
    ['a name that was not declared', 'const a_1 = b_2'],
    ['what does not parse', 'const a_1 = ;'],
    ['a comma', 'let a_1 = 1; a_1 = (1, 2)'],
    ['an exported method', 'return { run_1() {} }'],
  ])('leaves %s to the loader: it can do no harm', (_what, source) => {
    expect(() => checkSource(source)).not.toThrow()
    expect(findParsedProblem(source)).not.toBeNull()
  })
})

describe('hostile trees', () => {
  it('cannot be built: names, comments and exports are words', () => {
    for (const text of hostile.filter((name) => name !== 'in' && name !== 'constructor')) {
      expect(() => new NameMint().mint(text), text).toThrow(InternalError)
      expect(() => markComment({ planNode: 1, operator: text, span: null }), text).toThrow(InternalError)
    }
    expect(new NameMint().mint('in').name).toBe('in_1')
    const name = new NameMint().mint('run')
    for (const key of ['a b', '__proto__', "'", 'a\nb'])
      expect(() => returnExports([{ key, name }])).toThrow(InternalError)
  })

  it('are refused when they were built by force', () => {
    for (const text of hostile) {
      const forged = { type: 'Identifier', name: text, brand: 'minted' } as Name
      expect(() => checkSource(printStatements([constDeclaration(forged, literal(1))]).source), text).toThrow(
        InternalError,
      )
      const comment: JsStatement = { type: 'MarkComment', text: `plan 1 ${text}\neval(1)`, mark: null }
      expect(() => checkSource(printStatements([comment]).source), text).toThrow(InternalError)
    }
  })

  it('literals survive printing exactly', () => {
    const values = [
      0,
      -0,
      1.5,
      -1e300,
      5e-324,
      Number.NaN,
      Infinity,
      -Infinity,
      2 ** 53,
      true,
      false,
      0n,
      5n,
      -5n,
      2n ** 63n - 1n,
      -(2n ** 63n),
    ]
    for (const value of values) {
      const { source } = printStatements([constDeclaration(new NameMint().mint('a'), literal(value))])
      expect(() => checkSource(source)).not.toThrow()
      // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- reads back what was printed
      expect(new Function(`${source}; return a_1`)()).toBe(value)
    }
  })
})
