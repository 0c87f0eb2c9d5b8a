import { describe, expect, it } from 'vitest'
import { Millrace } from '../../index.ts'

const program = `
  CREATE SOURCE bid (auction BIGINT NOT NULL, bidder BIGINT NOT NULL, price BIGINT NOT NULL, channel VARCHAR, url VARCHAR, "dateTime" TIMESTAMP NOT NULL, extra VARCHAR,
    WATERMARK FOR "dateTime" AS "dateTime" - INTERVAL '4' SECOND)
    WITH (connector = 'nexmark', stream = 'bid', events = 1500000, seed = 3, first_event_rate = 20000);
  CREATE MATERIALIZED VIEW busy AS
    SELECT window_start, auction, count(*) AS n, sum(price) AS total, min(url) AS first_url, max(price) AS high
    FROM TUMBLE(bid, "dateTime", INTERVAL '10' SECOND) WHERE price > 500 GROUP BY window_start, window_end, auction HAVING count(*) > 3`

async function resultIn(tier: 'auto' | 'javascript' | 'wasm') {
  await using db = await Millrace.open({ tier, settings: { warm_up: '100 ms' } })
  await db.execute(program)
  await db.drain()
  const rows = await db.query<Record<string, unknown>>('SELECT * FROM busy')
  return { rows: rows.map((row) => Object.values(row).join('|')).toSorted(), tiers: db.metrics().tiers }
}

describe('tiers', () => {
  it('give the same rows, also when units change their tier while the query runs', { timeout: 120_000 }, async () => {
    const fixed = await resultIn('javascript')
    const adaptive = await resultIn('auto')
    const wasm = await resultIn('wasm')
    expect(fixed.rows.length).toBeGreaterThan(100)
    expect(adaptive.rows).toEqual(fixed.rows)
    expect(wasm.rows).toEqual(fixed.rows)
    expect(fixed.tiers).toBeNull()
    expect(adaptive.tiers?.swaps).toBeGreaterThan(0)
  })
})
