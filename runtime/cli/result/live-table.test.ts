import { describe, expect, it } from 'vitest'
import { LiveTable, type Screen } from './live-table.ts'
import { PlainTable } from './plain-table.ts'

/** A terminal that understands what a live table writes: up, carriage return, clear. */
class FakeScreen implements Screen {
  readonly columns = 40
  readonly rows = 8
  readonly lines: string[] = ['']
  #at = 0

  write(text: string): void {
    for (const [part] of text.matchAll(/\u001b\[(?:\d+A|K|J)|[^\u001b]/g)) {
      const up = /^\u001b\[(\d+)A$/.exec(part)
      if (up !== null) this.#at -= Number(up[1])
      else if (part === '\u001b[J') this.lines.length = this.#at + 1
      else if (part === '\n') this.lines[++this.#at] ??= ''
      else if (part === '\r') this.lines[this.#at] = ''
      else if (part !== '\u001b[K') this.lines[this.#at] += part
      if (part === '\n') this.lines[this.#at] = ''
    }
  }
}

const columns = [
  { name: 'k', align: 'left' },
  { name: 'n', align: 'right' },
] as const

describe('LiveTable', () => {
  it('redraws one region and leaves the result', () => {
    const screen = new FakeScreen()
    const table = new LiveTable(columns, screen, { append: false })
    table.apply({ kind: 'insert', row: { k: 'a', n: 1n } })
    table.apply({ kind: 'insert', row: { k: 'b', n: 10n } })
    table.finish()
    expect(screen.lines).toEqual([' k |  n', '---+----', ' a |  1', ' b | 10', '(2 rows)', ''])
  })

  it('takes changed rows away and never grows beyond the screen', () => {
    const screen = new FakeScreen()
    const table = new LiveTable(columns, screen, { append: false })
    for (let n = 0n; n < 100n; n++) {
      if (n > 0n) table.apply({ kind: 'delete', row: { k: 'a', n: n - 1n } })
      table.apply({ kind: 'insert', row: { k: 'a', n } })
    }
    table.finish()
    expect(screen.lines).toEqual([' k |  n', '---+----', ' a | 99', '(1 row)', ''])
    for (let n = 0n; n < 100n; n++) table.apply({ kind: 'insert', row: { k: 'x', n } })
    table.finish()
    expect(screen.lines.length).toBeLessThan(20)
    expect(screen.lines.at(-2)).toBe('(101 rows, the last 3 shown)')
  })
})

describe('PlainTable', () => {
  it('writes the consolidated result once, wide characters counted, control characters replaced', () => {
    let out = ''
    const table = new PlainTable(columns, (text) => (out += text), { append: true })
    table.apply({ kind: 'insert', row: { k: '日本\u001b[2J', n: null } })
    table.finish()
    expect(out).toBe(' k        |    n\n----------+------\n 日本�[2J | NULL\n(1 row)\n')
  })
})
