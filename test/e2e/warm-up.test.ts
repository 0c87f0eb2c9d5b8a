import { describe, expect, it } from 'vitest'
import { Millrace, type OpenOptions } from '../../index.ts'
import { patiently } from '../support/tiers/patiently.ts'

const program = `CREATE SOURCE t (k BIGINT NOT NULL, v DOUBLE, s VARCHAR);
  CREATE MATERIALIZED VIEW totals AS SELECT k % 50 AS k, count(*) AS n, sum(v) AS total, max(s) AS last, max(v % 7.5) AS rest FROM t GROUP BY k % 50`
const batchRows = 2000

function batch(number: number) {
  const rows = Array.from({ length: batchRows }, (_, row) => number + row)
  return {
    k: BigInt64Array.from(rows, (row) => BigInt(row * 7)),
    v: Float64Array.from(rows, (row) => row / 4),
    s: rows.map((row) => `text that takes more than twelve bytes ${row % 90}`),
  }
}

/** Pushes batches until `enough`; gives how many, what the view then shows, and the counters. */
async function run(options: OpenOptions, enough: (db: Millrace, batches: number) => boolean) {
  await using db = await Millrace.open(options)
  await db.execute(program)
  const source = db.source('t')
  let batches = 0
  while (!enough(db, batches)) {
    while (!source.pushColumns(batch(batches), batchRows)) await source.ready()
    await db.drain()
    batches++
  }
  const rows = await db.query<Record<string, unknown>>('SELECT * FROM totals')
  const { tiers, sources, queries } = db.metrics()
  const units = [...sources, ...queries.flatMap(({ operators }) => operators)].map(({ tier }) => tier)
  return { batches, rows: rows.map((row) => Object.values(row).join('|')), tiers, units }
}

describe('units that have warmed up', () => {
  it('go back where a setting says so, with the same rows, and all of it is counted', async () => {
    const settings = { warm_up: '1 ms', warm_up_keeps: 'never' }
    const enough = (db: Millrace): boolean => Number(db.metrics().tiers?.deoptimisations) > 1
    const changing = await run({ settings }, patiently(enough))
    const plain = await run({ tier: 'javascript' }, (_, batches) => batches === changing.batches)
    expect(changing.rows).toEqual(plain.rows)
    expect(changing.tiers).toMatchObject({ compileFailures: 0 })
    const { compiles, compileMillis, codeBytes, swaps, deoptimisations } = changing.tiers ?? ({} as never)
    expect(deoptimisations).toBeGreaterThan(1)
    expect(swaps).toBeGreaterThanOrEqual(deoptimisations)
    expect(compiles).toBeGreaterThanOrEqual(1)
    const back = changing.units.filter((unit) => unit.deoptimisations > 0)
    expect(back.length).toBeGreaterThan(0)
    for (const { reason, ...unit } of back.filter(({ tier }) => tier === 'javascript'))
      expect([reason, unit.codeBytes > 0]).toEqual([expect.stringContaining("SET warm_up_keeps = 'never'"), true])
    const sum = (of: (unit: (typeof back)[0]) => number): number =>
      changing.units.reduce((total, unit) => total + of(unit), 0)
    expect(sum((unit) => unit.swaps)).toBe(swaps)
    expect(sum((unit) => unit.deoptimisations)).toBe(deoptimisations)
    // the sums are of the same numbers in another order
    expect(compileMillis + 1e-6).toBeGreaterThanOrEqual(sum((unit) => unit.compileMillis))
    expect(codeBytes).toBeGreaterThanOrEqual(sum((unit) => unit.codeBytes))
  })

  it('stay where a setting says so; a swap is a pause of a millisecond', async () => {
    const settings = { warm_up: '1 ms', warm_up_keeps: 'always' }
    const hot = (db: Millrace): boolean =>
      db.metrics().queries[0]?.operators[0]?.tier.reason.startsWith('hot: WebAssembly takes') === true
    let pauseMillis = Infinity
    // a machine that does something else meanwhile makes a pause longer, never shorter; bench/query/adaptive.ts has the longest
    for (let round = 0; round < 10 && pauseMillis >= 5; round++) {
      const { units, tiers } = await run({ settings }, patiently(hot))
      expect(tiers?.deoptimisations).toBe(0)
      expect(units.find(({ reason }) => reason.startsWith('hot: WebAssembly takes'))).toMatchObject({ tier: 'wasm' })
      const { swaps, swapMillis, swapMillisMax } = tiers ?? ({} as never)
      expect(swapMillisMax).toBeGreaterThan(0)
      expect(swapMillis).toBeGreaterThanOrEqual(swapMillisMax)
      pauseMillis = swapMillis / swaps
    }
    expect(pauseMillis).toBeLessThan(5)
  })

  it('are counted where the tier was asked for, too', async () => {
    const { units, tiers } = await run({ tier: 'wasm' }, (_, batches) => batches === 2)
    expect(tiers).toBeNull()
    for (const unit of units) expect(unit).toMatchObject({ tier: 'wasm', compileMillis: expect.any(Number) })
    expect(units.map(({ codeBytes }) => codeBytes > 0)).not.toContain(false)
    expect(units.flatMap(({ calls }) => calls)).toContain('remainder')
  })
})
