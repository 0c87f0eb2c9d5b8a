import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { nodeWorld } from '../connect/connectors.ts'
import type { ByteStream } from '../connect/connector.ts'
import { Engine } from './engine.ts'
import { explainLazily } from './explain/explain-lazily.ts'
import { inboxOf } from './session-objects.ts'
import { systemClock } from './system-clock.ts'
import { fullToolchain } from './toolchain/full-toolchain.ts'

function open(stdout: ByteStream): Engine {
  const world = { connectors: nodeWorld, clock: systemClock, environment: {} }
  const engine = new Engine({ world, stdout, explain: explainLazily, toolchain: fullToolchain() })
  onTestFinished(() => engine.close('abort'))
  return engine
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Lets `count` pieces through, then keeps the writer waiting until `open` is called. */
function gate(count: number): ByteStream & { readonly bytes: () => number; readonly open: () => void } {
  const opened = Promise.withResolvers<void>()
  let pieces = 0
  let bytes = 0
  return {
    async write(piece) {
      if (++pieces > count) await opened.promise
      bytes += piece.length
      return 'open'
    },
    bytes: () => bytes,
    open: () => opened.resolve(),
  }
}

describe('a slow sink', () => {
  it('slows a connector down and loses nothing', async () => {
    const stdout = gate(1)
    const engine = open(stdout)
    await engine.execute(
      `CREATE SOURCE n (price BIGINT, url TEXT) WITH (connector = 'nexmark', events = 200000);
       CREATE SINK s FROM n WITH (connector = 'stdout')`,
    )
    const rowsIn = (): number =>
      engine.running.metrics().graph.sources.find(({ name }) => name.startsWith('n'))?.rowsIn ?? 0
    for (let last = -1; last !== rowsIn();) {
      last = rowsIn()
      for (let count = 0; count < 50; count++) await turn()
    }
    expect(rowsIn()).toBeGreaterThan(0)
    // 256 KiB in a piece, a megabyte on its way: a twentieth of what there is.
    expect(rowsIn()).toBeLessThan(60_000)
    stdout.open()
    await engine.drain()
    expect(rowsIn()).toBe(184_000)
    expect(stdout.bytes()).toBeGreaterThan(184_000 * 20)
  })

  it('makes push say false and ready wait', async () => {
    const stdout = gate(0)
    const engine = open(stdout)
    await engine.execute(`CREATE SOURCE t (text TEXT); CREATE SINK s FROM t WITH (connector = 'stdout')`)
    const { writer, inbox } = inboxOf(engine, 't')
    const rows = Array.from({ length: 1000 }, () => ({ text: 'x'.repeat(1000) }))
    let pushed = 0
    while (pushed < 1_000_000 && writer.pushRows(rows)) {
      pushed += rows.length
      await turn()
    }
    expect(pushed).toBeLessThan(100_000)
    let ready = false
    void inbox.ready().then(() => (ready = true))
    await turn()
    expect(ready).toBe(false)
    stdout.open()
    await engine.drain()
    expect(ready).toBe(true)
    expect(stdout.bytes()).toBe(pushed * ('{"text":""}\n'.length + 1000))
  })

  it('that fails is told of once, and its source is let go', async () => {
    const engine = open({ write: () => Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' })) })
    await engine.execute(
      `CREATE SOURCE n (price BIGINT) WITH (connector = 'nexmark', events = 100000);
       CREATE SINK s FROM n WITH (connector = 'stdout'); CREATE MATERIALIZED VIEW v AS SELECT COUNT(*) AS n FROM n`,
    )
    await expect(engine.drain()).rejects.toMatchObject({ code: 'sink_unwritable' })
    await engine.drain()
    const [result] = await engine.execute('SELECT n FROM v')
    expect(result).toMatchObject({ kind: 'rows', rows: [{ n: 92_000n }] })
  })
})

describe('deployments', () => {
  it('give every reader of a source that can be read again all of its rows, whenever it comes', async () => {
    const engine = open(gate(1000))
    const count = `SELECT COUNT(*) AS n FROM n`
    await engine.execute(
      `CREATE SOURCE n (price BIGINT) WITH (connector = 'nexmark', events = 1000); CREATE MATERIALIZED VIEW a AS ${count}`,
    )
    await engine.drain()
    await engine.execute(
      `CREATE STREAM s AS SELECT price FROM n; CREATE MATERIALIZED VIEW b AS SELECT COUNT(*) AS n FROM s`,
    )
    const results = await engine.execute('SELECT n FROM a; SELECT n FROM b; SELECT COUNT(*) AS n FROM s')
    expect(results.map((result) => result.kind === 'rows' && result.rows)).toEqual([
      [{ n: 920n }],
      [{ n: 920n }],
      [{ n: 920n }],
    ])
  })

  it('go when nobody needs them any more, and objects in use stay', async () => {
    const engine = open(gate(1000))
    await engine.execute(
      `CREATE SOURCE t (a INT); CREATE STREAM s AS SELECT a FROM t WHERE a > 0; CREATE MATERIALIZED VIEW v AS SELECT a FROM s`,
    )
    const names = (): readonly string[] => engine.running.topology.nodes.map(({ object }) => object).toSorted()
    expect(names()).toEqual(['dead_letters', 's', 't', 'v'])
    await expect(engine.execute('DROP SOURCE t')).rejects.toMatchObject({ code: 'dependent_objects' })
    await engine.execute('DROP MATERIALIZED VIEW v')
    await engine.execute('DROP SOURCE t CASCADE')
    expect(names()).toEqual(['dead_letters'])
    await engine.execute(
      'CREATE SOURCE t (b TEXT); CREATE MATERIALIZED VIEW v AS SELECT b FROM t; INSERT INTO t VALUES (1)',
    )
    const [result] = await engine.execute('SELECT b FROM v')
    expect(result).toMatchObject({ rows: [{ b: '1' }] })
    await engine.execute('CREATE OR REPLACE MATERIALIZED VIEW v AS SELECT b, 2 AS two FROM t')
    expect(await engine.execute('SELECT * FROM v')).toMatchObject([{ rows: [] }])
  })
})

describe('a program', () => {
  it('is planned once, and again where one before it changed the session', async () => {
    const engine = open(gate(0))
    const plan = vi.spyOn(engine, 'planNow')
    await engine.execute('CREATE SOURCE t (a BIGINT)')
    expect(plan).toHaveBeenCalledTimes(1)
    await engine.execute('SHOW SOURCES')
    expect(plan).toHaveBeenCalledTimes(2)
    await Promise.all([
      engine.execute('CREATE STREAM s AS SELECT a FROM t'),
      engine.execute('CREATE STREAM r AS SELECT a FROM s'),
    ])
    expect(plan).toHaveBeenCalledTimes(5)
  })
})
