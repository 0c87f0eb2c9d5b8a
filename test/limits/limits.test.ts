import { describe, expect, it } from 'vitest'
import { Millrace } from '../../index.ts'

const rows = Array.from({ length: 20 }, (_, index) => ({ a: index, b: 2, s: `v${index}` }))
type InputRow = (typeof rows)[number]

const many = (count: number, text: (index: number) => string, separator = ', '): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(separator)

/** Statements that run, and the rows that they give, computed in another way. */
const answered: Readonly<
  Record<string, readonly [sql: string, expected: (row: InputRow) => readonly unknown[] | null]>
> = {
  '1000 expressions': [
    `SELECT ${many(1000, (index) => `a * ${index + 2} + b - ${index} AS c${index}`)} FROM t`,
    ({ a, b }) => Array.from({ length: 1000 }, (_, index) => BigInt(a * (index + 2) + b - index)),
  ],
  'a list of 5000 numbers': [
    `SELECT a FROM t WHERE a IN (${many(5000, (index) => String(index * 3))})`,
    ({ a }) => (a % 3 === 0 ? [BigInt(a)] : null),
  ],
  'a list of 5000 texts': [
    `SELECT a FROM t WHERE s NOT IN (${many(5000, (index) => `'v${index * 2}'`)})`,
    ({ a }) => (a % 2 === 1 ? [BigInt(a)] : null),
  ],
  'a chain of 2000 ANDs': [
    `SELECT a FROM t WHERE ${many(2000, (index) => `a <> ${index + 10}`, ' AND ')}`,
    ({ a }) => (a < 10 ? [BigInt(a)] : null),
  ],
  'a chain of 2000 ORs': [
    `SELECT a FROM t WHERE ${many(2000, (index) => `(a = ${index + 10} AND b > ${index})`, ' OR ')}`,
    ({ a }) => (a === 10 || a === 11 ? [BigInt(a)] : null),
  ],
  'a CASE of 100 branches': [
    `SELECT CASE ${many(100, (index) => `WHEN a = ${index} THEN ${index * 7}`, ' ')} ELSE -1 END AS x FROM t`,
    ({ a }) => [BigInt(a * 7)],
  ],
}

/** Statements that are refused before they cost anything. */
const refused: Readonly<Record<string, string>> = {
  'a CASE of 2000 branches': `SELECT CASE ${many(2000, (index) => `WHEN a = ${index} THEN ${index}`, ' ')} END AS x FROM t`,
  'a sum of 2000 operands': `SELECT ${many(2000, () => 'a', ' + ')} AS x FROM t`,
  '2000 texts joined': `SELECT ${many(2000, () => "'p'", ' || ')} AS x FROM t`,
  '3000 parentheses': `SELECT ${'('.repeat(3000)}a${')'.repeat(3000)} AS x FROM t`,
  '500 calls within calls': `SELECT ${'abs('.repeat(500)}a${')'.repeat(500)} AS x FROM t`,
  '3000 NOTs': `SELECT ${'NOT '.repeat(3000)}(a = 1) AS x FROM t`,
  '300 branches of a union': many(300, (index) => `SELECT a + ${index} AS x FROM t`, ' UNION ALL '),
  '200 subqueries within subqueries': Array.from({ length: 200 }).reduce<string>(
    (inner, _, index) => `SELECT a + 1 AS a FROM (${inner}) x${index}`,
    'SELECT a FROM t',
  ),
}

async function open(): Promise<Millrace> {
  const db = await Millrace.open({ tier: 'javascript' })
  await db.execute('CREATE SOURCE t (a BIGINT, b BIGINT, s TEXT)')
  return db
}

describe('large statements', () => {
  it.for(Object.entries(answered))('%s', { timeout: 120_000 }, async ([, [sql, expected]]) => {
    await using db = await open()
    await db.execute(`CREATE STREAM q AS ${sql}`)
    const seen: (readonly unknown[])[] = []
    db.subscribe('q', ({ row }) => seen.push(Object.values(row)))
    db.source('t').push(rows)
    await db.drain()
    expect(seen).toEqual(rows.flatMap((row) => [expected(row)].filter((values) => values !== null)))
  })

  it.for(Object.entries(refused))('%s', async ([, sql]) => {
    await using db = await open()
    await expect(db.execute(`CREATE STREAM q AS ${sql}`)).rejects.toMatchObject({
      code: 'query_too_complex',
      sqlstate: '54001',
    })
    // and the planner is still there
    await db.execute('CREATE STREAM q AS SELECT a FROM t')
  })
})
