import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { Millrace } from './millrace.ts'

const folder = mkdtempSync(join(tmpdir(), 'read-again-'))
afterAll(() => rmSync(folder, { recursive: true }))

const rows = [
  { a: 1, b: 'x', c: '2020-01-01' },
  { a: 2, b: 'y', c: '2021-01-01' },
] as const
const files: Readonly<Record<string, string>> = {
  JSON: rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
  CSV: `a,b,c\n${rows.map((row) => `${Object.values(row).join(',')}\n`).join('')}`,
  'CSV (header = false)': rows.map((row) => `${Object.values(row).join(',')}\n`).join(''),
}

/** What was known of the schema of one source must not be taken for that of another, which lies where the first one lay. */
describe.for(['interpreter', 'javascript', 'wasm'] as const)(
  'sources read again, one after the other, in the %s tier',
  (tier) => {
    it.for(Object.entries(files))('%s', async ([format, text]) => {
      const path = join(folder, 'rows')
      writeFileSync(path, text)
      await using db = await Millrace.open({ tier })
      const create = (columns: string): string =>
        `CREATE OR REPLACE SOURCE t (${columns}) FORMAT ${format} WITH (connector = 'file', path = '${path}')`
      await db.execute(create('a INT, b TEXT, c DATE'))
      for (const columns of ['a', 'b', 'a, b, c', 'c', 'c, b', 'a, b, c', 'b'] as const) {
        const wanted = columns.split(', ') as ('a' | 'b' | 'c')[]
        expect(await db.query(`SELECT ${columns} FROM t`)).toEqual(
          rows.map((row) => Object.fromEntries(wanted.map((name) => [name, row[name]]))),
        )
      }
      await db.execute(create('a INT, b TEXT, c TEXT, d INT AS a + 1'))
      expect(await db.query('SELECT d, c FROM t')).toEqual(rows.map(({ a, c }) => ({ d: a + 1, c })))
    })
  },
)

it('a program may drop what it has, and make it anew over the same source', async () => {
  await using db = await Millrace.open()
  const source = (events: number): string =>
    `CREATE SOURCE n (price BIGINT) WITH (connector = 'nexmark', events = ${events})`
  await db.execute(`${source(1000)};
    CREATE STREAM s AS SELECT price FROM n;
    CREATE MATERIALIZED VIEW v AS SELECT COUNT(*) AS n FROM s; SELECT n FROM v; DROP MATERIALIZED VIEW v;
    CREATE MATERIALIZED VIEW v AS SELECT COUNT(*) AS n, 2 AS two FROM s`)
  await db.drain()
  expect(await db.query('SELECT n, two FROM v')).toEqual([{ n: 920n, two: 2n }])
  await db.execute(`DROP SOURCE n CASCADE; ${source(500)}; CREATE MATERIALIZED VIEW v AS SELECT COUNT(*) AS n FROM n`)
  await db.drain()
  expect(await db.query('SELECT n FROM v')).toEqual([{ n: 460n }])
})
