import { Table, tableToIPC, tableFromArrays } from 'apache-arrow'
import { describe, expect, it, vi } from 'vitest'
import { SqlError } from '../../sql/base/diagnostic.ts'
import { verifyArtifact } from './artifact/verify-artifact.ts'
import { Millrace } from './millrace.ts'

const bid = 'CREATE SOURCE bid (auction BIGINT NOT NULL, price BIGINT, channel TEXT)'

/** All changes that a subscription gives until it ends. */
async function all<T>(changes: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const change of changes) found.push(change)
  return found
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? String(error)
}

async function failure(work: () => unknown): Promise<string> {
  try {
    await work()
  } catch (error) {
    return codeOf(error)
  }
  return 'nothing was thrown'
}

describe.for(['interpreter', 'javascript'] as const)('the API in the %s tier', (tier) => {
  it('takes the same rows one by one, in batches, as columns and as Arrow', async () => {
    const rowCount = 10_000
    const rows = Array.from({ length: rowCount }, (_, index) => ({
      auction: BigInt(index % 7),
      price: index % 11 === 0 ? null : BigInt(index),
      channel: `channel number ${index % 3}`,
    }))
    const texts = rows.map(({ channel }) => Buffer.from(channel))
    const offsets = new Int32Array(rowCount + 1)
    for (const [index, text] of texts.entries()) offsets[index + 1] = (offsets[index] as number) + text.length
    const columns = {
      auction: BigInt64Array.from(rows, ({ auction }) => auction),
      price: {
        values: BigInt64Array.from(rows, ({ price }) => price ?? 0n),
        valid: Uint8Array.from(rows, ({ price }) => (price === null ? 0 : 1)),
      },
      channel: { data: new Uint8Array(Buffer.concat(texts)), offsets },
    }
    const arrow = tableFromArrays({
      auction: columns.auction,
      price: rows.map(({ price }) => price),
      channel: rows.map(({ channel }) => channel),
    })
    const sizes = [1, 3, 1024, 1025, 8192]
    const ways: ((source: ReturnType<Millrace['source']>) => Promise<void>)[] = [
      ...sizes.map((size) => async (source: ReturnType<Millrace['source']>) => {
        for (let from = 0; from < rowCount; from += size)
          while (!source.push(rows.slice(from, from + size))) await source.ready()
      }),
      async (source) => {
        while (!source.pushColumns(columns, rowCount)) await source.ready()
      },
      async (source) => {
        while (!source.pushArrow(arrow)) await source.ready()
      },
      async (source) => {
        while (!source.pushArrow(tableToIPC(arrow))) await source.ready()
      },
    ]
    const results = []
    for (const push of ways) {
      await using db = await Millrace.open({ tier })
      await db.execute(
        `${bid}; CREATE MATERIALIZED VIEW v AS SELECT auction, channel, COUNT(*) AS n, SUM(price) AS total FROM bid GROUP BY auction, channel`,
      )
      await push(db.source('bid'))
      await db.drain()
      results.push(await db.query('SELECT * FROM v'))
    }
    const key = (row: object): string => Object.values(row).join()
    const sorted = results.map((result) => result.map(key).toSorted())
    const expected = new Map<string, [number, bigint]>()
    for (const { auction, price, channel } of rows) {
      const group = expected.get(`${auction},${channel}`) ?? [0, 0n]
      expected.set(`${auction},${channel}`, [group[0] + 1, group[1] + (price ?? 0n)])
    }
    const wanted = [...expected].map(([group, [count, total]]) => `${group},${count},${total}`).toSorted()
    for (const result of sorted) expect(result).toEqual(wanted)
  })

  it('gives the changes of a stream to iterators and callbacks, and a view as rows and as Arrow', async () => {
    await using db = await Millrace.open({ tier })
    await db.execute(
      `${bid}; CREATE STREAM q AS SELECT auction, COUNT(*) AS n FROM bid GROUP BY auction; CREATE MATERIALIZED VIEW v AS SELECT * FROM q`,
    )
    const called: unknown[] = []
    const handle = db.subscribe('q', (change) => called.push(change))
    const iterated = db.subscribe('q')
    const source = db.source<{ auction: bigint }>('bid')
    source.push({ auction: 1n })
    await db.drain()
    source.push([{ auction: 1n }, { auction: 2n }])
    await db.drain()
    const expected = [
      { kind: 'insert', row: { auction: 1n, n: 1n } },
      { kind: 'delete', row: { auction: 1n, n: 1n } },
      { kind: 'insert', row: { auction: 1n, n: 2n } },
      { kind: 'insert', row: { auction: 2n, n: 1n } },
    ]
    expect(called).toEqual(expected)
    handle.unsubscribe()
    source.push({ auction: 3n })
    source.end()
    expect(await all(iterated)).toEqual([...expected, { kind: 'insert', row: { auction: 3n, n: 1n } }])
    expect(called).toHaveLength(4)
    expect(await db.query('SELECT auction, n FROM v')).toEqual([
      { auction: 1n, n: 2n },
      { auction: 2n, n: 1n },
      { auction: 3n, n: 1n },
    ])
    const table = await db.query('SELECT auction, n FROM v', { arrow: true })
    expect(table).toBeInstanceOf(Table)
    expect(table.toArray().map((row) => ({ ...row.toJSON() }))).toEqual([
      { auction: 1n, n: 2n },
      { auction: 2n, n: 1n },
      { auction: 3n, n: 1n },
    ])
  })

  it('gives Arrow batches with weights on changing results', async () => {
    await using db = await Millrace.open({ tier })
    await db.execute(
      `${bid}; CREATE STREAM n AS SELECT COUNT(*) AS n FROM bid; CREATE STREAM r AS SELECT auction FROM bid`,
    )
    const changing = db.subscribe('n', { batches: true })
    const appending = db.subscribe('r', { batches: true })
    const source = db.source('bid')
    source.push({ auction: 5n })
    await db.drain()
    source.end()
    const weights = (await all(changing)).flatMap((table) => table.toArray().map((row) => [Number(row.n), row.$weight]))
    expect(weights.reduce((sum, [n = 0, weight = 0]) => sum + n * weight, 0)).toBe(1)
    expect((await all(appending)).flatMap((table) => table.toArray().map((row) => row.toJSON()))).toEqual([
      { auction: 5n },
    ])
  })

  it('shows a view first to who subscribes late, unless told otherwise', async () => {
    await using db = await Millrace.open({ tier })
    await db.execute(`${bid}; CREATE MATERIALIZED VIEW v AS SELECT auction FROM bid`)
    const source = db.source('bid')
    source.push([{ auction: 1n }, { auction: 2n }])
    await db.drain()
    const whole = db.subscribe('v')
    const later = db.subscribe('v', { snapshot: false })
    source.push({ auction: 3n })
    source.end()
    expect((await all(whole)).map(({ row }) => row['auction'])).toEqual([1n, 2n, 3n])
    expect((await all(later)).map(({ row }) => row['auction'])).toEqual([3n])
  })
})

describe('bounded queues', () => {
  it('hold the source of a subscriber that does not read, and lose nothing', async () => {
    await using db = await Millrace.open()
    await db.execute(`${bid}; CREATE STREAM q AS SELECT auction FROM bid`)
    const changes = db.subscribe('q')
    const source = db.source('bid')
    const batch = (from: number): { auction: bigint }[] =>
      Array.from({ length: 1000 }, (_, index) => ({ auction: BigInt(from + index) }))
    let pushed = 0
    while (pushed < 1_000_000 && source.push(batch(pushed))) {
      pushed += 1000
      // The pump gets its turn: what is not held up flows.
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(pushed).toBeLessThan(100_000)
    expect(changes.waiting).toBeLessThan(10_000)
    expect(source.push(batch(pushed))).toBe(false)
    let next = 0n
    let ready = false
    void source.ready().then(() => (ready = true))
    for await (const { row } of changes) {
      expect(row['auction']).toBe(next++)
      if (next === BigInt(pushed)) break
    }
    expect(ready).toBe(true)
    expect(db.metrics().sources.find(({ name }) => name === 'bid')?.rowsIn).toBe(pushed)
  })

  it('wait for the promise of a callback', async () => {
    await using db = await Millrace.open()
    await db.execute(`${bid}; CREATE STREAM q AS SELECT auction FROM bid`)
    let working = 0
    let workingMax = 0
    let done = 0
    db.subscribe('q', async () => {
      workingMax = Math.max(workingMax, ++working)
      await new Promise((resolve) => setTimeout(resolve, 1))
      working--
      done++
    })
    const source = db.source('bid')
    for (let index = 0; index < 40; index++) {
      while (!source.push({ auction: BigInt(index) })) await source.ready()
      await new Promise((resolve) => setImmediate(resolve))
    }
    await db.drain()
    await vi.waitFor(() => expect(done).toBe(40), { timeout: 60_000 })
    expect(working).toBe(0)
    // One block at a time: rows that came meanwhile make the next.
    expect(workingMax).toBeLessThan(40)
  })

  it('let the rows through again when a subscriber leaves', async () => {
    await using db = await Millrace.open()
    await db.execute(
      `${bid}; CREATE STREAM q AS SELECT auction FROM bid; CREATE MATERIALIZED VIEW v AS SELECT COUNT(*) AS n FROM bid`,
    )
    const changes = db.subscribe('q')
    const source = db.source('bid')
    const rows = Array.from({ length: 20_000 }, (_, index) => ({ auction: BigInt(index) }))
    expect(source.push(rows)).toBe(true)
    await changes.return()
    await db.drain()
    expect(await db.query('SELECT n FROM v')).toEqual([{ n: 20_000n }])
  })
})

describe('errors of the API', () => {
  it('say when planning takes longer than the session allows', async () => {
    await using db = await Millrace.open()
    const long = `SELECT ${Array.from({ length: 1000 }, (_, n) => `abs(auction + ${n}) AS c${n}`).join(', ')} FROM bid`
    expect(await failure(() => db.execute(`${bid}; SET planning_timeout = '5 ms'; ${long}`))).toBe('planning_timeout')
  })

  it('reach the caller who can act on them', async () => {
    await using db = await Millrace.open()
    await db.execute(
      `${bid}; CREATE STREAM q AS SELECT 100 / price AS x FROM bid; CREATE SOURCE n (price BIGINT) WITH (connector = 'nexmark', events = 10)`,
    )
    expect(await failure(() => db.execute('SELECT prise FROM bid'))).toBe('unknown_column')
    expect(await failure(() => db.source('bidd'))).toBe('unknown_object')
    expect(await failure(() => db.source('n'))).toBe('not_pushable')
    expect(await failure(() => db.subscribe('nothing'))).toBe('unknown_object')
    expect(await failure(() => db.query('SELECT * FROM bid'))).toBe('source_not_replayable')
    expect(await failure(() => db.execute('INSERT INTO n VALUES (1)'))).toBe('not_pushable')
    const source = db.source('bid')
    expect(await failure(() => source.push({ auction: 'x' }))).toBe('invalid_row')
    expect(await failure(() => source.push([{ auction: 1n }, { price: 1n }]))).toBe('invalid_row')
    expect(await failure(() => source.pushColumns({ auction: new BigInt64Array(1) }, 2))).toBe('invalid_row')
    const changes = db.subscribe('q')
    source.push([
      { auction: 1n, price: 5n },
      { auction: 1n, price: 0n },
    ])
    expect(await failure(() => all(changes))).toBe('division_by_zero')
    expect(await failure(() => db.drain())).toBe('division_by_zero')
    await db.drain()
    source.end()
    expect(await failure(() => source.push({ auction: 1n }))).toBe('closed')
  })

  it('point at the column that a connector cannot fill', async () => {
    await using db = await Millrace.open()
    for (const [column, connector] of [
      ['prise BIGINT', 'nexmark'],
      ['price TEXT', 'nexmark'],
      ['n INTERVAL', 'datagen'],
    ] as const) {
      const sql = `CREATE SOURCE s (${column}) WITH (connector = '${connector}')`
      const error: unknown = await db.execute(sql).catch((reason: unknown) => reason)
      const { start = 0, end = 0 } = error instanceof SqlError ? (error.diagnostics[0]?.span ?? {}) : {}
      expect(sql.slice(start, end)).toBe(column)
    }
  })

  it('list all that is wrong, and nothing of a wrong program runs', async () => {
    await using db = await Millrace.open()
    const wrong = `${bid}; SELECT prise FROM bid; SELECT * FROM bids`
    await expect(db.execute(wrong)).rejects.toMatchObject({
      diagnostics: [{ code: 'unknown_column' }, { code: 'unknown_table' }],
    })
    expect(await db.query('SHOW SOURCES')).toEqual([])
  })

  it('refuse what cannot be had so far', async () => {
    expect(await failure(() => Millrace.open({ workers: 2 }))).toBe('unsupported_feature')
    expect(await failure(() => Millrace.open({ dataDir: 'data' }))).toBe('unsupported_feature')
    expect(await failure(() => Millrace.open({ settings: { on_eror: 'skip' } }))).toBe('unknown_setting')
  })

  it('refuse options and arguments that are none', async () => {
    await using db = await Millrace.open()
    const wrong = [
      () => Millrace.open({ tier: 'fast' as never }),
      () => Millrace.open({ teir: 'auto' } as never),
      () => db.explain('SELECT 1', { level: 'deep' as never }),
      () => db.explain('SELECT 1', { format: 'pdf' as never }),
      () => db.explain('SELECT 1', { analyse: true } as never),
      () => db.compile('SELECT 1', { sing: 'key.pem' } as never),
      () => verifyArtifact('anywhere', { kye: 'pub.pem' } as never),
      () => verifyArtifact('anywhere', { key: undefined } as never),
      () => Millrace.open({ settings: { warm_up: 1 } } as never),
      () => db.execute(undefined as never),
      () => db.subscribe(undefined as never),
    ]
    const [value, name, text] = ['invalid_option_value', 'unknown_option', 'syntax_error']
    expect(await Promise.all(wrong.map(failure))).toEqual([
      value,
      name,
      value,
      value,
      name,
      name,
      name,
      value,
      'invalid_setting_value',
      text,
      text,
    ])
  })

  it('say that the database is closed', async () => {
    const db = await Millrace.open()
    await db.execute(bid)
    const changes = db.subscribe('bid')
    db.source('bid').push({ auction: 1n })
    await db.close()
    await db.close()
    expect((await all(changes)).map(({ row }) => row['auction'])).toEqual([1n])
    expect(await failure(() => db.execute('SELECT 1'))).toBe('closed')
    expect(await failure(() => db.query('SELECT 1'))).toBe('closed')
  })
})

describe('refused rows', () => {
  it('are skipped, or become dead letters, and are counted', async () => {
    await using db = await Millrace.open({ settings: { on_error: 'dead_letter' } })
    await db.execute(
      `${bid}; CREATE STREAM q AS SELECT auction, 100 / price AS x FROM bid; CREATE STREAM s AS SELECT 100 / price AS x FROM bid WITH (on_error = 'skip')`,
    )
    const letters: unknown[] = []
    const rows: unknown[] = []
    db.subscribe('dead_letters', ({ row }) => letters.push(row))
    db.subscribe('q', ({ row }) => rows.push(row))
    db.subscribe('s', () => {})
    db.source('bid').push([
      { auction: 1n, price: 0n, channel: 'c' },
      { auction: 2n, price: 50n },
    ])
    await db.drain()
    expect(rows).toEqual([{ auction: 2n, x: 2n }])
    expect(letters).toMatchObject([{ object: 'q', code: 'division_by_zero', site: '1:109', line: null }])
    expect((letters[0] as { row: string }).row).toContain('"auction":1')
    expect(db.metrics().rowErrors).toMatchObject([
      { object: 'q', code: 'division_by_zero', rows: 1 },
      { object: 's', code: 'division_by_zero', rows: 1 },
    ])
  })
})

describe('explain', () => {
  it('shows a program without running it, and counts when it is asked to', async () => {
    await using db = await Millrace.open()
    const program = `CREATE SOURCE n (price BIGINT) WITH (connector = 'nexmark', events = 1000);
      CREATE MATERIALIZED VIEW v AS SELECT price % 2 AS odd, COUNT(*) AS n FROM n GROUP BY price % 2; SELECT MAX(n) AS most FROM v`
    expect(await db.explain(program)).toContain('#')
    expect(await db.query('SHOW SOURCES')).toEqual([])
    const { statements } = JSON.parse(await db.explain(program, { level: 'code', format: 'json', analyze: true })) as {
      statements: { units: { source: string }[]; analyze: { pipelines: { rowsIn: number; rowsOut: number }[] } }[]
    }
    expect(statements.map(({ analyze }) => analyze.pipelines[0]?.rowsIn)).toEqual([920, 2])
    expect(statements.every(({ units }) => units.every(({ source }) => source.includes('function')))).toBe(true)
  })

  it('counts what a program drops in the end, and of what it makes anew the last', async () => {
    await using db = await Millrace.open()
    const program = `CREATE SOURCE n (price BIGINT) WITH (connector = 'nexmark', events = 1000);
      CREATE MATERIALIZED VIEW v AS SELECT price % 2 AS odd FROM n; SELECT odd FROM v; DROP MATERIALIZED VIEW v;
      CREATE MATERIALIZED VIEW v AS SELECT price % 3 AS rest, price FROM n; SELECT rest FROM v; DROP SOURCE n CASCADE`
    const { statements } = JSON.parse(await db.explain(program, { format: 'json', analyze: true })) as {
      statements: { analyze: { pipelines: { rowsIn: number }[] } | null }[]
    }
    expect(statements.map(({ analyze }) => analyze?.pipelines[0]?.rowsIn)).toEqual([undefined, undefined, 920, 920])
  })
})

describe('a caller that does nothing but push and drain', () => {
  it('lets timers and other threads have their turn', async () => {
    await using db = await Millrace.open()
    await db.execute(`${bid}; CREATE MATERIALIZED VIEW v AS SELECT count(*) AS n FROM bid`)
    const source = db.source('bid')
    const turns: number[] = []
    const timer = setInterval(() => turns.push(performance.now()), 1)
    const start = performance.now()
    try {
      while (turns.length < 3 && performance.now() - start < 60_000) {
        source.push([{ auction: 1n, price: 2n, channel: 'x' }])
        await db.drain()
      }
    } finally {
      clearInterval(timer)
    }
    expect(turns.length).toBe(3)
  })
})

describe('event time', () => {
  it('takes watermarks from the producer', async () => {
    await using db = await Millrace.open()
    await db.execute(`CREATE SOURCE t (at TIMESTAMP NOT NULL, WATERMARK FOR at);
      CREATE STREAM w AS SELECT window_start, COUNT(*) AS n FROM TUMBLE(t, at, INTERVAL '10' SECOND) GROUP BY window_start, window_end`)
    const rows: unknown[] = []
    db.subscribe('w', ({ row }) => rows.push(row))
    const source = db.source('t')
    source.push([
      { at: '2026-01-01T00:00:01' },
      { at: new Date('2026-01-01T00:00:09Z') },
      { at: '2026-01-01 00:00:11' },
    ])
    await db.drain()
    expect(rows).toEqual([])
    source.watermark('2026-01-01T00:00:10')
    await db.drain()
    expect(rows).toEqual([{ window_start: '2026-01-01T00:00:00', n: 2n }])
    source.end()
    await db.drain()
    expect(rows).toHaveLength(2)
  })
})
