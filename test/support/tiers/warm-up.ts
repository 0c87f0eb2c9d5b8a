import { Millrace } from '../../../index.ts'

// Runs an endless query under tier `auto` until its units have gone to WebAssembly, and prints what it came to. Started by test/e2e/tiers.test.ts.

const program = `
  CREATE SOURCE bid (auction BIGINT NOT NULL, price BIGINT NOT NULL, url VARCHAR, "dateTime" TIMESTAMP NOT NULL,
    WATERMARK FOR "dateTime" AS "dateTime" - INTERVAL '4' SECOND) WITH (connector = 'nexmark', stream = 'bid', seed = 3, first_event_rate = 20000);
  CREATE STREAM busy AS SELECT window_start, auction, count(*) AS n, sum(price) AS total, min(url) AS first_url
    FROM TUMBLE(bid, "dateTime", INTERVAL '10' SECOND) WHERE price > 500 GROUP BY window_start, window_end, auction`

const db = await Millrace.open({ settings: { warm_up: '20 ms' } })
await db.execute(program)
let rows = 0
db.subscribe('busy', () => {
  rows++
})
const tierAtStart = db.metrics().queries[0]?.operators[0]?.tier.tier
for (;;) {
  await new Promise((resolve) => {
    setTimeout(resolve, 20)
  })
  const { queries, tiers } = db.metrics()
  const { tier } = queries[0]?.operators[0] ?? {}
  if (tiers === null || tier?.tier !== 'wasm' || rows === 0) continue
  console.log(JSON.stringify({ tierAtStart, tier, tiers }))
  break
}
await db.close()
