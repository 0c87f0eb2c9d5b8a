import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli, runCommands, tiers } from '../support/run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-data-'))
const vega = fileURLToPath(new URL('../../node_modules/vega-datasets/data', import.meta.url))
let duckdb: DuckDBConnection

beforeAll(async () => {
  duckdb = await (await DuckDBInstance.create(':memory:')).connect()
  writeLines('flights.ndjson', JSON.parse(readFileSync(join(vega, 'flights-20k.json'), 'utf8')) as object[])
  const { features } = JSON.parse(readFileSync(join(vega, 'earthquakes.json'), 'utf8')) as {
    features: { properties: { time: number } }[]
  }
  writeLines(
    'earthquakes.ndjson',
    features.map(({ properties }) => properties).toSorted((a, b) => a.time - b.time),
  )
})

afterAll(() => {
  duckdb.closeSync()
  rmSync(folder, { recursive: true })
})

function writeLines(name: string, rows: readonly object[]): void {
  writeFileSync(join(folder, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
}

interface Comparison {
  /** Creates sources and, as its last statement, the query without its sink: `SELECT ..`. */
  readonly sources: string
  readonly query: string
  /** The same by DuckDB over the same files. */
  readonly duckdb: string
  /** Types of the result, as DuckDB names them. */
  readonly columns: Readonly<Record<string, string>>
  readonly isSmall?: boolean
}

/** Runs a query into a file sink in every tier and compares what is in the file with what DuckDB computes: the same rows, equally often. */
async function compare({ sources, query, duckdb: wanted, columns, isSmall = false }: Comparison): Promise<number> {
  // the interpreter takes its time: it does not get the large files
  const runs = tiers
    .filter((tier) => tier !== 'interpreter' || isSmall)
    .map((tier) => ({ tier, out: join(folder, `${tier}.ndjson`) }))
  const program = `${sources}; CREATE SINK result AS ${query} FORMAT JSON WITH (connector = 'file', path = '\${OUT}')`
  await runCommands(runs.map(({ tier, out }) => ['run', '-e', program, '--tier', tier, '--var', `OUT=${out}`]))
  const types = Object.entries(columns).map(([name, type]) => `${name}: '${type}'`)
  await duckdb.run(
    `CREATE OR REPLACE TABLE wanted AS SELECT ${Object.entries(columns)
      .map(([name, type]) => `${name}::${type} AS ${name}`)
      .join(', ')} FROM (${wanted})`,
  )
  for (const { tier, out } of runs) {
    await duckdb.run(
      `CREATE OR REPLACE TABLE found AS SELECT * FROM read_json('${out}', format = 'newline_delimited', columns = {${types.join(', ')}})`,
    )
    expect(await rows('SELECT * FROM wanted EXCEPT ALL SELECT * FROM found LIMIT 5'), tier).toEqual([])
    expect(await rows('SELECT * FROM found EXCEPT ALL SELECT * FROM wanted LIMIT 5'), tier).toEqual([])
  }
  return Number((await rows('SELECT COUNT(*) FROM found'))[0]?.[0])
}

async function rows(sql: string): Promise<readonly (readonly unknown[])[]> {
  return (await duckdb.runAndReadAll(sql)).getRowsJson()
}

describe('a program over files gives what DuckDB gives', () => {
  it('for Nexmark bids through a filter and a ten-second tumble', async () => {
    await runCli(['nexmark', '--events', '50000', '--out', folder])
    const bids = join(folder, 'bid.ndjson')
    const count = await compare({
      sources: `CREATE SOURCE bid (auction BIGINT NOT NULL, price BIGINT NOT NULL, "dateTime" TIMESTAMP NOT NULL,
        WATERMARK FOR "dateTime" AS "dateTime" - INTERVAL '4' SECOND) FORMAT JSON WITH (connector = 'file', path = '${bids}')`,
      query: `SELECT window_start, auction, COUNT(*) AS n, SUM(price) AS total, AVG(price) AS mean, MIN(price) AS least, MAX(price) AS most
        FROM TUMBLE(bid, "dateTime", INTERVAL '10' SECOND) WHERE price > 10000 GROUP BY window_start, window_end, auction`,
      duckdb: `SELECT time_bucket(INTERVAL '10 seconds', "dateTime") AS window_start, auction, COUNT(*) AS n, SUM(price) AS total, AVG(price) AS mean,
        MIN(price) AS least, MAX(price) AS most
        FROM read_json('${bids}', format = 'newline_delimited', columns = {auction: 'BIGINT', price: 'BIGINT', "dateTime": 'TIMESTAMP'}) WHERE price > 10000 GROUP BY 1, 2`,
      columns: {
        window_start: 'TIMESTAMP',
        auction: 'BIGINT',
        n: 'BIGINT',
        total: 'BIGINT',
        mean: 'DOUBLE',
        least: 'BIGINT',
        most: 'BIGINT',
      },
    })
    expect(count).toBeGreaterThan(1000)
  })

  it('for flights (NDJSON): event time computed from text, daily windows, a filter on two columns', async () => {
    const flights = join(folder, 'flights.ndjson')
    const count = await compare({
      sources: `CREATE SOURCE flight ("date" TEXT NOT NULL, delay INT, distance INT, origin TEXT, destination TEXT,
        at TIMESTAMP AS CAST(REPLACE("date", '/', '-') || ':00' AS TIMESTAMP), WATERMARK FOR at AS at - INTERVAL '1' DAY)
        FORMAT JSON WITH (connector = 'file', path = '${flights}')`,
      query: `SELECT window_start, origin, COUNT(*) AS n, SUM(delay) AS delay, MAX(distance) AS farthest, COUNT(DISTINCT destination) AS places,
        COUNT(*) FILTER (WHERE delay > 15) AS late
        FROM TUMBLE(flight, at, INTERVAL '1' DAY) WHERE distance > 300 AND destination <> 'LAX' GROUP BY window_start, window_end, origin`,
      duckdb: `SELECT time_bucket(INTERVAL '1 day', strptime("date", '%Y/%m/%d %H:%M')) AS window_start, origin, COUNT(*) AS n, SUM(delay) AS delay,
        MAX(distance) AS farthest, COUNT(DISTINCT destination) AS places, COUNT(*) FILTER (WHERE delay > 15) AS late
        FROM read_json('${flights}', format = 'newline_delimited', columns = {date: 'VARCHAR', delay: 'INT', distance: 'INT', origin: 'VARCHAR', destination: 'VARCHAR'})
        WHERE distance > 300 AND destination <> 'LAX' GROUP BY 1, 2`,
      columns: {
        window_start: 'TIMESTAMP',
        origin: 'VARCHAR',
        n: 'BIGINT',
        delay: 'BIGINT',
        farthest: 'INT',
        places: 'BIGINT',
        late: 'BIGINT',
      },
    })
    expect(count).toBeGreaterThan(1000)
  })

  it('for earthquakes (NDJSON): epoch milliseconds, NULLs, HAVING, text functions', async () => {
    const quakes = join(folder, 'earthquakes.ndjson')
    const count = await compare({
      isSmall: true,
      sources: `CREATE SOURCE quake (mag DECIMAL(6, 3), place TEXT, "time" TIMESTAMP NOT NULL, "magType" TEXT, felt INT, status TEXT, WATERMARK FOR "time" AS "time")
        FORMAT JSON (timestamp_format = 'epoch_millis') WITH (connector = 'file', path = '${quakes}')`,
      query: `SELECT window_start, UPPER("magType") AS type, COUNT(*) AS n, COUNT(felt) AS felt, MAX(mag) AS strongest, SUM(mag) AS total, MIN(place) AS place
        FROM TUMBLE(quake, "time", INTERVAL '6' HOUR) WHERE status = 'reviewed' OR mag >= 1.5
        GROUP BY window_start, window_end, UPPER("magType") HAVING COUNT(*) > 2`,
      duckdb: `SELECT time_bucket(INTERVAL '6 hours', make_timestamp("time" * 1000)) AS window_start, UPPER("magType") AS type, COUNT(*) AS n, COUNT(felt) AS felt,
        MAX(mag) AS strongest, SUM(mag) AS total, MIN(place) AS place
        FROM read_json('${quakes}', format = 'newline_delimited', columns = {mag: 'DECIMAL(6, 3)', place: 'VARCHAR', time: 'BIGINT', magType: 'VARCHAR', felt: 'INT', status: 'VARCHAR'})
        WHERE status = 'reviewed' OR mag >= 1.5 GROUP BY 1, 2 HAVING COUNT(*) > 2`,
      columns: {
        window_start: 'TIMESTAMP',
        type: 'VARCHAR',
        n: 'BIGINT',
        felt: 'BIGINT',
        strongest: 'DECIMAL(6, 3)',
        total: 'DECIMAL(38, 3)',
        place: 'VARCHAR',
      },
    })
    expect(count).toBeGreaterThan(20)
  })

  it('for stocks and airports (CSV): decimals, quotes, a union', async () => {
    const read = (name: string, columns: string): string =>
      `read_csv('${join(vega, name)}', header = true, nullstr = '', columns = {${columns}})`
    const stocks = await compare({
      sources: `CREATE SOURCE stock (symbol TEXT, "date" TEXT, price DECIMAL(10, 2)) FORMAT CSV (header = true) WITH (connector = 'file', path = '${join(vega, 'stocks.csv')}')`,
      query: `SELECT symbol, RIGHT("date", 4) AS year, price, price * 2 AS twice FROM stock WHERE price BETWEEN 20 AND 100
        UNION ALL SELECT LOWER(symbol), NULL, price, ROUND(price, 1) FROM stock WHERE "date" LIKE 'Mar%'`,
      duckdb: `SELECT symbol, RIGHT("date", 4) AS year, price, price * 2 AS twice FROM ${read('stocks.csv', "symbol: 'VARCHAR', date: 'VARCHAR', price: 'DECIMAL(10, 2)'")} WHERE price BETWEEN 20 AND 100
        UNION ALL SELECT LOWER(symbol), NULL, price, ROUND(price, 1) FROM ${read('stocks.csv', "symbol: 'VARCHAR', date: 'VARCHAR', price: 'DECIMAL(10, 2)'")} WHERE "date" LIKE 'Mar%'`,
      columns: { symbol: 'VARCHAR', year: 'VARCHAR', price: 'DECIMAL(10, 2)', twice: 'DECIMAL(20, 2)' },
    })
    expect(stocks).toBeGreaterThan(200)
    const airportColumns =
      "iata: 'VARCHAR', name: 'VARCHAR', city: 'VARCHAR', state: 'VARCHAR', country: 'VARCHAR', latitude: 'DOUBLE', longitude: 'DOUBLE'"
    const airports = await compare({
      sources: `CREATE SOURCE airport (iata TEXT, name TEXT, city TEXT, state TEXT, country TEXT, latitude DOUBLE, longitude DOUBLE) FORMAT CSV WITH (connector = 'file', path = '${join(vega, 'airports.csv')}')`,
      query: `SELECT iata, name || ', ' || city AS label, CASE WHEN latitude > 45 THEN 'north' WHEN state IS NULL THEN NULL ELSE state END AS region, latitude FROM airport WHERE longitude < -100.5`,
      duckdb: `SELECT iata, name || ', ' || city AS label, CASE WHEN latitude > 45 THEN 'north' WHEN state IS NULL THEN NULL ELSE state END AS region, latitude FROM ${read('airports.csv', airportColumns)} WHERE longitude < -100.5`,
      columns: { iata: 'VARCHAR', label: 'VARCHAR', region: 'VARCHAR', latitude: 'DOUBLE' },
    })
    expect(airports).toBeGreaterThan(500)
  })
})
