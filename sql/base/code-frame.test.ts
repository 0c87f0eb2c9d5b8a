import { describe, expect, it } from 'vitest'
import { renderDiagnostic } from './code-frame.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { Span } from './span.ts'

/** The span of the first occurrence of `part` in `text`, counted as the planner counts. */
function spanOf(text: string, part: string): Span {
  const start = text.indexOf(part)
  const before = text.slice(0, start).split('\n')
  return { start, end: start + part.length, line: before.length, column: [...(before.at(-1) ?? '')].length + 1 }
}

function shown(text: string, part: string, rest: Partial<Diagnostic> = {}): string[] {
  const diagnostic = { code: 'c', sqlstate: '42703', message: 'm', span: spanOf(text, part), ...rest }
  return renderDiagnostic(diagnostic, { file: 'prog.sql', text }).split('\n')
}

describe('renderDiagnostic', () => {
  it('shows code, SQLSTATE, place, line with caret, notes and hint', () => {
    const text = 'SELECT a,\n  prise\nFROM bid'
    expect(
      shown(text, 'prise', { hint: 'did you mean "price"?', notes: [{ message: 'n', span: spanOf(text, 'bid') }] }),
    ).toEqual([
      'error[c] 42703: m',
      ' --> prog.sql:2:3',
      '  |',
      '2 |   prise',
      '  |   ^^^^^',
      'note: n',
      ' --> prog.sql:3:6',
      '  |',
      '3 | FROM bid',
      '  |      ^^^',
      'hint: did you mean "price"?',
    ])
  })

  it('puts the caret under the character it means, behind tabs, emoji, wide and combining characters', () => {
    expect(shown('\tx', 'x').slice(-2)).toEqual(['1 |   x', '  |   ^'])
    expect(shown("'😀', x", 'x').slice(-1)).toEqual(['  |       ^'])
    expect(shown("'日本' x", 'x').slice(-1)).toEqual(['  |        ^'])
    expect(shown('e\u0301 x', 'x').slice(-1)).toEqual(['  |   ^'])
  })

  it('underlines only the first line of a longer span, and one place at the end of the text', () => {
    expect(shown('ab\ncd', 'b\ncd').slice(-1)).toEqual(['  |  ^'])
    const end: Span = { start: 3, end: 3, line: 1, column: 4 }
    expect(shown('sel', 'sel', { span: end }).slice(-1)).toEqual(['  |    ^'])
  })

  it('cuts long lines around the place', () => {
    const text = `${'a'.repeat(1000)}X${'b'.repeat(1000)}`
    const lines = shown(text, 'X')
    const [line = '', caret = ''] = lines.slice(-2)
    expect(line.length).toBeLessThan(200)
    expect(line[caret.indexOf('^')]).toBe('X')
  })

  it('names file, line, column and byte of a row', () => {
    const place = { object: 'bid', file: 'bids.ndjson', line: 7, offsetBytes: 640, column: 'price' }
    expect(renderDiagnostic({ code: 'c', sqlstate: '22003', message: 'm', place }, undefined)).toBe(
      'error[c] 22003: m\n --> bids.ndjson:7 (of bid, column price, byte 640)',
    )
  })

  it('lets neither data nor SQL drive the terminal', () => {
    const out = shown('SELECT \u001b[2Jx', 'x', { message: 'bad \u001b]0;title\u0007 \u202e' }).join('\n')
    expect(out).not.toMatch(/[\u001b\u0007\u202e]/)
  })

  it('writes escape sequences only when asked for colour', () => {
    const diagnostic = { code: 'c', sqlstate: '42703', message: 'm' }
    expect(renderDiagnostic(diagnostic, undefined, { color: true })).toContain('\u001b[1;31merror[c]\u001b[0m')
    expect(renderDiagnostic(diagnostic, undefined)).toBe('error[c] 42703: m')
  })
})
