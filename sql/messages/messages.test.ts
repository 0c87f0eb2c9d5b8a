import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { generate } from './generate.ts'
import { parseChapters } from './parse.ts'
import { diagnose } from './message.ts'
import * as raise from './raise.ts'
import { functionName } from './render.ts'

const entry = (code: string): string => `## ${code}\n\nSQLSTATE 42601\n\n> bad %name%\n\nWhy.\n`
const parse = (...entries: string[]) => parseChapters(new Map([['a.md', `# A\n\n${entries.join('\n')}`]]))

describe('message sources', () => {
  it('are what raise.ts and docs/language/errors.md were generated from', async () => {
    for (const [path, text] of await generate()) {
      expect(await readFile(path, 'utf8'), `${path}: run npm run generate:messages`).toBe(text)
    }
  })

  it('refuse a code that stands twice, in one file or in two', () => {
    expect(() => parse(entry('twice'), entry('twice'))).toThrow(/twice already stands in a\.md/)
    const files = new Map([
      ['a.md', `# A\n\n${entry('x')}`],
      ['b.md', `# B\n\n${entry('x')}`],
    ])
    expect(() => parseChapters(files)).toThrow('b.md: code x already stands in a.md')
  })

  it('refuse entries without SQLSTATE, message or explanation, and hints with unknown placeholders', () => {
    expect(() => parse('## a\n\n> m\n\nWhy.\n')).toThrow(/no SQLSTATE/)
    expect(() => parse('## a\n\nSQLSTATE 42601\n\nWhy.\n')).toThrow(/no message/)
    expect(() => parse('## a\n\nSQLSTATE 42601\n\n> m\n')).toThrow(/no explanation/)
    expect(() => parse(`${entry('a')}\nHint: use %other%\n`)).toThrow(/%other%/)
    expect(() => parse(entry('NotSnake'))).toThrow(/snake_case/)
  })

  it('give each code a function of its own name', () => {
    const functions: Readonly<Record<string, unknown>> = raise
    for (const code of Object.keys(raise.messages)) expect(functions[functionName(code)], code).toBeTypeOf('function')
  })
})

describe('diagnose', () => {
  const facts = { sqlstate: '42601', message: 'bad %name%', hint: 'write %name% otherwise' }

  it('fills message and hint without scanning the values again', () => {
    const made = diagnose(['x', facts], { name: '%name%$&' }, {})
    expect(made).toEqual({
      code: 'x',
      sqlstate: '42601',
      message: 'bad %name%$&',
      hint: 'write %name%$& otherwise',
    })
  })

  it('prefers the hint of the place and carries span, notes and place', () => {
    const where = {
      span: { start: 0, end: 1, line: 1, column: 1 },
      hint: 'other',
      notes: [{ message: 'n' }],
      place: { object: 'bid', line: 3 },
    }
    expect(diagnose(['x', facts], { name: 'y' }, where)).toMatchObject(where)
  })
})
