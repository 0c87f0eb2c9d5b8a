import { describe, expect, it } from 'vitest'
import { SqlError, type Diagnostic } from '../base/diagnostic.ts'
import type { PlannerTable } from '../plan/statement.ts'
import { parseTypeName } from '../types/sql-type.ts'
import { loadPlanner } from './planner.ts'
import { seed } from '../../test/support/seed.ts'

const columns = {
  id: 'BIGINT',
  price: 'DECIMAL(20,4)',
  name: 'VARCHAR',
  ts: 'TIMESTAMP',
  day: 'DATE',
  ratio: 'DOUBLE',
  ok: 'BOOLEAN',
}
const tables: readonly PlannerTable[] = [
  {
    name: 'bid',
    columns: Object.entries(columns).map(([name, type]) => ({
      name,
      type: parseTypeName(type) as never,
      nullable: true,
    })),
  },
]

const corpus = [
  `CREATE SOURCE s (a BIGINT NOT NULL, b DECIMAL(10,2) DEFAULT 1.5, c VARCHAR AS upper('x'), ts TIMESTAMP, WATERMARK FOR ts AS ts - INTERVAL '5' SECOND, PRIMARY KEY (a) NOT ENFORCED) FORMAT JSON (x = 'y') WITH (connector = 'file', path = 'a', 'k.l' = 3)`,
  `CREATE MATERIALIZED VIEW v AS SELECT name, count(*) AS n FROM bid WHERE price > 1.5 GROUP BY name HAVING count(*) > 2 EMIT CHANGES WITH (on_error = 'skip')`,
  `CREATE SINK k FROM bid FORMAT CSV (header = true) WITH (connector = 'stdout')`,
  `SELECT TUMBLE(ts, INTERVAL '10' SECOND), window_end, sum(price), avg(id), count(DISTINCT name) FILTER (WHERE ok) FROM bid GROUP BY 1 EMIT ON WINDOW CLOSE`,
  `SELECT window_start, max(ratio) FROM TABLE(TUMBLE(TABLE bid, DESCRIPTOR(ts), INTERVAL '1 hour')) GROUP BY window_start`,
  `WITH t AS (SELECT id AS a, price * 2 AS p FROM bid) SELECT a, p FROM t WHERE a BETWEEN 1 AND 3 UNION ALL SELECT id, price FROM bid`,
  `SELECT CASE name WHEN 'a' THEN 1 ELSE 2 END, coalesce(name, 'x'), nullif(id, 0), name LIKE 'a%' ESCAPE '#', name NOT ILIKE 'b', name SIMILAR TO '(a|b)%' FROM bid`,
  `SELECT day + 1, day - day, ts + INTERVAL '1' MONTH, extract(year FROM ts), date_trunc('day', ts), CAST(name AS INT), TRY_CAST(name AS DOUBLE), ratio::BIGINT FROM bid`,
  `SELECT id IN (1, 2, 3), ok IS NOT TRUE, id IS DISTINCT FROM 4, ~id, id # 3, id << 2, -ratio, 2 ^ 3, 'a' || name, substring(name FROM 2 FOR 3), trim(BOTH 'x' FROM name) FROM bid`,
  `INSERT INTO bid (id, name) VALUES (1, 'x'), (2, NULL)`,
  `EXPLAIN ANALYZE (LOGICAL, FORMAT json) SELECT * FROM bid; SHOW SOURCES; DESCRIBE EXTENDED bid; SET a.b = 'c'; DROP STREAM IF EXISTS x CASCADE`,
]
const fragments = [
  '(',
  ')',
  ',',
  ';',
  "'",
  '"',
  '.',
  '*',
  '::',
  '||',
  '--',
  '/*',
  'é',
  '𝄞',
  '\0',
  '\r\n',
  ' NULL ',
  ' SELECT ',
  ' FROM ',
  ' 1e999 ',
  ' $1 ',
  ' [',
  ' WITH (',
  ' EMIT ',
  '\u2028',
  ' CASE ',
  ' END ',
  '-',
  ' NOT ',
  ' 99999999999999999999 ',
  ' INTERVAL ',
  ' OVER () ',
]

/** A small generator with a printed seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function mutate(text: string, random: () => number): string {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T
  const words = text.split(/(\s+|[(),])/)
  for (let count = 1 + Math.floor(random() * 3); count > 0; count--) {
    const at = Math.floor(random() * words.length)
    const kind = random()
    if (kind < 0.25) words.splice(at, 1)
    else if (kind < 0.5) words.splice(at, 0, pick(fragments))
    else if (kind < 0.7)
      words.splice(
        at,
        0,
        ...pick(corpus)
          .split(/(\s+)/)
          .slice(0, Math.floor(random() * 9)),
      )
    else if (kind < 0.85) words[at] = pick(words)
    else {
      const word = words[at] ?? ''
      const cut = Math.floor(random() * (word.length + 1))
      words[at] = word.slice(0, cut) + pick(fragments) + word.slice(cut + 1)
    }
  }
  return words.join('')
}

function check(diagnostic: Diagnostic, sql: string): void {
  expect(diagnostic.code).not.toBe('internal')
  if (diagnostic.span === undefined) return
  expect(diagnostic.span.start).toBeGreaterThanOrEqual(0)
  expect(diagnostic.span.end).toBeGreaterThanOrEqual(diagnostic.span.start)
  expect(diagnostic.span.end).toBeLessThanOrEqual(sql.length)
}

describe('mutated SQL', () => {
  it('is planned or refused with coded errors inside the text: no trap, no internal error', () => {
    const count = Number(process.env['FUZZ_COUNT'] ?? 600)
    const random = generator(seed)
    const planner = loadPlanner()
    for (let round = 0; round < count; round++) {
      const sql = mutate(corpus[round % corpus.length] as string, random)
      try {
        const program = planner.parse(sql)
        for (const diagnostic of program.diagnostics) check(diagnostic, sql)
        for (const index of program.statements.keys()) {
          try {
            planner.plan(program, index, { tables })
          } catch (error) {
            if (!(error instanceof SqlError)) throw error
            for (const diagnostic of error.diagnostics) check(diagnostic, sql)
          }
        }
        planner.release(program)
      } catch (error) {
        throw new Error(`seed ${seed}, round ${round}: ${JSON.stringify(sql)}`, { cause: error })
      }
    }
  })
})
