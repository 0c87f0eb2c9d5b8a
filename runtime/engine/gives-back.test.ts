import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { ByteStream } from '../connect/connector.ts'
import { nodeWorld } from '../connect/connectors.ts'
import { ownerBuffers } from '../memory/worker-memory.ts'
import { Engine } from './engine.ts'
import { explainLazily } from './explain/explain-lazily.ts'
import { Millrace } from './millrace.ts'
import { silentLogger } from './options.ts'
import { Subscriber } from './subscription/subscriber.ts'
import { systemClock } from './system-clock.ts'
import { fullToolchain } from './toolchain/full-toolchain.ts'

const folder = mkdtempSync(join(tmpdir(), 'gives-back-'))
afterAll(() => rmSync(folder, { recursive: true }))

const file = join(folder, 'rows.csv')
const line = (index: number): string => `${index},a text that is too long to lie inside of its view ${index}\n`
writeFileSync(file, `a,b\n${Array.from({ length: 3000 }, (_, index) => line(index)).join('')}`)
const source = `CREATE SOURCE f (a BIGINT, b TEXT) FORMAT CSV WITH (connector = 'file', path = '${file}')`
const sinkTo = (path: string): string => `CREATE SINK s FROM f FORMAT CSV WITH (connector = 'file', path = '${path}')`
const grouped = 'SELECT b, count(*) AS c FROM f GROUP BY b'
const failing = 'SELECT 1 / a AS x FROM f'

/** Those of these tests that the process has open; it has others, which come and go with its threads. */
function openFiles(): readonly string[] {
  const own = '/proc/self/fd'
  return (existsSync(own) ? readdirSync(own) : [])
    .map(targetOf)
    .filter((path) => path.startsWith(folder) || path === '/dev/full')

  function targetOf(descriptor: string): string {
    try {
      return readlinkSync(join(own, descriptor))
    } catch {
      return 'closed meanwhile'
    }
  }
}

/** Streams are closed by other threads, soon. */
const nothingIsOpen = async (): Promise<void> =>
  await vi.waitFor(() => expect(openFiles()).toEqual([]), { timeout: 60_000, interval: 5 })

const throwing = (): never => {
  throw new Error('of the callback')
}
const readAll = async (rows: AsyncIterable<unknown>): Promise<void> => {
  for await (const _ of rows);
}

describe('memory and descriptors are as before', () => {
  it.for<readonly [string, (db: Millrace) => Promise<unknown>]>([
    ['a query', (db) => db.query(grouped)],
    ['a query that fails', (db) => db.query(failing)],
    ['a subscription that has ended', (db) => readAll(db.subscribe(grouped))],
    ['batches that have ended', (db) => readAll(db.subscribe(grouped, { batches: true }))],
    ['a subscription that has failed', (db) => readAll(db.subscribe(failing))],
    ['a subscription that is broken off', (db) => db.subscribe(grouped).return()],
    ['a subscription to a source that has ended', (db) => readAll(db.subscribe('f'))],
    ['a callback that has heard the end', (db) => db.subscribe(grouped, () => {}).closed],
    ['a callback that throws', (db) => db.subscribe(grouped, throwing).closed],
    ['a subscription to what is dropped', viewDropped],
    ['a sink that cannot be opened', (db) => db.execute(sinkTo(join(folder, 'no', 'such', 'folder')))],
    [
      'a sink that cannot be opened, then can',
      async (db) => {
        await db.execute(sinkTo(join(folder, 'no', 'such', 'folder'))).catch(() => {})
        await sinkDropped(db, join(folder, 'out.csv'))
      },
    ],
    ['a sink that is dropped', (db) => sinkDropped(db, join(folder, 'out.csv'))],
    ['a sink that is dropped before its end', (db) => sinkDropped(db, join(folder, 'out.csv'), 'at once')],
    ['a sink whose last bytes cannot be written', (db) => sinkDropped(db, '/dev/full')],
    ['a compressed sink that is dropped before its end', (db) => sinkDropped(db, join(folder, 'out.gz'), 'at once')],
    ['a compressed sink whose last bytes cannot be written', (db) => compressedSinkFails(db)],
  ])('after %s', async ([, once]) => {
    await using db = await Millrace.open({ logger: silentLogger })
    await db.execute(source)
    const run = async (): Promise<void> => {
      await once(db).catch(() => {})
      await db.drain().catch(() => {})
      await new Promise((resolve) => setImmediate(resolve))
      await nothingIsOpen()
    }
    await run()
    const before = db.metrics().memory.takenBytes
    for (let index = 0; index < 5; index++) await run()
    expect(db.metrics().memory.takenBytes).toBe(before)
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([])
  })
})

async function viewDropped(db: Millrace): Promise<void> {
  await db.execute(`CREATE MATERIALIZED VIEW v AS ${grouped}`)
  const rows = db.subscribe('SELECT c FROM v')
  await db.execute('DROP MATERIALIZED VIEW v')
  await readAll(rows)
}

async function sinkDropped(db: Millrace, path: string, when?: 'at once'): Promise<void> {
  await db.execute(sinkTo(path))
  if (when === undefined) await db.drain().catch(() => {})
  await db.execute('DROP SINK s')
}

/** A folder is where the sink's file is to be in the end. */
async function compressedSinkFails(db: Millrace): Promise<void> {
  const path = join(folder, 'in-the-way.gz')
  await db.execute(sinkTo(path))
  mkdirSync(path)
  try {
    await db.drain().catch(() => {})
    await db.execute('DROP SINK s')
  } finally {
    rmdirSync(path)
  }
}

function openEngine(stdout: ByteStream): Engine {
  const world = { connectors: nodeWorld, clock: systemClock, environment: {} }
  const engine = new Engine({ world, stdout, explain: explainLazily, toolchain: fullToolchain() })
  onTestFinished(() => engine.close('abort'))
  return engine
}

const nowhere: ByteStream = { write: () => Promise.resolve('open') }

/** Takes all pages; gives what gives one of them back, or, when it is told so, all. */
function takeAllPages({ running }: Engine): { readonly giveOne: () => void; readonly giveAll: () => void } {
  const { pages } = running.parts.memory
  const taken: number[] = []
  try {
    for (;;) taken.push(pages.take(ownerBuffers))
  } catch {
    const giveOne = (): void => pages.release(taken.pop() as number)
    return { giveOne, giveAll: () => taken.splice(0).forEach((page) => pages.release(page)) }
  }
}

/** With no page left, then with one, with two, and so on: what cannot be started leaves nothing behind. */
describe('what there is no memory for is started whole or not at all', () => {
  it.for<readonly [string, (engine: Engine, subscriber: Subscriber) => Promise<unknown>]>([
    ['a source', (engine) => engine.execute('CREATE SOURCE t (a TEXT)')],
    ['a view', (engine) => engine.execute(`CREATE MATERIALIZED VIEW w AS ${grouped}`)],
    ['a view over a view', (engine) => engine.execute('CREATE MATERIALIZED VIEW w AS SELECT c FROM v')],
    ['a sink', (engine) => engine.execute(sinkTo(join(folder, 'starved.csv')))],
    ['a query over a view', (engine) => engine.execute('SELECT count(DISTINCT c) AS n FROM v')],
    ['a query over a file', (engine) => engine.execute(grouped)],
    ['a subscription', async (_, subscriber) => await subscriber.changes('v', {}).next()],
    ['a subscription to a query', async (_, subscriber) => await subscriber.changes('SELECT c FROM v', {}).next()],
  ])('%s', async ([, start]) => {
    const engine = openEngine(nowhere)
    const subscriber = new Subscriber(engine)
    await engine.execute(`${source}; CREATE MATERIALIZED VIEW v AS ${grouped}`)
    await engine.drain()
    const { pages } = engine.running.parts.memory
    const { giveOne, giveAll } = takeAllPages(engine)
    let failures = 0
    for (let over = false; !over; giveOne()) {
      const { takenCount } = pages
      const problem = await start(engine, subscriber).then(
        () => null,
        (error: unknown) => error,
      )
      await engine.drain().catch(() => {})
      over = problem === null
      if (over) continue
      failures++
      expect(problem).toEqual(expect.objectContaining({ code: 'out_of_memory' }))
      await nothingIsOpen()
      expect(pages.takenCount).toBe(takenCount)
    }
    giveAll()
    expect(failures).toBeGreaterThan(0)
    // what has been started with so little may have run out of it later
    await engine.close('abort')
    await nothingIsOpen()
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([])
  })
})

describe('rows on their way', () => {
  it('keep their bytes when the database is closed while a sink holds them up', async () => {
    const gate = Promise.withResolvers<void>()
    let text = ''
    const engine = openEngine({
      async write(bytes) {
        await gate.promise
        text += Buffer.from(bytes).toString()
        return 'open'
      },
    })
    const path = join(folder, 'long.csv')
    const lines = Array.from({ length: 40_000 }, (_, index) => line(index))
    writeFileSync(path, `a,b\n${lines.join('')}`)
    await engine.execute(
      `CREATE SOURCE f (a BIGINT, b TEXT) FORMAT CSV WITH (connector = 'file', path = '${path}');
       CREATE SINK s FROM f FORMAT CSV (header = false) WITH (connector = 'stdout')`,
    )
    while (!engine.running.pump.blocked) await new Promise((resolve) => setImmediate(resolve))
    const closed = engine.close()
    await new Promise((resolve) => setImmediate(resolve))
    // whoever takes pages now must not get those that the rows lie in
    const { pages, views } = engine.running.parts.memory
    for (let count = 0; count < 100; count++) {
      const page = pages.take(ownerBuffers)
      views.u8.fill(0, page, page + 65_536)
    }
    gate.resolve()
    await closed
    const whole = text.split('\n').length - 1
    expect(whole).toBeGreaterThan(1000)
    expect(text).toBe(lines.slice(0, whole).join(''))
  })
})
