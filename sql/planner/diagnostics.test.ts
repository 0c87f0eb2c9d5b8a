import { describe, expect, it } from 'vitest'
import { SqlError, type Diagnostic } from '../base/diagnostic.ts'
import { messages, type Code } from '../messages/raise.ts'
import type { PlannerTable } from '../plan/statement.ts'
import { parseTypeName } from '../types/sql-type.ts'
import { loadPlanner } from './planner.ts'

const planner = loadPlanner()
const columns = {
  id: 'BIGINT',
  price: 'DECIMAL(20,4)',
  name: 'VARCHAR',
  ts: 'TIMESTAMP',
  ok: 'BOOLEAN',
  ratio: 'DOUBLE',
}
const table = (name: string): PlannerTable => ({
  name,
  columns: Object.entries(columns).map(([column, type]) => ({
    name: column,
    type: parseTypeName(type) as never,
    nullable: true,
  })),
})
const tables = [table('bid'), table('other')]

function diagnose(sql: string): readonly Diagnostic[] {
  const program = planner.parse(sql)
  const planned = [...program.statements.keys()].flatMap((index) => {
    try {
      planner.plan(program, index, { tables })
      return []
    } catch (error) {
      if (error instanceof SqlError) return error.diagnostics
      throw error
    }
  })
  planner.release(program)
  return [...program.diagnostics, ...planned]
}

/** Each WITH query reads the one before twice. */
const doublings = Array.from(
  { length: 30 },
  (_, n) => `, a${n + 1} AS (SELECT * FROM a${n} UNION ALL SELECT * FROM a${n})`,
).join('')

/** SQL whose only mistake is the text between the arrows. */
const mistakes: readonly (readonly [code: Code, sql: string, hint?: string])[] = [
  ['syntax_error', `>>selec<< 1`],
  ['syntax_error', `SELECT (1 >>+<<`],
  ['syntax_error', `SELECT >>'<<abc`],
  ['syntax_error', `SELECT >>count(DISTINCT *)<< FROM bid`],
  ['syntax_error', `CREATE SINK k FROM bid WITH (connector>>)<<`],
  ['syntax_error', `CREATE SOURCE s (a INT NOT NULL >>NULL<<)`],
  ['syntax_error', `CREATE SOURCE s (a INT NULL >>NOT NULL<<)`],
  ['syntax_error', `CREATE SOURCE >>""<< (a INT)`],
  ['syntax_error', `CREATE SOURCE s (>>""<< INT)`],
  ['syntax_error', `SELECT id AS >>""<< FROM bid`],
  ['syntax_error', `CREATE SOURCE >>'s'<< (a INT)`],
  ['syntax_error', `CREATE SOURCE s (>>'a'<< INT)`],
  ['syntax_error', `SELECT >>1a<< FROM bid`, 'put a space between them'],
  ['duplicate_clause', `CREATE SOURCE s (a INT NOT NULL >>NOT NULL<<)`],
  ['duplicate_clause', `CREATE SOURCE s (a INT DEFAULT 1 >>DEFAULT 2<<)`],
  ['duplicate_clause', `CREATE SOURCE s (a INT, b INT AS a + 1 >>AS a + 2<<)`],
  ['duplicate_clause', `SELECT * FROM bid EMIT CHANGES >>EMIT<< CHANGES`],
  ['duplicate_clause', `CREATE SINK k FROM bid WITH (a = 1, >>a<< = 2)`],
  ['unknown_column', `SELECT >>pric<< FROM bid`, 'did you mean price?'],
  ['unknown_column', `SELECT id FROM bid WHERE >>foo<< > 1`, 'the columns are id, price, name, ts, ok, ratio'],
  ['unknown_column', `SELECT count(*) FROM bid GROUP BY >>foo<<`],
  ['unknown_column', `SELECT id FROM bid GROUP BY >>2<<`],
  ['unknown_column', `INSERT INTO bid (>>foo<<) VALUES (1)`],
  ['unknown_column', `CREATE SOURCE s (a INT, WATERMARK FOR >>ts<<)`],
  ['unknown_column', `CREATE SOURCE s (a INT AS >>b<< + 1)`],
  ['unknown_table', `SELECT 1 FROM >>bids<<`, 'did you mean bid?'],
  ['unknown_table', `INSERT INTO >>nope<< VALUES (1)`],
  ['unknown_table', `SELECT >>nope<<.* FROM bid`],
  ['unknown_table', `SELECT 1 FROM TUMBLE(>>nope<<, ts, INTERVAL '1' SECOND)`],
  [
    'unknown_table',
    `SELECT 1 FROM TABLE(TUMBLE(TABLE >>bids<<, DESCRIPTOR(ts), INTERVAL '1' SECOND))`,
    'did you mean bid?',
  ],
  ['unknown_function', `SELECT >>uper(name)<< FROM bid`, 'did you mean upper?'],
  ['unknown_type', `SELECT >>CAST(id AS itneger)<< FROM bid`, 'did you mean integer?'],
  ['duplicate_column', `SELECT id a, price >>a<< FROM bid`],
  ['duplicate_column', `SELECT *, >>id<< FROM bid`],
  ['duplicate_column', `CREATE SOURCE s (a INT, >>a<< INT)`],
  ['type_mismatch', `SELECT >>name * ratio<< FROM bid`],
  ['type_mismatch', `SELECT id FROM bid WHERE >>name<<`],
  ['type_mismatch', `SELECT id FROM bid WHERE >>id = TRUE<<`],
  ['type_mismatch', `SELECT >>-name<< FROM bid`],
  ['type_mismatch', `SELECT id FROM bid WHERE id > 1 AND >>ok + ok<< > 3`],
  ['type_mismatch', `CREATE SOURCE s (a INT, WATERMARK FOR >>a<<)`],
  ['type_mismatch', `SELECT >>TUMBLE(id, INTERVAL '1' SECOND)<<, count(*) FROM bid GROUP BY 1`],
  ['wrong_arguments', `SELECT >>upper(1, 2, 3)<< FROM bid`],
  ['wrong_arguments', `SELECT upper(name), >>substring(ts, 1)<< FROM bid`],
  ['wrong_arguments', `SELECT >>sum(name)<< FROM bid`],
  ['wrong_arguments', `SELECT >>upper(X'0011')<<`],
  [
    'wrong_arguments',
    `SELECT >>reverse(X'0011')<<`,
    "write ENCODE(x, 'hex') for its digits, CAST(x AS VARCHAR) for its text",
  ],
  ['wrong_arguments', `SELECT >>date_trunc('centimetre', ts)<< FROM bid`],
  ['wrong_arguments', `SELECT * FROM >>TUMBLE<<(bid, ts)`],
  ['ungrouped_column', `SELECT id, >>name<<, count(*) FROM bid GROUP BY id`],
  ['ungrouped_column', `SELECT id FROM bid GROUP BY id HAVING >>ok<<`],
  ['nested_aggregate', `SELECT sum(>>count(*)<<) FROM bid`],
  ['aggregate_in_where', `SELECT id FROM bid WHERE >>count(*)<< > 1`],
  ['window_function_misplaced', `SELECT id FROM bid WHERE >>row_number()<< OVER () = 1`],
  ['type_mismatch', `SELECT CASE WHEN >>id<< THEN 1 END FROM bid`, 'compare it: WHEN x <> 0'],
  ['type_mismatch', `SELECT CASE WHEN ok THEN 1 WHEN >>id + 1<< THEN 2 END FROM bid`],
  ['type_mismatch', `SELECT CASE WHEN >>1<< THEN 1 END FROM bid`],
  ['type_mismatch', `SELECT >>id AT TIME ZONE 'UTC'<< FROM bid`, 'CAST it to one of them'],
  ['type_mismatch', `CREATE SOURCE s (a TIMESTAMP, WATERMARK FOR a AS >>5<<)`],
  ['type_mismatch', `CREATE SOURCE s (a TIMESTAMP, WATERMARK FOR a AS >>a - a<<)`],
  ['wrong_arguments', `SELECT name LIKE 'a' ESCAPE >>'ab'<< FROM bid`],
  ['union_arity', `SELECT 1 UNION ALL >>SELECT 1, 2<<`],
  ['union_arity', `SELECT id, name FROM bid UNION ALL SELECT 1, '' UNION ALL >>SELECT id FROM other<<`],
  ['column_count_mismatch', `INSERT INTO bid (id, name) VALUES (>>1<<)`],
  ['column_count_mismatch', `INSERT INTO bid (id, name) VALUES (1, ''), (>>2, '', 3<<)`],
  ['column_count_mismatch', `INSERT INTO bid (id, name) >>SELECT id FROM other<<`],
  ['invalid_cast', `SELECT DATE >>'2026-02-30'<<`],
  ['invalid_cast', `SELECT TIMESTAMP >>'10000-01-01 00:00:00'<<`],
  ['invalid_cast', `SELECT >>INTERVAL 'abc'<<`],
  ['invalid_cast', `SELECT >>INTERVAL 'ago'<<`],
  ['invalid_cast', `SELECT >>INTERVAL '1:60'<<`],
  ['invalid_cast', `SELECT >>INTERVAL 'P1'<<`],
  ['invalid_cast', `SELECT TIME >>'23:59:59.9999999'<<`],
  ['numeric_overflow', `SELECT >>999999999999999999999999999999999999999<<`],
  ['invalid_window', `SELECT >>TUMBLE(ts, INTERVAL '0' SECOND)<<, count(*) FROM bid GROUP BY 1`],
  [
    'invalid_window',
    `SELECT count(*) FROM bid GROUP BY TUMBLE(ts, INTERVAL '1' DAY), >>TUMBLE(ts, INTERVAL '2' DAY)<<`,
  ],
  ['query_too_complex', `SELECT ${'ratio + '.repeat(200)}ratio >>+<< ratio FROM bid`],
  ['query_too_complex', `>>WITH a0 AS (SELECT * FROM bid)${doublings} SELECT * FROM a30<<`],
  ['query_too_complex', `SELECT ${'NOT '.repeat(60)}>>NOT<< ${'NOT '.repeat(89)}ok FROM bid`],
  ['query_too_complex', `SELECT ${'('.repeat(59)}>>(<<1${')'.repeat(60)}`],
]

/** What parses but is not run, by the clause that is refused. */
const refusals: readonly string[] = [
  `SELECT id FROM bid >>ORDER<< BY id`,
  `SELECT id FROM bid >>LIMIT<< 5`,
  `SELECT bid.id FROM bid JOIN >>other o<< ON bid.id = o.id`,
  `SELECT 1 FROM bid, >>other<<`,
  `SELECT id FROM bid WHERE >>id IN (SELECT id FROM other)<<`,
  `SELECT id FROM bid WHERE >>EXISTS (SELECT 1)<<`,
  `SELECT >>row_number()<< OVER (ORDER BY ts) FROM bid`,
  `SELECT >>HOP(ts, INTERVAL '1' SECOND, INTERVAL '2' SECOND)<<, count(*) FROM bid GROUP BY 1`,
  `SELECT id FROM bid >>GROUP<< BY ROLLUP (id)`,
  `SELECT id FROM bid >>INTERSECT<< SELECT id FROM other`,
  `>>WITH<< RECURSIVE t AS (SELECT 1) SELECT * FROM t`,
  `SELECT id FROM >>bid<< TABLESAMPLE BERNOULLI (10)`,
  `SELECT >>DISTINCT<< ON (id) id FROM bid`,
  `SELECT id FROM bid QUALIFY >>ok<<`,
  `SELECT >>array_agg(id)<< FROM bid`,
  `SELECT >>make_array(1, 2)<<`,
  `SELECT >>struct(1, 2)<<`,
  `SELECT >>ts AT TIME ZONE 'Europe/Berlin'<< FROM bid`,
  `SELECT >>CAST(id AS VARCHAR(0))<< FROM bid`,
  `SELECT >>CAST(id AS CHAR(10))<< FROM bid`,
  `SELECT CAST(name AS >>MAP<TEXT, MAP<TEXT, BIGINT>><<) FROM bid`,
  `CREATE SOURCE s (a >>MAP<TEXT, BIGINT><<)`,
  `CREATE SOURCE s (a >>MAP(TEXT, BIGINT)<<)`,
  `CREATE SOURCE s (a >>STRUCT<f BIGINT><<)`,
  `CREATE SOURCE s (a >>VARCHAR(10)<<)`,
  `>>MERGE<< INTO bid USING other ON true WHEN MATCHED THEN DELETE`,
  `>>CHECKPOINT<<`,
  `CREATE >>LOOKUP<< TABLE t (a INT)`,
  `CREATE >>FUNCTION<< f (a INT) RETURNS INT LANGUAGE javascript AS ''`,
  `SELECT >>$1<<`,
  `SELECT >>0x1F<<`,
  `SELECT >>0b11<<`,
  `SELECT >>0o17<<`,
  `SELECT >>b'101'<<`,
  `SELECT >>'a' 'b'<<`,
  `SELECT id FROM bid WHERE name IN (>>'a'\n'b'<<)`,
  `SELECT >>id<< 'x' FROM bid`,
  `SELECT >>id + 1<< AS 'x' FROM bid`,
  `CREATE SOURCE s (a INT, b INT DEFAULT 1 >>AS a + 1<<)`,
  `SELECT * FROM bid >>FORMAT<< JSON`,
  `SELECT * FROM bid >>EMIT FINAL<<`,
  `CREATE STREAM s AS SELECT * FROM bid >>LATE DATA<< TO x`,
  `CREATE SOURCE s (a >>TIMESTAMP(3)<<)`,
  `CREATE SOURCE s (a INT >>PRIMARY KEY<<)`,
  `CREATE >>TABLE<< t (a INT)`,
  `CREATE >>VIEW<< v AS SELECT 1`,
  `>>UPDATE<< bid SET id = 1`,
  `>>DELETE<< FROM bid`,
  `DROP >>TABLE<< t`,
  `EXPLAIN >>DROP STREAM x<<`,
]

/** The text without arrows, and the place they named. */
function marked(text: string): { readonly sql: string; readonly start: number; readonly end: number } {
  const start = text.indexOf('>>')
  const end = text.indexOf('<<') - 2
  return { sql: text.replace('>>', '').replace('<<', ''), start, end }
}

describe('a mistake', () => {
  it.each(mistakes.map(([code, text, hint]) => ({ code, text, hint })))('$code: $text', ({ code, text, hint }) => {
    const { sql, start, end } = marked(text)
    const [diagnostic, ...more] = diagnose(sql)
    expect(more).toEqual([])
    expect(diagnostic).toMatchObject({ code, sqlstate: messages[code].sqlstate })
    expect(sql.slice(diagnostic?.span?.start, diagnostic?.span?.end)).toBe(sql.slice(start, end))
    expect(diagnostic?.span?.start).toBe(start)
    expect(diagnostic?.hint).toBe(hint ?? diagnostic?.hint)
  })

  it('does not hide those of the statements behind it', () => {
    const found = diagnose(`SELECT 1; selct 2; SELECT 3 FROM nowhere;\nSELECT pric\nFROM bid`)
    expect(found.map(({ code, span }) => `${code} ${span?.line}:${span?.column}`)).toEqual([
      'syntax_error 1:11',
      'unknown_table 1:34',
      'unknown_column 2:8',
    ])
  })

  it('is placed by code units, whatever stands before it', () => {
    const sql = `SELECT '𝄞𝄞é', pric FROM bid`
    const span = diagnose(sql)[0]?.span
    expect(sql.slice(span?.start, span?.end)).toBe('pric')
    expect(span?.column).toBe(15)
  })
})

describe('what is outside the slice', () => {
  it.each(refusals)('is refused by name: %s', (text) => {
    const { sql, start, end } = marked(text)
    const [diagnostic, ...more] = diagnose(sql)
    expect(more).toEqual([])
    expect(diagnostic?.code).toBe('unsupported_feature')
    expect(sql.slice(diagnostic?.span?.start, diagnostic?.span?.end)).toBe(sql.slice(start, end))
    expect(diagnostic?.hint).toMatch(/\w/)
  })
})

/** Statements with several mistakes, all between arrows. */
const several: readonly string[] = [
  `SELECT >>nope<<, >>nada<< + 1, >>uper(name)<<, id FROM bid WHERE >>nix<< > 1 AND nope = 2`,
  `SELECT id FROM (SELECT >>a<<, id FROM bid) AS q WHERE >>b<< > 1 GROUP BY id`,
  `SELECT >>id + ok<<, >>-name<<, >>CAST(id AS itneger)<< FROM bid`,
  `SELECT DATE >>'2026-02-30'<<, >>INTERVAL 'abc'<<, >>nope<< FROM bid`,
  `SELECT >>array_agg(id)<<, >>nope<< FROM bid`,
  `SELECT DISTINCT >>[1]<<, id AS x, >>x[1]<< FROM bid >>ORDER<< BY id`,
  `CREATE SOURCE s (a >>UUID<<, b >>CHAR(2)<<, c INT)`,
  `CREATE SOURCE s (a INT AS >>b<< + 1, c INT DEFAULT >>d<<, ts TIMESTAMP, PRIMARY KEY (>>e<<) NOT ENFORCED, WATERMARK FOR ts AS >>f<<)`,
]

describe('several mistakes', () => {
  it.each(several)('of one statement are all reported: %s', (text) => {
    const sql = text.replaceAll('>>', '').replaceAll('<<', '')
    const marks = [...text.matchAll(/>>(.*?)<</g)].map(([, mark]) => mark)
    expect(diagnose(sql).map(({ span }) => sql.slice(span?.start, span?.end))).toEqual(marks)
  })

  it('that follow from another one are not: its place holds NULL when the rest is planned', () => {
    const found = diagnose(`SELECT upper(nope) + 1, sum(nope), nope || 'x' FROM bid GROUP BY kk HAVING nope`)
    expect(found.map(({ code }) => code)).toEqual(['unknown_column', 'unknown_column'])
  })

  it('are cut off at twenty', () => {
    const columns = Array.from({ length: 50 }, (_, index) => `nope${index}`)
    expect(diagnose(`SELECT ${columns.join(', ')} FROM bid`).length).toBe(20)
  })
})
