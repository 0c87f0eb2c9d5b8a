/**
 * DuckDB on one thread over the same columns, loaded into its own memory tables outside of the timed region. The whole query is
 * timed, with its result fetched as columns. JSON and CSV are read from the file, as `read_json` and `read_csv` do.
 *
 * node bench/kernel/duckdb.ts CASE DIRECTORY ROWS PASSES
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { argv } from 'node:process'
import { DuckDBDecimalValue, DuckDBInstance, DuckDBTimestampValue } from '@duckdb/node-api'
import type { DuckDBConnection } from '@duckdb/node-api'
import { caseSql } from './cases.ts'
import { hashOf, hashSum } from './result-hash.ts'

const [, , name = '', directory = '', rowsText = '0', passesText = '1'] = argv
const rows = Number(rowsText)

function integers(file: string): BigInt64Array {
  const bytes = readFileSync(join(directory, `${file}.bin`))
  return new BigInt64Array(bytes.buffer, bytes.byteOffset, rows)
}

function doubles(file: string): Float64Array {
  const bytes = readFileSync(join(directory, `${file}.bin`))
  return new Float64Array(bytes.buffer, bytes.byteOffset, rows)
}

async function loadColumns(connection: DuckDBConnection): Promise<void> {
  await connection.run(
    'CREATE TABLE t (k16 BIGINT, k1k BIGINT, k1m BIGINT, a BIGINT, b BIGINT, x DOUBLE, y DOUBLE, ts TIMESTAMP, s VARCHAR)',
  )
  const appender = await connection.createAppender('t')
  const bigints = ['k16', 'k1k', 'k1m', 'a', 'b'].map(integers)
  const floats = ['x', 'y'].map(doubles)
  const ts = integers('ts')
  const data = readFileSync(join(directory, 's.data.bin'))
  const offsets = new Int32Array(readFileSync(join(directory, 's.offsets.bin')).buffer.slice(0, (rows + 1) * 4))
  for (let row = 0; row < rows; row++) {
    for (const column of bigints) appender.appendBigInt(column[row] as bigint)
    for (const column of floats) appender.appendDouble(column[row] as number)
    appender.appendTimestamp(new DuckDBTimestampValue(ts[row] as bigint))
    appender.appendVarchar(data.toString('latin1', offsets[row], offsets[row + 1]))
    appender.endRow()
  }
  appender.flushSync()
  if (name === 'sum-decimal') await loadDecimals(connection)
}

/** In the place of the other columns. */
async function loadDecimals(connection: DuckDBConnection): Promise<void> {
  await connection.run('CREATE OR REPLACE TABLE t (d DECIMAL(38, 4))')
  const appender = await connection.createAppender('t')
  const words = new BigInt64Array(readFileSync(join(directory, 'd.bin')).buffer)
  for (let row = 0; row < rows; row++) {
    const value = (words[2 * row + 1] as bigint) * 2n ** 64n + BigInt.asUintN(64, words[2 * row] as bigint)
    appender.appendDecimal(new DuckDBDecimalValue(value, 38, 4))
    appender.endRow()
  }
  appender.flushSync()
}

function sqlOf(): string {
  if (name === 'tumble') {
    return `SELECT time_bucket(INTERVAL '10' SECOND, ts) AS w, k1k AS k, count(*) AS n, sum(a) AS total, min(a) AS low, max(a) AS high FROM t GROUP BY 1, 2`
  }
  const columns = `columns = {auction: 'BIGINT', bidder: 'BIGINT', price: 'BIGINT', channel: 'VARCHAR', url: 'VARCHAR', dateTime: 'TIMESTAMP', extra: 'VARCHAR'}`
  if (name === 'json')
    return `SELECT auction, price, "dateTime" FROM read_json('${join(directory, 'bid.ndjson')}', format = 'newline_delimited', ${columns})`
  if (name === 'csv')
    return `SELECT auction, price, "dateTime" FROM read_csv('${join(directory, 'bid.csv')}', header = true, auto_detect = false, ${columns})`
  return caseSql[name] as string
}

const hashSql: Readonly<Record<string, string>> = {
  filter: `SELECT count(*), sum(a)::HUGEINT, sum(trunc(x * 1e6)::HUGEINT) FROM (${caseSql['filter']})`,
  project: `SELECT sum(p)::HUGEINT, sum(trunc(q * 1e6)::HUGEINT) FROM (${caseSql['project']})`,
}

/** As an unscaled integer. */
const unscaled = `SELECT (total * 10000)::HUGEINT FROM (${caseSql['sum-decimal']})`

/** The same hashes as the other contenders', from the result's values; for the streaming cases by DuckDB itself. */
async function resultHash(connection: DuckDBConnection): Promise<bigint> {
  if (name === 'json' || name === 'csv') {
    const sums = await connection.runAndReadAll(
      `SELECT sum(auction::HUGEINT + price * 31 + epoch_us("dateTime")::HUGEINT * 17) FROM (${sqlOf()})`,
    )
    return hashOf(sums.getRows()[0]?.[0] as bigint)
  }
  if (name === 'filter' || name === 'project') {
    const sums = await connection.runAndReadAll(hashSql[name] as string)
    return hashOf(...((sums.getRows()[0] ?? []) as unknown as readonly bigint[]))
  }
  if (name === 'sum-decimal') {
    const [sum] = (await connection.runAndReadAll(unscaled)).getRows()[0] as unknown as readonly bigint[]
    return hashOf(sum as bigint, (sum as bigint) >> 64n)
  }
  const values = (await connection.runAndReadAll(sqlOf())).getRows() as unknown as readonly (readonly bigint[])[]
  if (name === 'string' || name === 'sum-bigint') return hashOf(values[0]?.[0] as bigint)
  const windowOf = (value: unknown): bigint => (value instanceof DuckDBTimestampValue ? value.micros : 0n)
  const withWindow = name === 'tumble' ? values : values.map((row) => [0n, ...row])
  return hashSum(
    withWindow.map(([w, k, n, total, low, high]) =>
      hashOf(windowOf(w), k as bigint, n as bigint, total as bigint, low as bigint, high as bigint),
    ),
  )
}

const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
const connection = await instance.connect()
if (name !== 'json' && name !== 'csv') await loadColumns(connection)

/** Cases that return rows by the million are consumed by an aggregate, which keeps the client out of the figure. */
const consumed: Readonly<Record<string, string>> = {
  filter: 'sum(a), sum(x)',
  project: 'sum(p), sum(q)',
  json: 'sum(auction), sum(price), max("dateTime")',
  csv: 'sum(auction), sum(price), max("dateTime")',
}
const timed = consumed[name] === undefined ? sqlOf() : `SELECT ${consumed[name]} FROM (${sqlOf()})`

const prepared = await connection.prepare(timed)
const nanos: number[] = []
for (let pass = -1; pass < Number(passesText); pass++) {
  const start = performance.now()
  const result = await prepared.run()
  for (;;) {
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) break
  }
  if (pass >= 0) nanos.push(Math.round((performance.now() - start) * 1e6))
}
const hash = (await resultHash(connection)).toString()
console.log(JSON.stringify({ nanos, hash }))
