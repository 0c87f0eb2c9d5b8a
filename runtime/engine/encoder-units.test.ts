import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { patiently } from '../../test/support/tiers/patiently.ts'
import { Millrace } from './millrace.ts'

const folder = mkdtempSync(join(tmpdir(), 'encoder-units-'))
afterAll(() => rmSync(folder, { recursive: true }))

const program = (path: string): string => `CREATE SOURCE t (k BIGINT, v DOUBLE, s VARCHAR);
  CREATE SINK out AS SELECT k, v, s, k + 1 AS next FROM t FORMAT CSV WITH (connector = 'file', path = '${path}')`

async function run(
  options: Parameters<typeof Millrace.open>[0],
  enough: (db: Millrace, batches: number) => boolean,
): Promise<{
  readonly text: string
  readonly batches: number
  readonly sinks: ReturnType<Millrace['metrics']>['sinks']
}> {
  const path = join(folder, 'out.csv')
  const db = await Millrace.open(options)
  await db.execute(program(path))
  const source = db.source('t')
  const rows = 2000
  let batches = 0
  while (!enough(db, batches)) {
    const k = BigInt64Array.from({ length: rows }, (_, row) => BigInt(batches * rows + row))
    const v = Float64Array.from(k, (value) => Number(value) / 7)
    const s = Array.from(k, (value) => (value % 5n === 0n ? `a "quoted" ${value}` : `text ${value}`))
    while (!source.pushColumns({ k, v, s }, rows)) await source.ready()
    await db.drain()
    // while the compiler is at work there need not be a file of gigabytes
    await setTimeout(1)
    batches++
  }
  const { sinks } = db.metrics()
  source.end()
  await db.drain()
  await db.close()
  return { text: readFileSync(path, 'utf8'), batches, sinks }
}

describe('the unit of a sink', () => {
  it('warms up like others, with the same bytes', async () => {
    const isWarm = (db: Millrace): boolean =>
      db.metrics().sinks[0]?.tier?.reason.startsWith('hot: WebAssembly takes') === true
    const warm = await run({ settings: { warm_up: '1 ms', warm_up_keeps: 'always' } }, patiently(isWarm))
    expect(warm.sinks[0]?.tier).toMatchObject({
      tier: 'wasm',
      calls: expect.arrayContaining(['write_csv_text']) as unknown,
    })
    expect(warm.sinks[0]?.tier?.swaps).toBeGreaterThan(0)
    const plain = await run({ tier: 'javascript' }, (_, batches) => batches === warm.batches)
    expect(plain.sinks).toMatchObject([{ name: 'out', rows: warm.batches * 2000, tier: { tier: 'javascript' } }])
    expect(warm.text === plain.text).toBe(true)
  })

  it('changes its tier between any two blocks', async () => {
    const enough = (_: Millrace, batches: number): boolean => batches === 10
    const changing = await run({ swapSeed: 3 }, enough)
    expect(changing.sinks[0]?.tier?.swaps).toBeGreaterThan(2)
    const plain = await run({ tier: 'interpreter' }, enough)
    expect(changing.text === plain.text).toBe(true)
  })

  it('is shown by EXPLAIN', async () => {
    await using db = await Millrace.open({ tier: 'wasm' })
    const path = join(folder, 'explained.csv')
    const source = "CREATE SOURCE n (price BIGINT) WITH (connector = 'nexmark', events = 1000);"
    const text = await db.explain(
      `${source} CREATE SINK out AS SELECT price / 2.0 AS half FROM n FORMAT CSV WITH (connector = 'file', path = '${path}')`,
      { level: 'code', analyze: true },
    )
    expect(text).toContain('sink out')
    expect(text).toMatch(/Sinks\n {2}out: 920 rows encoded, wasm tier: .*; calls .*\(writing CSV and JSON\)/)
  })
})
