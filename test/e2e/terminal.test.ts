import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'

const starter = fileURLToPath(new URL('../../bin/millrace.mjs', import.meta.url))

/** Starts the command line on a pseudo-terminal, which util-linux's `script` makes; without a size it says 0 by 0. */
function startOnTerminal(command: string, size = ''): ChildProcessWithoutNullStreams {
  const line = `${size === '' ? '' : `stty ${size};`} '${process.execPath}' '${starter}' ${command}`
  const { NO_COLOR: _, CI: __, ...environment } = process.env
  return spawn('script', ['-qefc', line, '/dev/null'], { env: { ...environment, TERM: 'xterm' } })
}

async function finish(child: ChildProcessWithoutNullStreams): Promise<{ status: number; output: string }> {
  const [output, [status]] = await Promise.all([text(child.stdout), once(child, 'close')])
  return { output, status: status as number }
}

/** The lines of the last table drawn: each drawing goes up over the one before, and clears what is below it. */
function lastTable(output: string): readonly string[] {
  const end = output.lastIndexOf('\u001b[J')
  const before = output.lastIndexOf('\u001b[J', end - 1)
  return stripVTControlCharacters(output.slice(before + 1, end))
    .split('\n')
    .map((line) => line.replaceAll('\r', '').trimEnd())
    .filter((line) => line !== '')
}

const changing = `CREATE SOURCE n (v BIGINT) WITH (connector = 'datagen', rows = 500, 'v.kind' = 'sequence'); SELECT v % 3 AS k, count(*) AS n FROM n GROUP BY v % 3`
const endless = `CREATE SOURCE n (price BIGINT) WITH (connector = 'nexmark', rate = 2000); SELECT count(*) AS n FROM n`

describe('on a terminal', () => {
  it.for(['cols 80 rows 24', ''])('a changing result is one table in place (%s)', async (size) => {
    const { status, output } = await finish(startOnTerminal(`run -e "${changing}"`, size))
    expect(status).toBe(0)
    const [head, rule, ...rows] = lastTable(output)
    expect(head).toBe(' k |   n')
    expect(rule).toBe('---+-----')
    expect(rows.slice(0, 3).toSorted()).toEqual([' 0 | 167', ' 1 | 167', ' 2 | 166'])
    expect(rows[3]).toBe('(3 rows)')
    expect(output).toMatch(/500 rows in, 3 out/)
  })

  it('lines are cut to its width', async () => {
    const { output } = await finish(startOnTerminal(`run -e "SELECT repeat('x', 100) AS long"`, 'cols 40 rows 24'))
    expect(Math.max(...lastTable(output).map((line) => line.length))).toBeLessThan(40)
    expect(output).toContain('…')
  })

  it('an endless result is redrawn until Ctrl-C, then finished', async () => {
    const child = startOnTerminal(`run -e "${endless}"`, 'cols 80 rows 24')
    const done = finish(child)
    let seen = ''
    // Once it is drawn a second time, over the four lines of the first.
    let interrupted = false
    child.stdout.on('data', (part: Buffer) => {
      seen += part.toString()
      if (interrupted || !seen.includes('\u001b[4A')) return
      interrupted = true
      child.stdin.write('\u0003')
    })
    const { status, output } = await done
    expect(status).toBe(130)
    expect(lastTable(output).at(-1)).toBe('(1 row)')
    expect(output).toMatch(/[1-9][0-9,]* rows in, /)
  })

  it('diagnostics are coloured', async () => {
    const { status, output } = await finish(startOnTerminal(`run -e "SELECT nothing FROM nowhere"`, 'cols 80 rows 24'))
    expect(status).toBe(2)
    expect(output).toContain('\u001b[1;31merror[')
  })
})
