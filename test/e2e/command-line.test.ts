import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { tableFromIPC } from 'apache-arrow'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { jsonLines, runCli, runCommands, startCli, starter } from '../support/run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

const stdin = "CREATE SOURCE b (a BIGINT, t TEXT) FORMAT JSON WITH (connector = 'file', path = '-');"
const endless = "CREATE SOURCE n (price BIGINT) WITH (connector = 'nexmark', rate = 2000);"
const endlessFast = "CREATE SOURCE n (price BIGINT) WITH (connector = 'nexmark');"

function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

/** Until a process has taken the signal: two that wait for it are one. Where the system does not say so, after a while. */
async function taken(processId: number | undefined, signal: NodeJS.Signals): Promise<void> {
  const bit = 1n << BigInt(constants.signals[signal] - 1)
  for (let waiting = true; waiting;) {
    await setTimeout(200)
    const path = `/proc/${processId}/status`
    const pending = existsSync(path) ? /^ShdPnd:\s*(\w+)$/m.exec(readFileSync(path, 'utf8'))?.[1] : undefined
    waiting = (BigInt(`0x${pending ?? 0}`) & bit) !== 0n
  }
}

describe('millrace', () => {
  it.for([[], ['run'], ['check'], ['explain'], ['nexmark'], ['doctor']])(
    '%s --help explains itself with examples',
    async (command) => {
      const { status, stdout } = await runCli([...command, '--help'])
      expect(status).toBe(0)
      expect(stdout).toContain('Usage: millrace')
      expect(stdout).toContain('Examples:\n  $ ')
    },
  )

  it('lists only commands that exist', async () => {
    const { stdout } = await runCli(['--help'])
    const commands = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name)
    expect(commands).toEqual(['run', 'check', 'explain', 'compile', 'verify', 'nexmark', 'doctor'])
  })

  it.for([
    [['rum'], "unknown command 'rum'"],
    [['run', '--limt', '3', '-e', 'SELECT 1'], 'did you mean --limit?'],
    [['run'], 'give a file or -e SQL'],
    [['run', 'x.sql', '-e', 'SELECT 1'], 'not both'],
    [['run', '-e', 'SELECT 1', '--limit', 'many'], '--limit takes a whole number'],
    [['run', '-e', 'SELECT 1', '--duration', '3'], '--duration takes a duration'],
    [['run', '-e', 'SELECT 1', '--set', 'x'], '--set takes KEY=VALUE'],
    [['run', '-e', 'SELECT 1', '--format', 'xml'], '--format'],
    [['nexmark', '--events', '10'], '--out'],
  ] as const)('refuses the command line %j', async ([args, message]) => {
    const { status, stdout, stderr } = await runCli(args)
    expect(status).toBe(2)
    expect(stdout).toBe('')
    expect(stderr.toLowerCase()).toContain(message.toLowerCase())
    expect(stderr).toContain('error[invalid_command_line] 42601')
  })

  it.for([
    [['--workers', '2'], 'workers'],
    [['--workers', 'auto'], 'workers'],
    [['--data', folder], 'directory'],
  ] as const)('refuses %j, which cannot work yet', async ([flags, part]) => {
    const { status, stderr } = await runCli(['run', '-e', 'SELECT 1', ...flags])
    expect(status).toBe(2)
    expect(stderr).toContain('error[unsupported_feature] 0A000')
    expect(stderr).toContain(part)
  })

  it('says where a program file is missing or unreadable', async () => {
    const missing = await runCli(['run', join(folder, 'missing.sql')])
    expect([missing.status, missing.stderr.includes('error[file_not_found] 58P01')]).toEqual([2, true])
    const unreadable = await runCli(['run', folder, '--format', 'json'])
    expect([unreadable.status, jsonLines(unreadable.stderr)]).toMatchObject([2, [{ code: 'file_unreadable' }]])
  })
})

/** The example with a tenth of its rows. */
const fewAuctions = readFileSync('docs/examples/auctions.sql', 'utf8')
  .replace('events = 200000', 'events = 20000')
  .replace('COUNT(*) >= 400', 'COUNT(*) >= 100')

describe('run', () => {
  it('prints the rows of a final SELECT in every form', async () => {
    const sql = 'SELECT 1 AS n, \'a,"b"\' AS t'
    const forms = ['ndjson', 'csv', 'json', 'table'].map((format) => ['run', '-e', sql, '--format', format])
    const [ndjson, csv, json, table] = (await runCommands(forms)).map(({ stdout }) => stdout)
    expect(ndjson).toBe('{"n":1,"t":"a,\\"b\\""}\n')
    expect(csv).toBe('n,t\n1,"a,""b"""\n')
    expect(JSON.parse(json ?? '')).toEqual([{ n: 1, t: 'a,"b"' }])
    expect(table).toBe(' n | t\n---+-------\n 1 | a,"b"\n(1 row)\n')
    expect((await runCli(['run', '-e', 'SELECT 1 AS n'])).stdout).toBe('{"n":1}\n')
  })

  it('prints arrays and Arrow of many rows and of none', async () => {
    const many = "CREATE SOURCE n (price BIGINT) WITH (connector = 'nexmark', events = 5000); SELECT price FROM n"
    const lines = jsonLines((await runCli(['run', '-e', many])).stdout)
    expect(lines).toHaveLength(4600)
    expect(JSON.parse((await runCli(['run', '-e', many, '--format', 'json'])).stdout)).toEqual(lines)
    const none = `${many} WHERE price < 0`
    expect(JSON.parse((await runCli(['run', '-e', none, '--format', 'json'])).stdout)).toEqual([])
    for (const [sql, expected] of [
      [many, lines],
      [none, []],
    ] as const) {
      const child = startCli(['run', '-e', sql, '--format', 'arrow'])
      const chunks: Buffer[] = []
      child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
      await once(child, 'close')
      const table = tableFromIPC(Buffer.concat(chunks))
      expect(table.schema.fields.map(({ name }) => name)).toEqual(['price'])
      expect(table.toArray().map((row) => ({ price: Number(row.price) }))).toEqual(expected)
    }
  })

  it('reads lines from standard input as they come and prints changes', async () => {
    const child = startCli(['run', '-e', `${stdin} SELECT t, COUNT(*) AS n FROM b GROUP BY t`])
    const lines: string[] = []
    const arrived = async (count: number): Promise<void> => {
      while (lines.length < count) await setTimeout(5)
    }
    child.stdout.on('data', (chunk: Buffer) =>
      lines.push(
        ...chunk
          .toString()
          .split('\n')
          .filter((line) => line !== ''),
      ),
    )
    child.stdin.write('{"a":1,"t":"x"}\n')
    await arrived(1)
    child.stdin.write('{"a":2,"t":"x"}\n')
    await arrived(3)
    child.stdin.end()
    const [status] = (await once(child, 'close')) as [number]
    expect(status).toBe(0)
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { insert: { t: 'x', n: 1 } },
      { delete: { t: 'x', n: 1 } },
      { insert: { t: 'x', n: 2 } },
    ])
  })

  it('runs INSERTs, views and several SELECTs in order', async () => {
    const sql = `CREATE SOURCE x (a INT); CREATE MATERIALIZED VIEW v AS SELECT COUNT(*) AS n, SUM(a) AS s FROM x;
      INSERT INTO x VALUES (1), (2); SELECT n FROM v; INSERT INTO x VALUES (40); SELECT n, s FROM v`
    const { status, stdout } = await runCli(['run', '-e', sql])
    expect([status, jsonLines(stdout)]).toEqual([0, [{ n: 2 }, { n: 3, s: 43 }]])
  })

  it('gives a final SELECT all rows that INSERTs bring', async () => {
    const { stdout } = await runCli([
      'run',
      '-e',
      'CREATE SOURCE x (a INT); INSERT INTO x VALUES (1), (2); SELECT a * 10 AS a FROM x',
    ])
    expect(jsonLines(stdout)).toEqual([{ a: 10 }, { a: 20 }])
  })

  it('fills in variables from flags over the environment, and settings', async () => {
    const sql =
      "CREATE SOURCE b (a BIGINT) FORMAT JSON WITH (connector = 'file', path = '${MILLRACE_TEST_FILE}'); SELECT a FROM b"
    const good = file('good.ndjson', '{"a":1}\n{"a":"x"}\n{"a":3}\n')
    const flags = ['run', '-e', sql, '--set', 'on_error=skip']
    expect(jsonLines((await runCli(flags, { environment: { MILLRACE_TEST_FILE: good } })).stdout)).toEqual([
      { a: 1 },
      { a: 3 },
    ])
    const other = await runCli([...flags, '--var', `MILLRACE_TEST_FILE=${good}`], {
      environment: { MILLRACE_TEST_FILE: 'nowhere' },
    })
    expect(jsonLines(other.stdout)).toEqual([{ a: 1 }, { a: 3 }])
    expect(await runCli(flags)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('error[unknown_variable]') as unknown,
    })
  })

  it('fails with the place of a bad row, after the rows before it', async () => {
    const path = file('bad.ndjson', '{"a":1}\n{"a":2}\n{"a":"zz"}\n{"a":4}\n')
    const sql = `CREATE SOURCE b (a BIGINT) FORMAT JSON WITH (connector = 'file', path = '${path}'); SELECT a FROM b`
    const { status, stdout, stderr } = await runCli(['run', '-e', sql])
    expect([status, jsonLines(stdout)]).toEqual([1, [{ a: 1 }, { a: 2 }]])
    expect(stderr).toContain(`error[wrong_type] 22P02`)
    expect(stderr).toContain(` --> ${path}:3 (of b, column a, byte 16)`)
    const json = await runCli(['run', '-e', sql, '--format', 'json'])
    expect(jsonLines(json.stderr)).toMatchObject([
      { code: 'wrong_type', sqlstate: '22P02', place: { file: path, line: 3, offsetBytes: 16 } },
    ])
  })

  it('prints dead letters like any other stream', async () => {
    const sql = `${stdin} CREATE SINK s FROM b WITH (connector = 'blackhole'); SELECT object, code, line, "column", "row" FROM dead_letters`
    const { status, stdout } = await runCli(['run', '--set', 'on_error=dead_letter', '-e', sql], {
      input: '{"a":1}\n{"a":"zz"}\nbroken\n',
    })
    expect(status).toBe(0)
    const lines = stdout.trimEnd().split('\n')
    // the sink's last word and the dead letters are different streams: their order is not defined
    const [first, second] = lines.filter((line) => line.startsWith('{'))
    const hole = lines.find((line) => !line.startsWith('{'))
    expect(JSON.parse(first ?? '')).toEqual({
      object: 'b',
      code: 'wrong_type',
      line: 2,
      column: 'a',
      row: '{"a":"zz"}',
    })
    expect(JSON.parse(second ?? '')).toMatchObject({ object: 'b', code: 'invalid_json', line: 3, row: 'broken' })
    expect(hole).toMatch(/^s: 1 rows, hash [0-9a-f]+/)
  })

  it.for([
    ['SELECT 1 AS n; SELECT prise FROM b', 2],
    ['SELECT 1 / 0 AS n', 1],
    ["CREATE SOURCE b (a INT) FORMAT JSON WITH (connector = 'file', path = 'nowhere.ndjson'); SELECT a FROM b", 1],
    [
      `CREATE SOURCE n (price BIGINT) WITH (connector = 'nexmark', events = 10); CREATE SINK s FROM n WITH (connector = 'file', path = '${folder}/no/where')`,
      1,
    ],
  ] as const)('%s ends with status %i', async ([sql, status]) => {
    expect(await runCli(['run', '-e', sql])).toMatchObject({ status, stdout: '' })
  })

  it('stops at --limit and at --duration', async () => {
    const limited = await runCli(['run', '-e', `${endlessFast} SELECT price FROM n`, '--limit', '3'])
    expect([limited.status, jsonLines(limited.stdout).length]).toEqual([0, 3])
    const path = join(folder, 'duration.ndjson')
    const sql = `${endless} CREATE SINK s AS SELECT price FROM n WITH (connector = 'file', path = '${path}')`
    let written = 0
    // a machine that does something else for 300 ms writes nothing in that time
    for (const duration of ['300ms', '3s', '30s']) {
      if (written > 0) break
      const timed = await runCli(['run', '-e', sql, '--duration', duration, '--progress', 'always'])
      expect(timed.status).toBe(0)
      written = jsonLines(readFileSync(path, 'utf8')).length
      expect(timed.stderr).toContain(`${written.toLocaleString('en-US')} out`)
    }
    expect(written).toBeGreaterThan(0)
  })

  it.for(['SIGINT', 'SIGTERM'] as const)('finishes what has arrived at the first %s', async (signal) => {
    const path = join(folder, `${signal}.ndjson`)
    const child = startCli([
      'run',
      '-e',
      `${endless} CREATE SINK s AS SELECT price FROM n WITH (connector = 'file', path = '${path}'); SELECT price FROM n`,
    ])
    onTestFinished(() => void child.kill('SIGKILL'))
    let stdout = ''
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    await once(child.stdout, 'data')
    child.kill(signal)
    const [status] = (await once(child, 'close')) as [number]
    expect(status).toBe(130)
    expect(readFileSync(path, 'utf8')).toBe(stdout)
    expect(stdout.endsWith('}\n')).toBe(true)
    expect(readdirSync(folder).filter((name) => name.endsWith('.partial'))).toEqual([])
  })

  it('stops at once at the second Ctrl-C', async () => {
    // Nobody reads standard output: finishing what has arrived would take for ever.
    const child = startCli(['run', '-e', `${endlessFast} SELECT price FROM n`])
    onTestFinished(() => void child.kill('SIGKILL'))
    await once(child.stdout, 'readable')
    await setTimeout(300)
    child.kill('SIGINT')
    await taken(child.pid, 'SIGINT')
    child.kill('SIGINT')
    const [status] = (await once(child, 'exit')) as [number]
    expect(status).toBe(130)
  })

  it('ends quietly when its reader has seen enough', async () => {
    const child = startCli(['run', '-e', `${endlessFast} SELECT price FROM n`])
    let stderr = ''
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    await once(child.stdout, 'data')
    child.stdout.destroy()
    const [status] = (await once(child, 'close')) as [number]
    expect([status, stderr]).toEqual([0, ''])
  })

  it('interprets where code generation is forbidden, with the same result', async () => {
    const program = ['run', file('few-auctions.sql', fewAuctions)]
    const compiled = await runCli(program)
    const interpreted = await runCli([...program, '--log-level', 'error'], {
      node: ['--disallow-code-generation-from-strings'],
    })
    expect(interpreted).toEqual(compiled)
    expect(jsonLines(compiled.stdout).length).toBeGreaterThan(0)
    expect(await runCli([...program, '--tier', 'interpreter'])).toEqual(compiled)
    expect(await runCli([...program, '--tier', 'wasm'])).toEqual(compiled)
    expect(
      (await runCli([...program, '--tier', 'javascript'], { node: ['--disallow-code-generation-from-strings'] }))
        .stderr,
    ).toContain('code_generation_forbidden')
  })
})

describe('check', () => {
  const wrong = file(
    'wrong.sql',
    `CREATE SOURCE bid (auction BIGINT, price BIGINT, at TIMESTAMP) FORMAT JSON WITH (connector = 'file', path = 'x', mod = 'tail');
CREATE STREAM dear AS SELECT prise FROM bid;
CREATE STREAM of_dear AS SELECT * FROM dear;
SELEC 1;
SELECT price FROM bids;
SELECT price FROM bid;
`,
  )

  it('reports every error once, each with code, place, caret and hint', async () => {
    const { status, stdout, stderr } = await runCli(['check', wrong])
    expect([status, stdout]).toEqual([2, ''])
    expect([...stderr.matchAll(/^error\[(\w+)\] (\w+):/gm)].map(([, code, sqlstate]) => [code, sqlstate])).toEqual([
      ['unknown_option', 'HV00D'],
      ['unknown_column', '42703'],
      ['syntax_error', '42601'],
      ['unknown_table', '42P01'],
    ])
    expect(stderr).toContain(
      ` --> ${wrong}:2:30\n  |\n2 | CREATE STREAM dear AS SELECT prise FROM bid;\n  |                              ^^^^^\nhint: did you mean price?`,
    )
    expect(stderr).toContain('4 errors')
  })

  it('gives the same as JSON, a line each', async () => {
    const { stderr } = await runCli(['check', wrong, '--format', 'json'])
    expect(jsonLines(stderr)).toMatchObject([
      { code: 'unknown_option', span: { line: 1 } },
      { code: 'unknown_column', span: { line: 2, column: 30 } },
      { code: 'syntax_error', span: { line: 4, column: 1 } },
      { code: 'unknown_table', span: { line: 5, column: 19 }, hint: 'did you mean bid?' },
    ])
  })

  it('runs nothing', async () => {
    const path = join(folder, 'checked.ndjson')
    const sql = file(
      'right.sql',
      `CREATE SOURCE n (price BIGINT) WITH (connector = 'nexmark', events = 10); CREATE SINK s FROM n WITH (connector = 'file', path = '${path}')`,
    )
    expect(await runCli(['check', sql])).toMatchObject({ status: 0, stdout: '2 statements, no errors\n', stderr: '' })
    expect(readdirSync(folder)).not.toContain('checked.ndjson')
  })
})

describe('explain', () => {
  const explained = async (
    forms: readonly (readonly [level: string, format: string])[],
  ): Promise<readonly string[]> => {
    const results = await runCommands(
      forms.map(([level, format]) => ['explain', 'docs/examples/auctions.sql', '--level', level, '--format', format]),
    )
    return results.map(({ stdout }) => stdout)
  }

  it('shows every level in every form', async () => {
    const formats = ['text', 'json', 'dot', 'html']
    const [text, json, dot, html] = await explained(formats.map((format) => ['all', format] as const))
    expect(text).toContain('CREATE STREAM busy_auctions')
    const { statements } = JSON.parse(json ?? '') as { statements: object[] }
    expect(statements).toHaveLength(2)
    expect(Object.keys(statements[0] ?? {})).toEqual(
      expect.arrayContaining(['sql', 'span', 'logical', 'stream', 'pipelines', 'state', 'units']),
    )
    expect(dot).toMatch(/^digraph/)
    expect(html).toMatch(/^<!doctype html>/i)
  })

  it('leaves out levels that were not asked for', async () => {
    const [json] = await explained([['code', 'json']])
    const { statements } = JSON.parse(json ?? '') as { statements: object[] }
    expect(Object.keys(statements[0] ?? {})).toEqual(['sql', 'span', 'units'])
    const units = statements.map((statement) => (statement as { units: { name: string }[] }).units)
    expect(units.map((each) => each.map(({ name }) => name))).toEqual([['pipeline0', 'source bid'], ['pipeline0']])
  })

  it('counts rows with --analyze', async () => {
    const { stdout } = await runCli(['explain', 'docs/examples/auctions.sql', '--analyze', '--format', 'json'])
    const { statements } = JSON.parse(stdout) as { statements: { analyze: { pipelines: { rowsIn: number }[] } }[] }
    expect(statements[0]?.analyze.pipelines[0]?.rowsIn).toBe(184_000)
  })

  it('prints WebAssembly on the level wasm, also from SQL', async () => {
    const sql = `SELECT 1 + 1 AS two`
    const [level, inSql] = await runCommands([
      ['explain', '-e', sql, '--level', 'wasm'],
      ['run', '--format', 'csv', '-e', `EXPLAIN (WASM) ${sql}`],
    ])
    expect(level?.stdout).toMatch(
      /^Code of pipeline0 \(WebAssembly, \d+ bytes, \d+ before optimisation, compiled in \d+\.\d ms\)\n/,
    )
    expect(level?.stdout).toContain(';; plan 2 project 1:8\n')
    expect(inSql?.stdout).toContain(';; plan 2 project 1:23')
  })
})

describe('doctor', () => {
  it('says what this machine offers, for people and for programs', async () => {
    const { status, stdout } = await runCli(['doctor', '--format', 'json'])
    const { findings } = JSON.parse(stdout) as { findings: { name: string; status: string; fallback?: string }[] }
    expect(status).toBe(0)
    expect(findings.map(({ name }) => name)).toEqual([
      'node',
      'cores',
      'memory',
      'io_uring',
      'numa',
      'huge_pages',
      'xdp',
      'code_generation',
      'memory_reservation',
      'planner',
      'native_addon',
    ])
    for (const finding of findings) expect(finding.status === 'ok' || finding.fallback !== undefined).toBe(true)
    expect((await runCli(['doctor'])).stdout).toContain('ok      planner')
    const forbidden = await runCli(['doctor', '--format', 'json'], {
      node: ['--disallow-code-generation-from-strings'],
    })
    expect(forbidden.stdout).toContain('"code_generation","status":"absent"')
  })
})

describe('-e', () => {
  it('given several times makes one program', async () => {
    const [rows, plan] = await runCommands([
      ['run', '-e', 'CREATE SOURCE t (a INT)', '-e', 'INSERT INTO t VALUES (1);', '-e', 'SELECT a FROM t'],
      ['explain', '-e', 'CREATE SOURCE t (a INT)', '-e', 'SHOW SOURCES'],
    ])
    expect(rows?.stdout).toBe('{"a":1}\n')
    expect(plan?.stdout).toBe('No statement has a query: there is nothing to explain\n')
  })
})

describe('output', () => {
  it.runIf(existsSync('/dev/full'))('that cannot be written fails the run with one coded error', async () => {
    const commands = ['run -e "SELECT 1"', 'run --format arrow -e "SELECT 1"', 'doctor', '--version'].map(
      (args) => `"$0" "$1" ${args} > /dev/full || echo "$?" >&2`,
    )
    const child = spawn('sh', ['-c', commands.join('; '), process.execPath, starter])
    const stderr = await text(child.stderr)
    const said =
      'error[sink_unwritable] 58030: sink stdout cannot write standard output: ENOSPC: no space left on device'
    expect(stderr).toBe(`${said}\n1\n`.repeat(commands.length))
  })
})

describe('nexmark', () => {
  it('writes the same three files every time, as NDJSON and as CSV', async () => {
    const write = async (name: string, ...flags: readonly string[]): Promise<string> => {
      const out = join(folder, name)
      expect((await runCli(['nexmark', '--events', '1000', '--out', out, ...flags])).status).toBe(0)
      return out
    }
    const [one, two, other, csv] = [
      await write('one'),
      await write('two'),
      await write('other', '--seed', '7'),
      await write('csv', '--format', 'csv'),
    ]
    expect(readdirSync(one)).toEqual(['auction.ndjson', 'bid.ndjson', 'person.ndjson'])
    const bids = readFileSync(join(one, 'bid.ndjson'), 'utf8')
    expect(readFileSync(join(two, 'bid.ndjson'), 'utf8')).toBe(bids)
    expect(readFileSync(join(other, 'bid.ndjson'), 'utf8')).not.toBe(bids)
    expect(jsonLines(bids)).toHaveLength(920)
    expect(readFileSync(join(csv, 'person.csv'), 'utf8').split('\n')[0]).toContain('emailAddress')
    expect(await runCli(['nexmark', '--events', '10', '--out', one, '--format', 'arrow'])).toMatchObject({ status: 2 })
    const taken = join(folder, 'taken')
    mkdirSync(join(taken, 'bid.ndjson'), { recursive: true })
    for (const out of [join(one, 'bid.ndjson'), taken]) {
      expect(await runCli(['nexmark', '--events', '10', '--out', out])).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('sink_unwritable') as unknown,
      })
    }
    expect(readdirSync(taken)).toEqual(['auction.ndjson', 'bid.ndjson', 'person.ndjson'])
  })
})
