import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Millrace } from '../millrace.ts'

async function opened(): Promise<Millrace> {
  const db = await Millrace.open()
  await db.execute('CREATE SOURCE t (a BIGINT)')
  return db
}

const rows = (count: number): readonly { readonly a: number }[] => Array.from({ length: count }, (_, a) => ({ a }))

describe('callbacks', () => {
  it('are called for one change after the other, also within a block', async () => {
    await using db = await opened()
    let running = 0
    const seen: bigint[] = []
    db.subscribe<{ a: bigint }>('t', async ({ row }) => {
      expect(running++).toBe(0)
      await setTimeout(0)
      running--
      seen.push(row.a)
    })
    db.source('t').push(rows(20))
    while (seen.length < 20) await setTimeout(1)
    expect(seen).toEqual(rows(20).map((row) => BigInt(row.a)))
  })

  it.for([
    [
      'throw',
      () => {
        throw new Error('boom')
      },
    ],
    ['reject', () => Promise.reject(new Error('boom'))],
  ] as const)('that %s end their subscription at once; closed and drain say so, others go on', async ([, callback]) => {
    await using db = await opened()
    let calls = 0
    const others: unknown[] = []
    const failing = db.subscribe('t', () => {
      calls++
      return callback()
    })
    db.subscribe('t', (change) => others.push(change))
    db.source('t').push(rows(3))
    await expect(db.drain()).rejects.toThrow('boom')
    await expect(failing.closed).rejects.toThrow('boom')
    db.source('t').push(rows(1))
    await db.drain()
    expect([calls, others.length]).toEqual([1, 4])
  })

  it('are not called after unsubscribe, not even for the rest of a block', async () => {
    await using db = await opened()
    let calls = 0
    const handle = db.subscribe('t', () => {
      calls++
      handle.unsubscribe()
    })
    db.source('t').push(rows(3))
    await db.drain()
    await handle.closed
    expect(calls).toBe(1)
  })
})

describe('subscriptions', () => {
  it('end with an error when what they read is dropped or replaced', async () => {
    await using db = await opened()
    const change = 'MATERIALIZED VIEW v AS SELECT a FROM t'
    for (const statement of ['DROP MATERIALIZED VIEW v', `CREATE OR REPLACE ${change}`, 'DROP SOURCE t CASCADE']) {
      await db.execute(`CREATE OR REPLACE ${change}`)
      const named = db.subscribe('v')
      const query = db.subscribe('SELECT a + 1 AS b FROM v')
      const callback = db.subscribe('v', () => {})
      await db.execute(statement)
      const closed = expect.objectContaining({ code: 'closed', message: 'materialized view v is closed' }) as unknown
      for (const end of [named.next(), query.next(), callback.closed]) await expect(end).rejects.toEqual(closed)
      await named.return()
      callback.unsubscribe()
    }
    await db.drain()
  })

  it('to what has ended already end, too, after the rows of a view', async () => {
    await using db = await opened()
    await db.execute(`CREATE STREAM constant AS SELECT 1 AS a; CREATE MATERIALIZED VIEW of_constant AS SELECT a FROM constant;
      CREATE STREAM s AS SELECT a FROM t; CREATE MATERIALIZED VIEW v AS SELECT sum(a) AS a FROM t`)
    db.source('t').push(rows(3))
    db.source('t').end()
    await db.drain()
    await db.execute('CREATE MATERIALIZED VIEW late AS SELECT count(*) AS a FROM t')
    const queries = [
      't',
      's',
      'v',
      'constant',
      'of_constant',
      'late',
      'SELECT a + 1 AS a FROM t',
      'SELECT a + 1 AS a FROM v',
    ]
    const found = await Promise.all(
      queries.map(async (query) => {
        const values: unknown[] = []
        for await (const { row } of db.subscribe<{ a: bigint }>(query)) values.push(row.a)
        return values
      }),
    )
    expect(found).toEqual([[], [], [3n], [1n], [1n], [0n], [], [4n]])
    expect(await db.query('SELECT a FROM constant')).toEqual([{ a: 1n }])
    await db.subscribe('t', () => {}).closed
  })

  it('cannot begin after close', async () => {
    const db = await opened()
    await db.close()
    const closed = expect.objectContaining({ code: 'closed' }) as unknown
    expect(() => db.subscribe('t')).toThrow(closed)
    expect(() => db.subscribe('t', { batches: true })).toThrow(closed)
    expect(() => db.subscribe('t', () => {})).toThrow(closed)
  })
})
