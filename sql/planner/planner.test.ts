import { readFile } from 'node:fs/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SqlError } from '../base/diagnostic.ts'
import type { Expression, LogicalPlan } from '../plan/logical-plan.ts'
import type { PlannerTable, Statement } from '../plan/statement.ts'
import { messages } from '../messages/raise.ts'
import { parseTypeName, typeName } from '../types/sql-type.ts'
import { loadPlanner, type Program } from './planner.ts'
import { sourcesDigest } from './sources.ts'

const planner = loadPlanner()
const columns = {
  id: 'BIGINT',
  price: 'DECIMAL(20,4)',
  name: 'VARCHAR',
  ts: 'TIMESTAMP',
  day: 'DATE',
  ratio: 'DOUBLE',
  small: 'INTEGER',
  ok: 'BOOLEAN',
}
const bid: PlannerTable = {
  name: 'bid',
  columns: Object.entries(columns).map(([name, type]) => ({
    name,
    type: parseTypeName(type) as never,
    nullable: name !== 'id',
  })),
}

function statement(sql: string): Statement {
  const program = planner.parse(sql)
  expect(program.diagnostics).toEqual([])
  // large statements take long on a busy machine
  const planned = planner.plan(program, 0, { tables: [bid], deadlineMillis: 600_000 })
  planner.release(program)
  return planned
}

function planOf(sql: string): LogicalPlan {
  const planned = statement(sql)
  if (!('query' in planned)) throw new Error(`${planned.kind} has no query`)
  return planned.query.plan
}

/** One expression over the columns of bid, as prefix text with types of casts and calls. */
function expression(sql: string): string {
  const plan = planOf(`SELECT ${sql} AS x FROM bid`)
  if (plan.kind !== 'project') throw new Error(plan.kind)
  const scan = plan.input
  return show(
    plan.expressions[0] as Expression,
    scan.schema.map(({ name }) => name),
  )
}

function show(node: Expression, names: readonly string[]): string {
  const each = (nodes: readonly Expression[]): string => nodes.map((item) => show(item, names)).join(' ')
  switch (node.kind) {
    case 'column':
      return names[node.index] ?? '?'
    case 'literal':
      return `${typeof node.value === 'string' ? node.value : JSON.stringify(node.value)}:${typeName(node.type)}`
    case 'unary':
      return `(${node.operator} ${show(node.operand, names)})`
    case 'binary':
      return `(${node.operator} ${each([node.left, node.right])}):${typeName(node.type)}`
    case 'case':
      return `(case ${node.branches.map(({ when, then }) => each([when, then])).join(', ')} else ${node.otherwise ? show(node.otherwise, names) : ''})`
    case 'in_list':
      return `(${node.negated ? 'not_' : ''}in ${each([node.operand, ...node.list])})`
    case 'like':
      return `(${node.negated ? 'not_' : ''}${node.form}${node.caseInsensitive ? '_i' : ''} ${each([node.operand, node.pattern])} escape '${node.escape}')`
    case 'cast':
      return `(${node.safe ? 'try_' : ''}cast ${show(node.operand, names)}):${typeName(node.type)}`
    case 'call':
      return `(${node.name} ${each(node.arguments)}):${typeName(node.type)}`
    default:
      return JSON.stringify(node)
  }
}

describe('the checked-in module', () => {
  it('is built from the sources beside it', async () => {
    const recorded = await readFile(new URL('./planner.digest', import.meta.url), 'utf8')
    expect(await sourcesDigest(), 'run npm run build:planner').toBe(recorded.trim())
  })
})

describe('expressions', () => {
  it.each([
    ['12', '12:BIGINT'],
    ['1.50', '150:DECIMAL(3,2)'],
    ['1e3', '1000:DOUBLE'],
    ['-9223372036854775808', '-9223372036854775808:BIGINT'],
    [`DATE '2020-02-29'`, '18321:DATE'],
    [`TIMESTAMP '0001-01-01 00:00:00'`, '-62135596800000000:TIMESTAMP'],
    [`TIMESTAMP '2020-01-01T02:00:00+02:00'`, '1577836800000000:TIMESTAMP'],
    [`TIMESTAMP '9999-12-31 23:59:59.999999'`, '253402300799999999:TIMESTAMP'],
    [`TIME '12:00:01.5'`, '43201500000:TIME'],
    [`INTERVAL '1' MONTH`, '{"days":0,"micros":"0","months":1}:INTERVAL'],
    [`INTERVAL '3 days -04:05:06.5'`, '{"days":3,"micros":"-14706500000","months":0}:INTERVAL'],
    [`INTERVAL '+1-2  4 hours ago'`, '{"days":0,"micros":"-14400000000","months":-14}:INTERVAL'],
    [`INTERVAL 'P1Y2M3DT4H5M6.5S'`, '{"days":3,"micros":"14706500000","months":14}:INTERVAL'],
    [`INTERVAL '-P1W'`, '{"days":-7,"micros":"0","months":0}:INTERVAL'],
    [`TIMESTAMP '2020-12-31 23:59:59.9999995'`, '1609459200000000:TIMESTAMP'],
    [`TIMESTAMP '2020-01-01 00:00:00.1234564999'`, '1577836800123456:TIMESTAMP'],
    [`TIME '12:00:01.1234565'`, '43201123457:TIME'],
    [`X'0aff'`, '0aff:BYTEA'],
    [`E'a\\nb'`, 'a\nb:VARCHAR'],
  ])('literal %s', (sql, expected) => {
    expect(expression(sql)).toBe(expected)
  })

  it.each([
    [`day + INTERVAL '1' DAY`, '(add (cast day):TIMESTAMP {"days":1,"micros":"0","months":0}:INTERVAL):TIMESTAMP'],
    ['day - 3', '(subtract day 3:BIGINT):DATE'],
    ['day - day', '(subtract day day):INTEGER'],
    ['ts - ts', '(subtract ts ts):INTERVAL'],
    ['price * 2', '(multiply price 2:DECIMAL(1,0)):DECIMAL(22,4)'],
    ['small + 1', '(add (cast small):BIGINT 1:BIGINT):BIGINT'],
    ['name || name', '(concat name name):VARCHAR'],
    ['~small', '(bit_not small)'],
    ['id # 3', '(bit_xor id 3:BIGINT):BIGINT'],
    ['mod(id, 3)', '(modulo id 3:BIGINT):BIGINT'],
    [
      'small BETWEEN 1 AND id',
      '(and (greater_or_equal (cast small):BIGINT 1:BIGINT):BOOLEAN (less_or_equal (cast small):BIGINT id):BOOLEAN):BOOLEAN',
    ],
    ['CASE id WHEN 1 THEN name END', '(case (equal id 1:BIGINT):BOOLEAN name else )'],
    [`name ILIKE 'a%' ESCAPE '#'`, `(like_i name a%:VARCHAR escape '#')`],
    [`name NOT LIKE 'a%'`, `(not_like name a%:VARCHAR escape '\\')`],
    [`name LIKE 'a%' ESCAPE ''`, `(like name a%:VARCHAR escape '')`],
    [`name SIMILAR TO '(a|b)%'`, `(similar name (a|b)%:VARCHAR escape '\\')`],
    ['id NOT IN (1, 2)', '(not_in id 1:BIGINT 2:BIGINT)'],
    ['TRY_CAST(name AS INT)', '(try_cast name):INTEGER'],
    ['ratio::BIGINT', '(cast ratio):BIGINT'],
    ['EXTRACT(YEAR FROM ts)', '(date_part year:VARCHAR ts):INTEGER'],
    ['sign(ratio)', '(signum ratio):DOUBLE'],
    ['ceil(price)', '(ceil price):DECIMAL(17,0)'],
    ['floor(0.5)', '(floor 5:DECIMAL(1,1)):DECIMAL(1,0)'],
    ['floor(CAST(id AS DECIMAL(38,0)))', '(floor (cast id):DECIMAL(38,0)):DECIMAL(38,0)'],
    ['ceil(ratio)', '(ceil ratio):DOUBLE'],
    ['last_day(day)', '(last_day day):DATE'],
    [`length(X'0011')`, '(octet_length 0011:BYTEA):INTEGER'],
    [`length(CAST(X'0011' AS VARCHAR))`, '(character_length (cast 0011:BYTEA):VARCHAR):INTEGER'],
    [`length(X'0011'::VARCHAR)`, '(character_length (cast 0011:BYTEA):VARCHAR):INTEGER'],
    [`concat(X'0011', name)`, '(concat (cast 0011:BYTEA):VARCHAR name):VARCHAR'],
    [`md5(X'0011')`, '(md5 0011:BYTEA):VARCHAR'],
    ['1 / 0', '(divide 1:BIGINT 0:BIGINT):BIGINT'],
  ])('%s', (sql, expected) => {
    expect(expression(sql)).toBe(expected)
  })

  it('carry their places, casts and calls whole', () => {
    const sql = `SELECT upper(name) || CAST(id AS VARCHAR), id/2 FROM bid`
    const plan = planOf(sql)
    if (plan.kind !== 'project') throw new Error(plan.kind)
    const text = (node: Expression | undefined): string => sql.slice(node?.span?.start, node?.span?.end)
    const [concat, quotient] = plan.expressions
    expect(text(concat)).toBe('upper(name) || CAST(id AS VARCHAR)')
    if (concat?.kind !== 'binary') throw new Error('no concat')
    expect([text(concat.left), text(concat.right), text(quotient)]).toEqual([
      'upper(name)',
      'CAST(id AS VARCHAR)',
      'id/2',
    ])
  })

  it('keep AND and OR chains shallow', () => {
    const terms = Array.from({ length: 3000 }, (_, index) => `id <> ${index}`)
    const plan = planOf(`SELECT id FROM bid WHERE ${terms.join(' AND ')}`)
    const depth = (node: Expression): number =>
      node.kind === 'binary' ? 1 + Math.max(depth(node.left), depth(node.right)) : 0
    if (plan.kind !== 'filter') throw new Error(plan.kind)
    expect(depth(plan.predicate)).toBeLessThan(15)
  })
})

describe('queries', () => {
  it('name columns as PostgreSQL does, each once', () => {
    const plan = planOf(
      `SELECT count(*), sum(id), count(ok), max(id) AS m, CASE WHEN id > 1 THEN 1 END, id + 1 FROM bid GROUP BY id`,
    )
    expect(plan.schema.map(({ name }) => name)).toEqual(['count', 'sum', 'count_1', 'm', 'case', '?column?'])
  })

  it('read only the columns they need', () => {
    expect(planOf('SELECT name FROM bid WHERE id > 1')).toMatchObject({
      kind: 'project',
      input: { kind: 'filter', input: { kind: 'scan', object: 'bid', columns: [0, 2] } },
    })
  })

  it('group by windows, with their columns selectable', () => {
    const plan = planOf(
      `SELECT window_start, window_end AS e, avg(id) FROM bid GROUP BY TUMBLE(ts, INTERVAL '10' SECOND)`,
    )
    expect(plan).toMatchObject({
      kind: 'project',
      expressions: [
        { kind: 'column', index: 0 },
        { kind: 'call', name: 'window_end' },
        { kind: 'column', index: 1 },
      ],
      input: {
        kind: 'aggregate',
        groups: [{ kind: 'call', name: 'tumble' }],
        // integers are averaged from their exact sum, not from doubles
        aggregates: [{ name: 'avg', arguments: [{ kind: 'column' }], type: { kind: 'double' } }],
      },
    })
    expect(plan.schema.map(({ name }) => name)).toEqual(['window_start', 'e', 'avg'])
  })

  it.each([
    `SELECT * FROM TUMBLE(bid, ts, INTERVAL '1' MINUTE)`,
    `SELECT * FROM TABLE(TUMBLE(TABLE bid, DESCRIPTOR(ts), INTERVAL '1' MINUTE))`,
    `SELECT * FROM TUMBLE((SELECT * FROM bid), ts, INTERVAL '1' MINUTE)`,
  ])('take windows in FROM: %s', (sql) => {
    const plan = planOf(sql)
    expect(plan).toMatchObject({
      kind: 'window_table',
      window: { size: { micros: '60000000' }, offset: { micros: '0' } },
    })
    expect(plan.schema.slice(-3).map(({ name }) => name)).toEqual(['window_start', 'window_end', 'window_time'])
  })

  it('keep aggregates as written', () => {
    const plan = planOf(
      `SELECT count(DISTINCT id) FILTER (WHERE ok), first_value(name ORDER BY ts DESC), last_value(name) IGNORE NULLS, variance(ratio) FROM bid`,
    )
    expect(plan).toMatchObject({
      input: {
        aggregates: [
          { name: 'count', distinct: true, filter: { kind: 'column' } },
          { name: 'first_value', orderBy: [{ descending: true, nullsFirst: true }] },
          { name: 'last_value', ignoreNulls: true },
          { name: 'var' },
        ],
      },
    })
  })

  it('cast the sides of UNION ALL to one schema', () => {
    const plan = planOf(`SELECT small FROM bid UNION ALL SELECT id FROM bid`)
    expect(plan).toMatchObject({ kind: 'union', schema: [{ name: 'small', type: { kind: 'bigint' } }] })
  })

  it('plan 4,000 expressions', () => {
    const list = Array.from({ length: 4000 }, (_, index) => `price * ${index}.5 + ratio AS c${index}`)
    expect(planOf(`SELECT ${list.join(', ')} FROM bid`).schema).toHaveLength(4000)
  })
})

describe('statements', () => {
  it('are headed by kind, name and what they read', () => {
    const program = planner.parse(
      `CREATE STREAM a AS WITH t AS (SELECT * FROM b) SELECT * FROM t UNION ALL SELECT * FROM TUMBLE(c, ts, INTERVAL '1' DAY); INSERT INTO d SELECT * FROM e; WITH f AS (SELECT * FROM f) SELECT * FROM f`,
    )
    expect(program.statements.map(({ kind, name, reads }) => [kind, name, reads.map((read) => read.name)])).toEqual([
      ['create_stream', 'a', ['b', 'c']],
      ['insert', 'd', ['d', 'e']],
      ['select', undefined, ['f']],
    ])
  })

  it('create sources', () => {
    const sql = `CREATE OR REPLACE SOURCE s (a BIGINT NOT NULL, "B c" TEXT DEFAULT 'x', d DOUBLE AS a * 2.5, ts TIMESTAMPTZ,
      WATERMARK FOR ts AS ts - INTERVAL '5' SECOND, PRIMARY KEY (a) NOT ENFORCED) FORMAT CSV (header = true) WITH (connector = 'file', 'a.b' = 3, x.y = z)`
    expect(statement(sql)).toMatchObject({
      kind: 'create_source',
      name: 's',
      orReplace: true,
      columns: [
        { name: 'a', nullable: false, type: { kind: 'bigint' } },
        { name: 'B c', nullable: true, defaultValue: { kind: 'literal', value: 'x' } },
        { name: 'd', computed: { kind: 'cast', type: { kind: 'double' } } },
        { name: 'ts', nullable: false, type: { kind: 'timestamptz' } },
      ],
      primaryKey: [0],
      watermark: { column: 3, processingTime: false, expression: { kind: 'binary', operator: 'subtract' } },
      format: { name: 'csv', options: [{ key: 'header', value: 'true' }] },
      options: [
        { key: 'connector', value: 'file' },
        { key: 'a.b', value: '3' },
        { key: 'x.y', value: 'z' },
      ],
    })
    expect(statement(`CREATE SOURCE s (ts TIMESTAMP, WATERMARK FOR ts AS PROCTIME())`)).toMatchObject({
      watermark: { processingTime: true },
    })
  })

  it('take their trailing clauses in any order', () => {
    const expected = {
      kind: 'create_sink',
      query: { emit: { kind: 'on_window_close' }, lateness: { interval: { micros: '60000000' } } },
      format: { name: 'json' },
      options: [{ key: 'connector', value: 'stdout' }],
    }
    const clauses = [
      'EMIT AFTER WATERMARK',
      `ALLOW LATENESS INTERVAL '1' MINUTE`,
      'FORMAT JSON',
      `WITH (connector = 'stdout')`,
    ]
    for (const order of [clauses, clauses.toReversed()]) {
      expect(statement(`CREATE SINK k AS SELECT * FROM bid ${order.join(' ')}`)).toMatchObject(expected)
      expect(statement(`CREATE SINK k FROM bid ${order.join(' ')}`)).toMatchObject(expected)
    }
  })

  it('insert into the columns named, and say which are absent', () => {
    const insert = statement(`INSERT INTO bid (name, id) VALUES ('x', 1), (NULL, 2)`)
    expect(insert).toMatchObject({ kind: 'insert', target: 'bid', absent: [1, 3, 4, 5, 6, 7] })
    if (insert.kind !== 'insert') throw new Error(insert.kind)
    expect(insert.query.plan.schema.map(({ name }) => name)).toEqual(Object.keys(columns))
  })

  it.each([
    [
      'DROP MATERIALIZED VIEW IF EXISTS v CASCADE',
      { kind: 'drop', object: 'materialized_view', name: 'v', ifExists: true, cascade: true },
    ],
    ['SHOW MATERIALIZED VIEWS', { kind: 'show', what: 'materialized_views' }],
    ['SHOW CREATE STREAM x', { kind: 'show', what: 'create', name: 'x' }],
    ['DESCRIBE EXTENDED "Weird Name"', { kind: 'describe', name: 'Weird Name', extended: true }],
    [`SET unbounded_state = 'warn'`, { kind: 'set', option: { key: 'unbounded_state', value: 'warn' } }],
    [
      'EXPLAIN ANALYZE (STREAM, CODE, FORMAT json) SELECT 1',
      { kind: 'explain', analyze: true, levels: ['stream', 'code'], format: 'json', statement: { kind: 'select' } },
    ],
    ['EXPLAIN CREATE STREAM s AS SELECT * FROM bid', { kind: 'explain', statement: { kind: 'create_stream' } }],
    [
      'SELECT format, emit FROM (SELECT name AS format, id AS emit FROM bid) q EMIT CHANGES',
      { kind: 'select', query: { emit: { kind: 'changes' } } },
    ],
  ])('%s', (sql, expected) => {
    expect(statement(sql)).toMatchObject(expected)
  })
})

/** A tenth of a second of planning. */
const long = `SELECT ${Array.from({ length: 400 }, (_, n) => `abs(id + ${n}) * 2 AS c${n}`).join(', ')} FROM bid`

/** Of a clock on which a millisecond passes each time that somebody looks: how far planning gets is then no matter of the machine. */
function countLooks(): () => number {
  const now = performance.now.bind(performance)
  let looks = 0
  performance.now = () => looks++
  onTestFinished(() => void (performance.now = now))
  return () => looks
}

/** What planning `long` comes to within a deadline: the kind of the statement or the error. */
function within(program: Program, deadlineMillis: number): string | SqlError {
  try {
    return planner.plan(program, 0, { tables: [bid], deadlineMillis }).kind
  } catch (error) {
    if (error instanceof SqlError) return error
    throw error
  }
}

describe('a deadline', () => {
  it('ends planning where it is, with the place of the statement', () => {
    const sql = `\n  ${long}; SELECT 1`
    const program = planner.parse(sql)
    const looks = countLooks()
    expect(within(program, 1e9)).toBe('select')
    const whole = looks()
    const error = within(program, 5) as SqlError
    expect(looks() - whole).toBeLessThan(whole / 10)
    const [diagnostic, ...more] = error.diagnostics
    expect(more).toEqual([])
    expect(diagnostic).toMatchObject({ code: 'planning_timeout', sqlstate: messages.planning_timeout.sqlstate })
    expect(diagnostic?.message).toBe('planning took longer than 0.005 seconds and was stopped')
    expect(diagnostic?.hint).toBe(messages.planning_timeout.hint)
    expect(sql.slice(diagnostic?.span?.start, diagnostic?.span?.end)).toBe(long)
  })

  it('is one of the clock on the wall', () => {
    expect(within(planner.parse(long), 1)).toMatchObject({ code: 'planning_timeout' })
  })

  it('may fall into any part of planning, and leaves a planner that plans the same statement', () => {
    const program = planner.parse(long)
    const looks = countLooks()
    expect(within(program, 1e9)).toBe('select')
    const whole = looks()
    const ends = Array.from({ length: 7 }, (_, n) => within(program, (whole * n) / 7))
    expect(ends.map((end) => (typeof end === 'string' ? end : end.code))).toEqual(ends.map(() => 'planning_timeout'))
    expect(within(program, 1e9)).toBe('select')
    expect(within(program, Number.POSITIVE_INFINITY)).toBe('select')
  })
})

describe('a planner', () => {
  it('goes on after its stack ran out, with the programs parsed before', () => {
    const before = planner.parse('SELECT id FROM bid')
    // 200 levels of set operations in parentheses are refused before any recursion; trust the limits, then check we live
    const program = planner.parse(`${'('.repeat(500)}SELECT 1${')'.repeat(500)}`)
    expect(program.diagnostics[0]?.code).toBe('query_too_complex')
    expect(planner.plan(before, 0, { tables: [bid] }).kind).toBe('select')
  })
})
