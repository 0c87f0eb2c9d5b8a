import { Millrace } from '../../index.ts'

/** Runs queries of as many expressions and aggregates as the first argument says over one row: for `node --print-bytecode`. */
const count = Number(process.argv[2])
const expressions = Array.from(
  { length: count },
  (_, index) => `CASE WHEN a > ${index} THEN a * ${index + 2} - b ELSE b + ${index} END AS c${index}`,
)
const aggregates = Array.from({ length: count }, (_, index) => `sum(a + ${index}) AS s${index}`)
await using db = await Millrace.open({ tier: 'javascript' })
await db.execute(`CREATE SOURCE t (a BIGINT, b BIGINT); CREATE STREAM q AS SELECT ${expressions.join(', ')} FROM t`)
await db.execute(`CREATE STREAM g AS SELECT ${aggregates.join(', ')} FROM t`)
for (const name of ['q', 'g']) db.subscribe(name, () => undefined)
db.source('t').push({ a: 1, b: 2 })
await db.drain()
