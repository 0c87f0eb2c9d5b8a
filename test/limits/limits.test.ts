import { describe, expect, it } from 'vitest'
import { answered, many, openLimits, runLarge } from './large-statements.ts'

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

describe('large statements', () => {
  it.for(Object.entries(answered))('%s', async ([, statement]) => {
    const { actual, expected } = await runLarge({ tier: 'javascript' }, statement)
    expect(actual).toEqual(expected)
  })

  it.for(Object.entries(refused))('%s', async ([, sql]) => {
    await using db = await openLimits({ tier: 'javascript' })
    await expect(db.execute(`CREATE STREAM q AS ${sql}`)).rejects.toMatchObject({
      code: 'query_too_complex',
      sqlstate: '54001',
    })
    // and the planner is still there
    await db.execute('CREATE STREAM q AS SELECT a FROM t')
  })
})
