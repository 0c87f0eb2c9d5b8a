import { expect, it } from 'vitest'
import { Millrace } from './millrace.ts'

const codes = async (work: readonly Promise<unknown>[]): Promise<readonly string[]> =>
  (await Promise.allSettled(work)).map((each) =>
    each.status === 'fulfilled' ? 'ok' : ((each.reason as { code?: string }).code ?? String(each.reason)),
  )

const names = async (db: Millrace): Promise<unknown> =>
  (await db.query<{ name: string }>('SHOW SOURCES')).map((row) => row.name)

it('programs that are executed at once lose nothing of each other', async () => {
  await using db = await Millrace.open()
  const create = (name: string): Promise<unknown> => db.execute(`CREATE SOURCE ${name} (a BIGINT)`)
  expect(
    await codes([create('t'), create('t'), create('u'), db.execute('CREATE STREAM s AS SELECT a FROM u')]),
  ).toEqual(['ok', 'duplicate_object', 'ok', 'ok'])
  expect(await names(db)).toEqual(['t', 'u'])
  const failed = [db.execute("SET on_error = 'skip'"), db.execute('CREATE STREAM q AS SELECT 1 / a AS x FROM t')]
  expect(await codes(failed)).toEqual(['ok', 'ok'])
  expect(await db.query('DESCRIBE EXTENDED q')).toContainEqual(
    expect.objectContaining({ column: 'on_error', remark: 'skip' }),
  )
})

it('a statement that takes long leaves what has come meanwhile', async () => {
  await using db = await Millrace.open()
  await db.execute(
    "CREATE SOURCE n (price BIGINT) WITH (connector = 'nexmark', events = 20000); CREATE SOURCE t (a BIGINT)",
  )
  const long = [db.execute('INSERT INTO t SELECT price FROM n'), db.execute('SELECT count(*) AS n FROM n')]
  await db.execute('CREATE SOURCE late (a BIGINT)')
  expect(await codes(long)).toEqual(['ok', 'ok'])
  expect(await names(db)).toEqual(['n', 't', 'late'])
})

it('what is dropped or replaced while a query waits ends it by a code', async () => {
  for (const statement of [
    'DROP SOURCE t CASCADE',
    "CREATE OR REPLACE MATERIALIZED VIEW v AS SELECT 'text' AS a, count(*) AS n FROM t",
  ]) {
    await using db = await Millrace.open()
    await db.execute('CREATE SOURCE t (a BIGINT); CREATE MATERIALIZED VIEW v AS SELECT sum(a) AS a FROM t')
    db.source('t').push(Array.from({ length: 3000 }, (_, a) => ({ a })))
    const queries = Array.from({ length: 20 }, async (_, turns) => {
      for (let turn = 0; turn < turns; turn++) await Promise.resolve()
      const [row] = await db.query<{ a: unknown }>('SELECT a FROM v')
      expect([4_498_500n, 'text', undefined]).toContain(row?.a)
    })
    await db.execute(statement)
    for (const code of await codes(queries)) expect(['ok', 'closed', 'unknown_table']).toContain(code)
  }
})
