import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse as parseCsv } from 'csv-parse/sync'
import { afterAll, describe, expect, it } from 'vitest'
import { Millrace } from '../../index.ts'

const names: Readonly<Record<string, string>> = {
  'a quote of SQL': `it's "quoted"`,
  'an end of comment': '*/ throw 1 /*',
  'a line comment': '// x -- y # z',
  'a template': '${process.exit(1)}`',
  'a line separator': 'a\u2028b\u2029c',
  'a line break': 'a\nb\r\nc',
  'the prototype': '__proto__',
  'the constructor': 'constructor',
  'a method of objects': 'toString',
  'an end of script': '</script><img src=x onerror=alert(1)>',
  'an end of comment in HTML': '--> <!-- &amp; &#x27;',
  'a backslash': '\\"\\u0041\\n',
  'a delimiter of CSV': 'a,b;c\t"d"',
  'control characters': 'a\u0001b\u001b[31mc\u007f',
  'an emoji': '\u{1f469}\u200d\u{1f680}\ufe0f',
  'right to left': '\u202eabc\u05d0',
  'a digit': '7',
  'a reserved word': 'select',
  'a word of the generated code': 'memory.u8',
  'spaces alone': '   ',
  'a kilobyte': 'x\u00e9'.repeat(340),
}

const folder = mkdtempSync(join(tmpdir(), 'millrace-hostile-'))
afterAll(() => rmSync(folder, { recursive: true }))

const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** Names for everything that takes one: all of them hold `name`. */
function programOf(
  name: string,
  paths: { readonly input: string; readonly json: string; readonly csv: string },
): string {
  const [source, key, text, stream, view, alias] = [
    `${name}s`,
    name,
    `${name}t`,
    `${name}q`,
    `${name}v`,
    `${name}a`,
  ].map(identifier)
  return `
    CREATE SOURCE ${source} (${key} BIGINT NOT NULL, ${text} TEXT DEFAULT ${literal(name)})
      FORMAT JSON WITH (connector = 'file', path = ${literal(paths.input)}, on_error = 'dead_letter');
    CREATE STREAM ${stream} AS
      WITH ${alias} AS (SELECT ${key}, ${text} FROM ${source} AS ${alias})
      SELECT ${alias}.${key}, ${text} || ${literal(name)} AS ${text} FROM ${alias} WHERE ${text} <> ${literal(`not ${name}`)};
    CREATE MATERIALIZED VIEW ${view} AS SELECT ${text}, sum(${key}) AS ${key}, md5(${text}) AS ${alias} FROM ${stream} GROUP BY ${text};
    CREATE SINK ${identifier(`${name}j`)} FROM ${stream} FORMAT JSON WITH (connector = 'file', path = ${literal(paths.json)});
    CREATE SINK ${identifier(`${name}c`)} FROM ${stream} FORMAT CSV (header = true) WITH (connector = 'file', path = ${literal(paths.csv)});
    CREATE MATERIALIZED VIEW letters AS SELECT object, "column" AS field, code FROM dead_letters;
  `
}

describe.for(['interpreter', 'javascript'] as const)('names and texts that would be code, %s', (tier) => {
  it.for(Object.entries(names))('%s', async ([, name]) => {
    const place = mkdtempSync(join(folder, 'case-'))
    // what a file system does not take stays out of paths
    const file = name.replaceAll(/[/\0]/g, '').slice(0, 60)
    const paths = {
      input: join(place, `${file}.in`),
      json: join(place, `${file}.json.out`),
      csv: join(place, `${file}.csv.out`),
    }
    const rows = [
      { [name]: 1, [`${name}t`]: 'a' },
      { [name]: 2 },
      { [name]: 'bad', [`${name}t`]: 'b' },
      { [name]: 4, [`${name}t`]: `not ${name}` },
    ]
    writeFileSync(paths.input, `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`)

    await using db = await Millrace.open({ tier })
    const program = programOf(name, paths)
    await db.execute(program)
    await db.drain()

    const expected = [
      [1n, `a${name}`],
      [2n, `${name}${name}`],
    ] as const
    const view = await db.query(`SELECT ${identifier(name)}, ${identifier(`${name}t`)} FROM ${identifier(`${name}v`)}`)
    expect(view.map((row) => [ownValue(row, name), ownValue(row, `${name}t`)])).toEqual(expected)
    expect(await db.query('SELECT * FROM letters')).toEqual([{ object: `${name}s`, field: name, code: 'wrong_type' }])

    const described = await db.query(`DESCRIBE ${identifier(`${name}s`)}`)
    expect(described.map((row) => row['column'])).toEqual([name, `${name}t`])
    expect((await db.query('SHOW SOURCES')).map((row) => row['name'])).toEqual([`${name}s`])
    const [shown] = await db.query(`SHOW CREATE ${identifier(`${name}s`)}`)
    expect(Object.values(shown ?? {}).join('\n')).toContain(identifier(`${name}t`))

    await db.close()
    const lines = readFileSync(paths.json, 'utf8').trimEnd().split('\n')
    expect(lines.map((line) => Object.entries(JSON.parse(line) as object))).toEqual(
      expected.map(([key, text]) =>
        ordered([
          [name, Number(key)],
          [`${name}t`, text],
        ]),
      ),
    )
    expect(parseCsv(readFileSync(paths.csv))).toEqual([
      [name, `${name}t`],
      ...expected.map(([key, text]) => [String(key), text]),
    ])
  })
})

describe('EXPLAIN in every format', () => {
  it.for(Object.entries(names))('%s', async ([, name]) => {
    const place = mkdtempSync(join(folder, 'explain-'))
    const paths = { input: join(place, 'in'), json: join(place, 'json'), csv: join(place, 'csv') }
    writeFileSync(paths.input, '')
    await using db = await Millrace.open()
    const program = programOf(name, paths)
    const explained = async (format: 'text' | 'json' | 'dot' | 'html'): Promise<string> =>
      await db.explain(program, { level: 'all', format })
    expect(await explained('text')).toContain('pipeline')
    const { statements } = JSON.parse(await explained('json')) as {
      readonly statements: readonly { readonly sql: string }[]
    }
    expect(statements[0]?.sql).toContain(identifier(name))
    expectBalancedQuotes(await explained('dot'))
    const html = await explained('html')
    expect(html).not.toContain('<img src=x')
    expect(html.match(/<\/script>/g)?.length).toBe(html.match(/<script/g)?.length)
  })
})

function ownValue(row: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(row, name)?.value
}

/** As JSON.parse orders fields: integers first. */
function ordered(entries: readonly (readonly [string, unknown])[]): unknown {
  return Object.entries(Object.fromEntries(entries))
}

/** Outside of quoted strings a graph has neither angle brackets nor backquotes; every string ends. */
function expectBalancedQuotes(dot: string): void {
  const outside = dot.replaceAll(/"(?:[^"\\]|\\[\s\S])*"/g, '')
  expect(outside).not.toMatch(/["`<]/)
  expect(outside.trim().endsWith('}')).toBe(true)
}
